import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { type enums, readMessage } from 'openpgp'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../schema/wire/fault.ts'
import { walk } from '../../../schema/wire/packet.ts'
import {
  data,
  ecdh3,
  fiveOctets,
  join,
  many,
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
  text,
  whole,
  x25519v3,
  x25519v6,
} from './packets.ts'

const RUNS = Number(process.env.PORTOLAN_FUZZ ?? 4_000)

/** What the walker makes of octets: the tags it took, or null when it refused with its code. Whatever else it throws fails. */
function taken(bytes: Uint8Array): number[] | null {
  try {
    const { pkesks, seipd } = walk(bytes)
    expect(seipd.offset).toBe(pkesks.at(-1)!.end)
    return [...pkesks.map(() => PKESK), SEIPD]
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    expect(error.code).toBe('BAD_PACKET')
    return null
  }
}

/** The library reads every packet there is: what it finds in octets that the walker took must be the same. */
async function expectOneShape(bytes: Uint8Array): Promise<void> {
  const tags = taken(bytes)
  if (!tags) return
  const { packets } = await readMessage({ binaryMessage: Uint8Array.from(bytes) })
  expect(packets.map((each) => (each.constructor as unknown as { tag: enums.packet }).tag)).toEqual(tags)
}

type Kind = 'v3' | 'v6' | 'data1' | 'data2' | 'foreign'
type Made = { kind: Kind; bytes: Uint8Array; honest: boolean }

const BODIES: [Kind, number, () => Uint8Array][] = [
  ['v3', PKESK, () => rsa3(randomBytes(8))],
  ['v3', PKESK, () => ecdh3(randomBytes(8))],
  ['v3', PKESK, () => x25519v3(randomBytes(8))],
  ['v6', PKESK, () => x25519v6(randomBytes(32))],
  ['v6', PKESK, () => x25519v6(randomBytes(20))],
  ['data1', SEIPD, () => seipd1(900)],
  ['data2', SEIPD, () => seipd2(9_000)],
  ...[2, 3, 4, 8, 9, 10, 11, 14, 19, 20, 21, 40, 60].map((tag): [Kind, number, () => Uint8Array] => [
    'foreign',
    tag,
    () => text(600),
  ]),
]

/** Ways to write a packet's length; whether the walker must take them for a session key and for data. */
const LENGTHS: [(tag: number, body: Uint8Array) => Uint8Array, key: boolean, data: boolean][] = [
  [packet, true, true],
  [
    (tag, body) => (tag < 16 ? oldPacket(tag, body, body.length < 256 ? 0 : 1) : packet(tag, body)),
    true,
    true,
  ],
  [(tag, body) => partial(tag, body, [9]), false, true],
  [(tag, body) => partial(tag, body, [8]), false, false],
  [
    (tag, body) => join(octets(0xc0 | tag), body.length < 8_384 ? fiveOctets(body.length) : octets(0), body),
    false,
    false,
  ],
  [(tag, body) => (tag < 16 ? oldPacket(tag, body, 2) : octets(0xc0 | tag, 255)), false, false],
]

const one = (...kinds: Kind[]) =>
  fc
    .tuple(
      fc.constantFrom(...BODIES.filter(([kind]) => kinds.includes(kind))),
      fc.oneof({ weight: 4, arbitrary: fc.constant(LENGTHS[0]!) }, fc.constantFrom(...LENGTHS)),
    )
    .map(
      ([[kind, tag, body], [write, key, data]]): Made => ({
        kind,
        bytes: write(tag, body()),
        honest: tag === SEIPD ? data : key,
      }),
    )
const sealed = (key: Kind, data: Kind) =>
  fc
    .tuple(fc.array(one(key), { minLength: 1, maxLength: 4 }), one(data))
    .map(([keys, last]) => [...keys, last])
const anything = fc.array(one('v3', 'v6', 'data1', 'data2', 'foreign'), { maxLength: 5 })

/** Session keys of one version, then the data that goes with it, then nothing; each in an honest length. */
const isOneShape = (packets: Made[]): boolean => {
  const kinds = packets.map(({ kind }) => kind).join(' ')
  return packets.every(({ honest }) => honest) && /^(v3( v3)* data1|v6( v6)* data2)$/.test(kinds)
}

describe('walk on packets in any order', () => {
  it('takes the one shape and no other', async () => {
    let shapes = 0
    const sequence = fc.oneof(sealed('v3', 'data1'), sealed('v6', 'data2'), sealed('v3', 'data2'), anything)
    const property = fc.asyncProperty(sequence, async (packets) => {
      const bytes = join(...packets.map(({ bytes }) => bytes))
      expect(taken(bytes) !== null).toBe(isOneShape(packets))
      if (isOneShape(packets)) shapes++
      await expectOneShape(bytes)
    })
    await fc.assert(property, { numRuns: RUNS })
    expect(shapes).toBeGreaterThan(RUNS / 10)
  })
})

describe('walk on octets that nobody foresaw', () => {
  const good = [
    whole,
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2())),
    join(many(3), partial(SEIPD, seipd1(3_000), [10, 9])),
    join(oldPacket(PKESK, rsa3(), 1), packet(PKESK, ecdh3()), data),
  ]
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'delete', 'cut')), {
    minLength: 1,
    maxLength: 8,
  })

  it('takes nothing but the one shape, and throws nothing but a fault, whatever is changed', async () => {
    const property = fc.asyncProperty(fc.constantFrom(...good), edits, async (base, changes) => {
      const bytes = changes.reduce(
        (now, [place, value, how]) => edit(now, place % (now.length + 1), value, how),
        base,
      )
      await expectOneShape(bytes)
    })
    await fc.assert(property, { numRuns: RUNS })
  })

  it('nor for arbitrary octets', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), expectOneShape), { numRuns: RUNS })
  })

  it('ends on the most packets and the most chunks that fit', () => {
    expect(taken(many(8_000))).toBeNull()
    const chunks = Buffer.alloc(700_000, Buffer.from([224, 0x5a]))
    for (let at = 1; at < chunks.length; at += 2) chunks[at] = randomBytes(1)[0]!
    const sealed = join(pkesk, octets(0xd2, 233), seipd1(512), chunks, octets(0))
    expect(taken(sealed)).toEqual([PKESK, SEIPD])
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
