import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { addElements, multiply, plus, randomScalar } from '../../../../clients/core/oprf/group.ts'
import {
  checkDealt,
  type Dealt,
  deal,
  joinShares,
  jointKeys,
  type Received,
} from '../../../../clients/core/oprf/shares.ts'
import {
  blind,
  checkEvaluation,
  combine,
  evaluate,
  finalize,
  publicKeyOf,
  ready,
} from '../../../../clients/core/oprf/voprf.ts'

const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')
const refused = (run: () => unknown) => expect(run).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))

beforeAll(ready)

/** A key among evaluators, each of whom dealt; and, for this test alone, the key that exists nowhere. */
function ceremony(threshold: number, indexes: number[]) {
  const dealers = indexes.map(() => deal(threshold, indexes))
  const shares = new Map(
    indexes.map((index) => [index, joinShares(dealers.map((dealt) => dealt.shares.get(index)!))]),
  )
  const keys = jointKeys(
    dealers.map(({ commitments }) => commitments),
    indexes,
  )
  return { dealers, shares, ...keys, threshold, indexes }
}

/** Every choice of `size` of them. */
const choices = <T>(from: T[], size: number): T[][] =>
  size === 0
    ? [[]]
    : from.flatMap((one, at) => choices(from.slice(at + 1), size - 1).map((rest) => [one, ...rest]))

function tokenOf(input: Buffer, shares: Map<number, Uint8Array>, asked: number[]) {
  const { blind: secret, element } = blind(input)
  const parts = asked.map((index) => ({
    index,
    element: evaluate(shares.get(index)!, [element]).elements[0]!,
  }))
  return hex(finalize(input, secret, combine(parts)))
}

/** The whole key, by interpolation of shares as numbers: a third way to the same. */
function wholeKey(shares: Map<number, Uint8Array>, asked: number[]): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const mod = (value: bigint) => ((value % order) + order) % order
  const power = (base: bigint, exponent: bigint): bigint =>
    exponent === 0n ? 1n : mod(power(mod(base * base), exponent >> 1n) * (exponent & 1n ? base : 1n))
  const number = (octets: Uint8Array) => BigInt(`0x${hex(Uint8Array.from(octets).reverse())}`)
  let key = 0n
  for (const own of asked) {
    let weight = 1n
    for (const other of asked)
      if (other !== own) weight = mod(weight * BigInt(other) * power(mod(BigInt(other - own)), order - 2n))
    key = mod(key + number(shares.get(own)!) * weight)
  }
  return Uint8Array.from(Buffer.from(key.toString(16).padStart(64, '0'), 'hex')).reverse()
}

describe('a key shared among evaluators', () => {
  const input = Buffer.from('portolan.selector.1\n2027\nPHONE\n+22790000000\n')

  it.each([
    [2, [1, 2, 3]],
    [3, [1, 2, 3, 4, 5]],
    [2, [7, 200, 255]],
    [3, [2, 4, 9]],
  ])(
    'of which any %i of %j make the same token, which an RFC 9497 function with the whole key gives',
    (threshold, indexes) => {
      const { shares, key } = ceremony(threshold, indexes)
      const whole = wholeKey(shares, indexes.slice(0, threshold))
      expect(hex(publicKeyOf(whole))).toBe(hex(key))
      const theirs = hex(
        (() => {
          const { blind: secret, blinded } = ristretto255_oprf.voprf.blind(input)
          const { evaluated, proof } = ristretto255_oprf.voprf.blindEvaluate(whole, key, blinded)
          return ristretto255_oprf.voprf.finalize(input, secret, evaluated, blinded, key, proof)
        })(),
      )
      const asked = choices(indexes, threshold)
      expect(asked.map((some) => tokenOf(input, shares, some))).toEqual(asked.map(() => theirs))
      expect(tokenOf(input, shares, [...asked[0]!].reverse())).toBe(theirs)
      expect(tokenOf(input, shares, indexes)).toBe(theirs)
      for (const few of choices(indexes, threshold - 1)) expect(tokenOf(input, shares, few)).not.toBe(theirs)
    },
  )

  it('whose evaluators’ answers are each checked by the key of their share', () => {
    const { shares, shareKeys, indexes } = ceremony(2, [1, 2, 3])
    const { element } = blind(input)
    for (const index of indexes) {
      const { elements, proof } = evaluate(shares.get(index)!, [element])
      const by = indexes.map((one) => checkEvaluation(shareKeys.get(one)!, [element], elements, proof))
      expect(by).toEqual(indexes.map((one) => one === index))
    }
  })

  it('makes another token where one part is of a wrong share, or of another place', () => {
    const { shares } = ceremony(2, [1, 2, 3])
    const token = tokenOf(input, shares, [1, 2])
    expect(tokenOf(input, new Map(shares).set(2, randomScalar()), [1, 2])).not.toBe(token)
    const swapped = new Map(shares).set(1, shares.get(2)!).set(2, shares.get(1)!)
    expect(tokenOf(input, swapped, [1, 2])).not.toBe(token)
  })

  it('combines for any inputs as for one', () => {
    const { shares } = ceremony(2, [1, 2, 3])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        const text = Buffer.from(octets)
        expect(tokenOf(text, shares, [1, 3])).toBe(tokenOf(text, shares, [2, 3]))
      }),
      { numRuns: 20 },
    )
  })

  it('takes no part twice, none of no place, and not nothing', () => {
    const element = blind(input).element
    for (const indexes of [[1, 1], [0, 1], [256], [1.5], [-1, 2], []])
      refused(() => combine(indexes.map((index) => ({ index, element }))))
    refused(() => combine([{ index: 1, element: new Uint8Array(32) }]))
  })
})

