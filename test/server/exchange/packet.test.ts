import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../schema/wire/fault.ts'
import { excerpt, splice, walk } from '../../../schema/wire/packet.ts'
import { expectFault } from './expect-fault.ts'
import {
  ecdh3,
  FINGERPRINT_V4,
  FINGERPRINT_V6,
  fiveOctets,
  integer,
  join,
  KEY_A,
  KEY_B,
  newLength,
  octets,
  oldPacket,
  PKESK,
  packet,
  partial,
  rsa3,
  SEIPD,
  seipd1,
  seipd2,
  x25519v3,
  x25519v6,
} from './packets.ts'

const pkesk = packet(PKESK, rsa3())
const data = packet(SEIPD, seipd1())
const whole = join(pkesk, data)
const text = (size: number): Uint8Array =>
  Buffer.from('Aïcha a vu le passeur au ghetto de la gare. '.repeat(Math.ceil(size / 45))).subarray(0, size)
const v1 = (body: Uint8Array) => packet(SEIPD, join(octets(1), body))
const keyId = (n: number) => Buffer.from(n.toString(16).padStart(16, '0'), 'hex')
const many = (n: number) => join(...Array.from({ length: n }, (_, i) => packet(PKESK, ecdh3(keyId(i + 1)))))

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

const literal = packet(11, join(octets(0x62, 0), octets(0, 0, 0, 0), Buffer.from('meet at the bus station')))
const skesk = packet(3, join(octets(4, 9, 3, 8), randomBytes(8), octets(96)))
const onePass = packet(4, join(octets(3, 0, 8, 1), KEY_A, octets(1)))

