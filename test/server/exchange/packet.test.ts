import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { excerpt, splice, walk } from '../../../schema/wire/packet.ts'
import { expectFault } from './expect-fault.ts'
import { HOSTILE } from './hostile.ts'
import {
  data,
  ecdh3,
  FINGERPRINT_V4,
  FINGERPRINT_V6,
  join,
  KEY_A,
  KEY_B,
  many,
  newLength,
  octets,
  oldPacket,
  PKESK,
  packet,
  partial,
  pkesk,
  rsa3,
  SEIPD,
  seipd1,
  seipd2,
  whole,
  x25519v3,
  x25519v6,
} from './packets.ts'

describe('walk takes what gpg, sq and openpgp.js write', () => {
  const accepted: Record<string, Uint8Array> = {
    'one RSA recipient, new format': whole,
    'one RSA recipient, old format with two length octets': join(oldPacket(PKESK, rsa3(), 1), data),
    'one ECDH recipient, old format with one length octet': join(oldPacket(PKESK, ecdh3(), 0), data),
    'X25519 with a version 3 packet': join(packet(PKESK, x25519v3()), data),
    'RSA of 2048 bits that begins with a few zero bits': join(packet(PKESK, rsa3(KEY_A, 2041)), data),
    'RSA of 4096 bits': join(packet(PKESK, rsa3(KEY_A, 4096)), data),
    '64 recipients': join(many(64), data),
    'chunks of 512, 4096, 1 and a rest': join(pkesk, partial(SEIPD, seipd1(5_000), [9, 12, 0])),
    'chunks whose last one is empty': join(pkesk, partial(SEIPD, seipd1(1_024), [9, 9])),
    'a data packet of five length octets': join(pkesk, packet(SEIPD, seipd1(300_000))),
    'the shortest signed message': join(pkesk, packet(SEIPD, seipd1(105))),
    'version 6 to a version 6 key': join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2())),
    'version 6 to a version 4 key': join(packet(PKESK, x25519v6(FINGERPRINT_V4)), packet(SEIPD, seipd2())),
    'version 6 with GCM and several chunks': join(
      packet(PKESK, x25519v6()),
      packet(SEIPD, seipd2(3 * 4112 + 50 + 16, 9, 3)),
    ),
    'version 6 with whole chunks only': join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(2 * 4112 + 16))),
  }
  for (const [name, bytes] of Object.entries(accepted))
    it(name, () => expect(walk(bytes).pkesks.length).toBeGreaterThan(0))

  it('and tells the shape', () => {
    expect(walk(join(packet(PKESK, ecdh3()), oldPacket(PKESK, rsa3(KEY_B), 1), data))).toEqual({
      profile: 'compat',
      pkesks: [
        { version: 3, keyId: 'a1b2c3d4e5f60718', algorithm: 18, bits: 263, size: 84, offset: 0, end: 96 },
        { version: 3, keyId: '0123456789abcdef', algorithm: 1, bits: 3072, size: 386, offset: 96, end: 495 },
      ],
      seipd: { version: 1, offset: 495, length: 700 },
    })
    expect(walk(join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2())))).toMatchObject({
      profile: 'modern',
      pkesks: [
        { version: 6, fingerprint: FINGERPRINT_V6.toString('hex'), keyId: 'a1b2c3d4e5f60718', algorithm: 25 },
      ],
      seipd: { version: 2, cipher: 9, aead: 2, chunk: 6, length: 736 },
    })
  })
})

describe('walk refuses', () => {
  it('at least eighty kinds of hostile message', () =>
    expect(new Set(HOSTILE.map(([name]) => name)).size).toBeGreaterThanOrEqual(80))
  it.each(HOSTILE)('%s', (_name, bytes, words) => expectFault(() => walk(bytes), 'BAD_PACKET', words))

  it('every truncation of a good message', async () => {
    for (let end = 0; end < whole.length; end++)
      await expectFault(() => walk(whole.subarray(0, end)), 'BAD_PACKET')
  })
})

describe('walk never refuses', () => {
  it('random ciphertext: 3,000 messages of all sizes', () => {
    for (let i = 0; i < 3_000; i++) walk(join(pkesk, packet(SEIPD, seipd1(105 + ((i * 37) % 3_000)))))
  })
})

describe('excerpt', () => {
  it('keeps the data and the session keys of one reader only', () => {
    const message = join(packet(PKESK, ecdh3()), oldPacket(PKESK, rsa3(KEY_B), 1), data)
    const own = excerpt(message, [KEY_B.toString('hex')])!
    expect(walk(own).pkesks.map(({ keyId }) => keyId)).toEqual([KEY_B.toString('hex')])
    expect(Buffer.from(own).subarray(-data.length)).toEqual(Buffer.from(data))
    expect(Buffer.from(own).includes(KEY_A)).toBe(false)
    expect(excerpt(message, ['ffffffffffffffff'])).toBeNull()
  })
})

describe('splice', () => {
  const message = join(packet(PKESK, ecdh3()), data)

  it('puts other session key packets before the same data', () => {
    const spliced = splice(message, join(packet(PKESK, rsa3(KEY_B)), packet(PKESK, ecdh3())))
    expect(walk(spliced).pkesks.map(({ keyId }) => keyId)).toEqual(
      [KEY_B, KEY_A].map((id) => id.toString('hex')),
    )
    expect(Buffer.from(spliced).subarray(-data.length)).toEqual(Buffer.from(data))
  })

  it('takes whole session key packets of the data packet’s version, and nothing else', () => {
    const own = packet(PKESK, ecdh3(KEY_B))
    const modern = packet(PKESK, x25519v6())
    const longer = join(octets(0xc1), newLength(94 + 12), ecdh3(KEY_B))
    for (const packets of [
      octets(),
      own.subarray(1),
      own.subarray(0, 40),
      modern,
      join(own, own),
      whole,
      longer,
    ])
      expect(() => splice(message, packets)).toThrow(expect.objectContaining({ code: 'BAD_PACKET' }))
  })

  it('lets no packet swallow the beginning of the data and put another data packet in its place', () => {
    // The stored ciphertext holds, where an attacker chose it to, what reads as a data packet of its own.
    const inner = packet(SEIPD, seipd1(3_000))
    const begun = join(octets(1), randomBytes(600))
    const stored = join(packet(PKESK, ecdh3()), packet(SEIPD, join(begun, inner)))
    const swallowed = 3 + begun.length
    const body = rsa3(KEY_B, 8 * (swallowed - 12 + 500))
    const crafted = packet(PKESK, body).subarray(0, 3 + body.length - swallowed)
    expect(() => splice(stored, crafted)).toThrow(expect.objectContaining({ code: 'BAD_PACKET' }))
  })
})