describe('a dealer', () => {
  const indexes = [1, 2, 3]
  const context = Buffer.from('portolan.ceremony.1\n2027\ndealer 1\n')
  const received = (dealt: Dealt, index: number, more: Partial<Received> = {}): Received => ({
    threshold: 2,
    commitments: dealt.commitments,
    possession: dealt.possession,
    index,
    share: dealt.shares.get(index)!,
    context,
    ...more,
  })

  it('who deals as agreed is found right by everybody', () => {
    const dealt = deal(2, indexes, context)
    expect(indexes.map((index) => checkDealt(received(dealt, index)))).toEqual([null, null, null])
  })

  it('who deals one of them a wrong share is named by that one', () => {
    const dealers = indexes.map(() => deal(2, indexes, context))
    dealers[1]!.shares.set(3, plus(dealers[1]!.shares.get(3)!, randomScalar()))
    const found = indexes.map((index) => dealers.map((dealt) => checkDealt(received(dealt, index))))
    expect(found).toEqual([
      [null, null, null],
      [null, null, null],
      [null, 'SHARE', null],
    ])
  })

  it('who deals a share of another place, of nought or of none is named', () => {
    const dealt = deal(2, indexes, context)
    for (const share of [
      dealt.shares.get(2)!,
      new Uint8Array(32),
      new Uint8Array(32).fill(255),
      new Uint8Array(3),
    ])
      expect(checkDealt(received(dealt, 1, { share }))).toBe('SHARE')
  })

  it('who commits to more or fewer coefficients, or to none of the group, is named', () => {
    const three = deal(3, indexes, context)
    expect(checkDealt(received(three, 1))).toBe('COMMITMENTS')
    const two = deal(2, indexes, context)
    expect(checkDealt(received(two, 1, { commitments: two.commitments.slice(0, 1) }))).toBe('COMMITMENTS')
    for (const bad of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(0)])
      expect(checkDealt(received(two, 1, { commitments: [two.commitments[0]!, bad] }))).toBe('COMMITMENTS')
  })

  it('who chooses his commitment after the others, to make the key one that he knows, is refused', () => {
    const honest = deal(2, indexes, context)
    const known = randomScalar()
    // known·G less what the honest one put in: the sum would be known·G, and he knows no scalar of his own part.
    const minusOne = Buffer.from('ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex')
    const negated = multiply(minusOne, honest.commitments[0]!)
    const bent = addElements([publicKeyOf(known), negated])
    const own = deal(2, indexes, context)
    const rogue = [bent, own.commitments[1]!]
    expect(hex(jointKeys([honest.commitments, rogue], indexes).key)).toBe(hex(publicKeyOf(known)))
    for (const possession of [own.possession, honest.possession])
      expect(checkDealt(received(own, 1, { commitments: rogue, possession }))).toBe('POSSESSION')
  })

  it('who shows another’s commitments with his proof as his own is refused: it is bound to its context', () => {
    const dealt = deal(2, indexes, context)
    const elsewhere = Buffer.from('portolan.ceremony.1\n2027\ndealer 2\n')
    expect(checkDealt(received(dealt, 1, { context: elsewhere }))).toBe('POSSESSION')
  })

  it('deals no threshold below two or above the evaluators', () => {
    for (const threshold of [0, 1, 4, 2.5]) refused(() => deal(threshold, indexes))
  })

  it('and those who join what he dealt refuse what is none', () => {
    refused(() => joinShares([]))
    refused(() => joinShares([new Uint8Array(32)]))
    const { commitments } = deal(2, indexes)
    refused(() => jointKeys([], indexes))
    refused(() => jointKeys([commitments, commitments.slice(1)], indexes))
    refused(() => jointKeys([commitments], [1, 1]))
  })
})