/** What smuggles plain text, hides a recipient, or lies about a length. Each with the words of its refusal. */
const hostile: [string, Uint8Array, string][] = [
  // Nothing and not packets
  ['nothing', octets(), 'expected a packet, got the end'],
  ['plain text', text(400), 'expected a packet header, got octet 65'],
  ['JSON', Buffer.from('{"text":"hello"}'), 'expected a packet header, got octet 123'],
  [
    'armor',
    Buffer.from('-----BEGIN PGP MESSAGE-----\n\nwcDM\n-----END PGP MESSAGE-----\n'),
    'expected a packet header, got octet 45',
  ],
  [
    'a cleartext-signed message',
    Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----\n'),
    'expected a packet header, got octet 45',
  ],
  // Packets that carry readable or foreign matter
  ['a bare literal', literal, 'expected packet tag 1 or 18, got 11'],
  ['a literal before the message', join(literal, whole), 'got 11'],
  ['a literal between the packets', join(pkesk, literal, data), 'got 11'],
  ['a literal after the message', join(whole, literal), 'expected the end after the data packet'],
  [
    'a compressed packet in place of the data',
    join(pkesk, packet(8, join(octets(2), deflateSync('plain')))),
    'got 8',
  ],
  ['a compressed packet first', join(packet(8, octets(0, 1, 2)), whole), 'got 8'],
  ['a marker packet', join(packet(10, Buffer.from('PGP')), whole), 'got 10'],
  ['a marker packet that carries text', join(packet(10, text(200)), whole), 'got 10'],
  ['a marker between the packets', join(pkesk, packet(10, Buffer.from('PGP')), data), 'got 10'],
  ['a padding packet', join(packet(21, text(90)), whole), 'got 21'],
  ['a padding packet after the data', join(whole, packet(21, randomBytes(90))), 'got 92 more octets'],
  ['a private packet 60', join(packet(60, text(90)), whole), 'got 60'],
  ['a private packet 63 between the packets', join(pkesk, packet(63, text(90)), data), 'got 63'],
  ['the reserved tag 0', join(packet(0, text(90)), whole), 'got 0'],
  ['a trust packet', join(packet(12, text(90)), whole), 'got 12'],
  ['a user id', join(packet(13, text(90)), whole), 'got 13'],
  ['a signature first', join(packet(2, randomBytes(90)), whole), 'got 2'],
  ['a one-pass signature first', join(onePass, whole), 'got 4'],
  ['a passphrase recipient', join(skesk, data), 'got 3'],
  ['a passphrase recipient beside a key', join(pkesk, skesk, data), 'got 3'],
  ['data without integrity protection (tag 9)', join(pkesk, packet(9, randomBytes(300))), 'got 9'],
  ['the LibrePGP packet 20', join(pkesk, packet(20, randomBytes(300))), 'got 20'],
  ['a free MDC packet', join(whole, packet(19, randomBytes(20))), 'got 22 more octets'],
  ['a literal in old format', join(oldPacket(11, text(90), 0), whole), 'got 11'],
  // The order and the number of packets
  ['data without a recipient', data, 'expected 1 to 64 session key packets, got 0'],
  ['a recipient without data', pkesk, 'expected a packet, got the end'],
  [
    'a recipient after the data',
    join(whole, packet(PKESK, rsa3(KEY_B))),
    'expected the end after the data packet',
  ],
  ['two data packets', join(whole, data), 'expected the end after the data packet'],
  ['one octet after the end', join(whole, octets(0)), 'got 1 more octets'],
  ['text after the end', join(whole, text(300)), 'got 300 more octets'],
  ['65 recipients', join(many(65), data), 'expected 1 to 64 session key packets, got more'],
  ['10,000 recipients', join(many(10_000), data), 'got more'],
  [
    'one recipient twice',
    join(pkesk, packet(PKESK, ecdh3()), data),
    'expected one session key packet for a key, got two',
  ],
  [
    'one version 6 recipient twice',
    join(packet(PKESK, x25519v6()), packet(PKESK, x25519v6()), packet(SEIPD, seipd2())),
    'got two',
  ],
  // Hidden recipients
  [
    'a zero key id',
    join(packet(PKESK, rsa3(Buffer.alloc(8))), data),
    'expected a named recipient, got a hidden one',
  ],
  [
    'a zero key id beside a named one',
    join(pkesk, packet(PKESK, ecdh3(Buffer.alloc(8))), data),
    'got a hidden one',
  ],
  [
    'a version 6 packet without a name',
    join(
      packet(PKESK, join(octets(6, 0, 25), randomBytes(32), octets(40), randomBytes(40))),
      packet(SEIPD, seipd2()),
    ),
    'got a hidden one',
  ],
  [
    'a version 6 packet with a zero fingerprint',
    join(packet(PKESK, x25519v6(Buffer.alloc(32))), packet(SEIPD, seipd2())),
    'got a hidden one',
  ],
  // Versions
  [
    'a version 2 session key packet',
    join(packet(PKESK, join(octets(2), rsa3().subarray(1))), data),
    'expected a session key packet of version 3 or 6, got 2',
  ],
  ['an empty session key packet', join(packet(PKESK, octets()), data), 'got undefined'],
  [
    'version 3 with version 2 data',
    join(pkesk, packet(SEIPD, seipd2())),
    'expected session key packets of version 6, got 3',
  ],
  [
    'version 6 with version 1 data',
    join(packet(PKESK, x25519v6()), data),
    'expected session key packets of version 3, got 6',
  ],
  [
    'versions 3 and 6 together',
    join(pkesk, packet(PKESK, x25519v6()), data),
    'expected session key packets of version 3, got 6',
  ],
  [
    'version 3 data',
    join(pkesk, packet(SEIPD, join(octets(3), randomBytes(300)))),
    'expected encrypted data of version 1 or 2, got 3',
  ],
  ['an empty data packet', join(pkesk, packet(SEIPD, octets())), 'expected another octet, got the end'],
  [
    'a fingerprint of a version 5 key',
    join(
      packet(PKESK, join(octets(6, 33, 5), randomBytes(32), octets(25), randomBytes(73))),
      packet(SEIPD, seipd2()),
    ),
    'expected a recipient key of version 4 or 6, got 5',
  ],
  [
    'a fingerprint shorter than its version',
    join(
      packet(PKESK, join(octets(6, 21, 6), randomBytes(20), octets(25), randomBytes(73))),
      packet(SEIPD, seipd2()),
    ),
    'expected a fingerprint of 32 octets, got 20',
  ],
  [
    'a fingerprint beyond its packet',
    join(packet(PKESK, join(octets(6, 33, 6), randomBytes(10))), packet(SEIPD, seipd2())),
    'expected a fingerprint of 32 octets, got 10',
  ],
  [
    'a version 6 packet that ends after its name',
    join(packet(PKESK, join(octets(6, 33, 6), randomBytes(32))), packet(SEIPD, seipd2())),
    'expected an algorithm, got the end',
  ],
  // Algorithms and the sizes of their fields
  [
    'an ElGamal recipient',
    join(packet(PKESK, join(octets(3), KEY_A, octets(16), integer(2048), integer(2048))), data),
    'got algorithm 16',
  ],
  [
    'the retired RSA encrypt-only code',
    join(packet(PKESK, join(octets(3), KEY_A, octets(2), integer(3072))), data),
    'got algorithm 2',
  ],
  [
    'a signing algorithm',
    join(packet(PKESK, join(octets(3), KEY_A, octets(22), integer(263, 0x40))), data),
    'got algorithm 22',
  ],
  [
    'a private algorithm with text',
    join(packet(PKESK, join(octets(3), KEY_A, octets(100), text(200))), data),
    'got algorithm 100',
  ],
  [
    'RSA of 8192 bits',
    join(packet(PKESK, rsa3(KEY_A, 8192)), data),
    'expected an RSA session key of 2048 to 4096 bits, got 8192',
  ],
  ['RSA of 4097 bits', join(packet(PKESK, rsa3(KEY_A, 4097)), data), 'got 4097'],
  ['RSA of 1024 bits', join(packet(PKESK, rsa3(KEY_A, 1024)), data), 'got 1024'],
  [
    'an RSA integer whose top bit is elsewhere',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1), integer(3072, 0x01))), data),
    'expected an integer of 3072 bits, got a first octet of 1 bits',
  ],
  [
    'an RSA integer that begins with zero',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1), integer(3072, 0))), data),
    'got a first octet of 0 bits',
  ],
  [
    'an RSA integer shorter than it says',
    join(packet(PKESK, rsa3().subarray(0, 300)), data),
    'expected 384 octets for 3072 bits, got 288',
  ],
  [
    'octets after the RSA integer',
    join(packet(PKESK, join(rsa3(), text(20))), data),
    'expected 384 octets for 3072 bits, got 404',
  ],
  ['two RSA integers', join(packet(PKESK, join(rsa3(), integer(3072))), data), 'got 770'],
  [
    'text in place of the RSA integer',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1, 0x0b, 0xff), text(384))), data),
    'expected ciphertext in an encrypted session key, got readable octets',
  ],
  [
    'no integer at all',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1))), data),
    'expected an integer, got 0 octets',
  ],
  [
    'a session key packet of nine octets',
    join(packet(PKESK, join(octets(3), KEY_A)), data),
    'expected at least 10 octets',
  ],
  [
    'an ECDH point of a strange size',
    join(packet(PKESK, join(octets(3), KEY_A, octets(18), integer(255), octets(48), randomBytes(48))), data),
    'expected a curve point, got an integer of 255 bits',
  ],
  [
    'an ECDH point with another prefix',
    join(
      packet(PKESK, join(octets(3), KEY_A, octets(18), integer(263, 0x41), octets(48), randomBytes(48))),
      data,
    ),
    'expected point prefix 64, got 65',
  ],
  [
    'an ECDH wrapped key of 200 octets',
    join(packet(PKESK, ecdh3(KEY_A, 200)), data),
    'expected a wrapped key of 32, 40 or 48 octets, got 200',
  ],
  [
    'an ECDH packet without a wrapped key',
    join(packet(PKESK, ecdh3(KEY_A, 48).subarray(0, 45)), data),
    'got none',
  ],
  [
    'octets after the ECDH wrapped key',
    join(packet(PKESK, join(ecdh3(), octets(0))), data),
    'expected 48 octets of wrapped key, got 49',
  ],
  [
    'text in place of the ECDH secret',
    join(packet(PKESK, join(octets(3), KEY_A, octets(18, 1, 7, 0x40), text(32), octets(48), text(48))), data),
    'got readable octets',
  ],
  [
    'X25519 that ends in its ephemeral key',
    join(packet(PKESK, x25519v3().subarray(0, 30)), data),
    'expected an ephemeral key of 32 octets, got 20',
  ],
  [
    'X25519 with a longer wrapped key',
    join(packet(PKESK, x25519v6(FINGERPRINT_V6, 48)), packet(SEIPD, seipd2())),
    'expected a wrapped AES key, got 48 octets',
  ],
  [
    'X25519 with octets after the wrapped key',
    join(packet(PKESK, join(x25519v6(), octets(1))), packet(SEIPD, seipd2())),
    'expected 40 octets of wrapped key, got 41',
  ],
  [
    'X25519 of version 3 with another cipher',
    join(packet(PKESK, x25519v3(KEY_A, 2)), data),
    'expected an AES cipher (7, 8, 9), got 2',
  ],
  // Lengths
  [
    'a partial session key packet',
    join(partial(PKESK, rsa3(KEY_A, 4096), [9]), data),
    'expected a session key packet of known length, got a partial one',
  ],
  [
    'a session key packet of indeterminate length',
    oldPacket(PKESK, rsa3(), 3),
    'expected a packet of known length, got an indeterminate one',
  ],
  [
    'a session key packet that ends too early',
    join(packet(PKESK, rsa3()).subarray(0, 200)),
    'expected a packet of 396 octets, got 197',
  ],
  [
    'a session key length that reaches into the data',
    join(octets(0xc1), newLength(500), rsa3(), data),
    'expected 384 octets for 3072 bits',
  ],
  [
    'a one-octet length in five octets',
    join(octets(0xc1), fiveOctets(94), ecdh3(), data),
    'expected the shortest length encoding',
  ],
  [
    'a two-octet length in five octets',
    join(pkesk, octets(0xd2), fiveOctets(700), seipd1()),
    'got five octets for 700',
  ],
  [
    'a one-octet length in two octets, old format',
    join(oldPacket(PKESK, ecdh3(), 1), data),
    'got 2 octets for 94',
  ],
  [
    'a two-octet length in four octets, old format',
    join(oldPacket(PKESK, rsa3(), 2), data),
    'got 4 octets for 396',
  ],
  ['a data packet that ends too early', whole.subarray(0, -1), 'expected a packet of 700 octets, got 699'],
  [
    'a data packet that claims four gigabytes',
    join(pkesk, octets(0xd2), fiveOctets(0xffffffff), seipd1()),
    'expected a packet of 4294967295 octets',
  ],
  ['a header without a length', join(pkesk, octets(0xd2)), 'expected another octet, got the end'],
  ['a length cut in two', join(pkesk, octets(0xd2, 255, 0)), 'expected another octet, got the end'],
  [
    'a first chunk of 256 octets',
    join(pkesk, partial(SEIPD, seipd1(), [8])),
    'expected a first chunk of at least 512 octets, got 256',
  ],
  ['a first chunk of one octet', join(pkesk, partial(SEIPD, seipd1(), [0, 9])), 'got 1'],
  [
    'chunks without a last one',
    join(pkesk, octets(0xd2, 233), seipd1(512)),
    'expected another octet, got the end',
  ],
  [
    'a last chunk that ends too early',
    partial(SEIPD, seipd1(700), [9]).length > 0
      ? join(pkesk, partial(SEIPD, seipd1(700), [9])).subarray(0, -3)
      : octets(),
    'expected a chunk of 188 octets, got 185',
  ],
  [
    'a middle chunk that ends too early',
    join(pkesk, octets(0xd2, 233), seipd1(512), octets(236), randomBytes(99)),
    'expected a chunk of 4096 octets, got 99',
  ],
  [
    'a chunk of two gigabytes',
    join(pkesk, octets(0xd2, 254), seipd1()),
    'expected a packet of 1073741824 octets',
  ],
  // The data packet itself
  [
    'version 1 shorter than a signed message',
    join(pkesk, packet(SEIPD, seipd1(104))),
    'expected at least 105 octets of encrypted data, got 104',
  ],
  [
    'AES-128 in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 7))),
    'expected AES-256 (9), got cipher 7',
  ],
  [
    'plaintext "cipher" 0 in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 0))),
    'got cipher 0',
  ],
  [
    'EAX in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 9, 1))),
    'expected OCB (2) or GCM (3), got mode 1',
  ],
  [
    'a chunk octet of 17',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 9, 2, 17))),
    'expected a chunk size octet of at most 16, got 17',
  ],
  [
    'a last chunk no longer than its tag',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(4112 + 10 + 16))),
    'expected a last chunk longer than its tag, got 10',
  ],
  [
    'version 2 without chunks',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(16))),
    'octets of encrypted chunks, got 16',
  ],
  [
    'version 2 that ends in its salt',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2().subarray(0, 20))),
    'octets of encrypted chunks, got 0',
  ],
  // Bodies that can be read
  [
    'a body of plain ASCII',
    join(pkesk, v1(text(700).map((o) => o & 0x7f))),
    'expected ciphertext in the encrypted data, got readable octets',
  ],
  ['a short body of plain ASCII', join(pkesk, v1(text(104).map((o) => o & 0x7f))), 'got readable octets'],
  ['a body of French in UTF-8', join(pkesk, v1(text(700))), 'got readable octets'],
  [
    'a body of Arabic in UTF-8',
    join(pkesk, v1(Buffer.from('رأى الشاهد المهرب عند المحطة القديمة في أغاديز '.repeat(9)))),
    'got readable octets',
  ],
  [
    'a body of UTF-16',
    join(pkesk, v1(Buffer.from('the smuggler waits at the station '.repeat(12), 'utf16le'))),
    'got readable octets',
  ],
  [
    'a body of hexadecimal',
    join(pkesk, v1(Buffer.from(randomBytes(350).toString('hex')))),
    'got readable octets',
  ],
  [
    'a body of base64',
    join(pkesk, v1(Buffer.from(randomBytes(600).toString('base64')))),
    'got readable octets',
  ],
  ['a body of zeros', join(pkesk, v1(Buffer.alloc(700))), 'got readable octets'],
  ['a body of one repeated octet', join(pkesk, v1(Buffer.alloc(700, 0xee))), 'got readable octets'],
  [
    'a body of a short repeated pattern',
    join(pkesk, v1(Buffer.alloc(700, Buffer.from('f0e1d2c3b4a59687', 'hex')))),
    'got readable octets',
  ],
  ['text after a random start', join(pkesk, v1(join(randomBytes(18), text(600)))), 'got readable octets'],
  [
    '511 octets of text inside much ciphertext',
    join(pkesk, v1(join(randomBytes(40_001), text(511), randomBytes(40_000)))),
    'got readable octets',
  ],
  [
    'text at the very end of ciphertext',
    join(pkesk, v1(join(randomBytes(40_100), text(256)))),
    'got readable octets',
  ],
  [
    'text in chunks',
    join(pkesk, partial(SEIPD, join(octets(1), text(2_000)), [9, 0, 0, 9])),
    'got readable octets',
  ],
  [
    'text in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, join(octets(2, 9, 2, 6), text(732)))),
    'got readable octets',
  ],
]

describe('walk refuses', () => {
  it('at least sixty kinds of hostile message', () => expect(hostile.length).toBeGreaterThanOrEqual(60))
  it.each(hostile)('%s', (_name, bytes, words) => expectFault(() => walk(bytes), 'BAD_PACKET', words))

  it('every truncation of a good message', async () => {
    for (let end = 0; end < whole.length; end++)
      await expectFault(() => walk(whole.subarray(0, end)), 'BAD_PACKET')
  })
})

describe('walk on octets that nobody foresaw', () => {
  const good = [
    whole,
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2())),
    join(many(3), partial(SEIPD, seipd1(3_000), [10, 9])),
  ]

  it('returns a shape or throws a fault with its code, whatever is mutated', () => {
    const mutation = fc.record({
      base: fc.constantFrom(...good),
      edits: fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'delete', 'cut')), {
        minLength: 1,
        maxLength: 8,
      }),
    })
    fc.assert(
      fc.property(mutation, ({ base, edits }) => {
        const bytes = edits.reduce(
          (now, [place, value, how]) => edit(now, place % (now.length + 1), value, how),
          base,
        )
        expectShapeOrFault(bytes)
      }),
      { numRuns: 5_000 },
    )
  })

  it('returns a shape or throws a fault for arbitrary octets', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), expectShapeOrFault), { numRuns: 2_000 })
  })

  it('never refuses random ciphertext: 3,000 messages of all sizes', () => {
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

function edit(bytes: Uint8Array, place: number, value: number, how: string): Uint8Array {
  if (how === 'cut') return bytes.subarray(0, place)
  if (how === 'insert') return join(bytes.subarray(0, place), octets(value), bytes.subarray(place))
  if (how === 'delete') return join(bytes.subarray(0, place), bytes.subarray(place + 1))
  const copy = Uint8Array.from(bytes)
  if (place < copy.length) copy[place] = value
  return copy
}

function expectShapeOrFault(bytes: Uint8Array): void {
  try {
    expect(walk(bytes).pkesks.length).toBeGreaterThan(0)
  } catch (error) {
    expect(error).toBeInstanceOf(Fault)
    expect((error as Fault).code).toBe('BAD_PACKET')
  }
}
