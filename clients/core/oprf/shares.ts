import { Fault } from '../../../schema/wire/fault.ts'
import {
  addElements,
  elementOf,
  forget,
  hashToScalar,
  inverse,
  measured,
  minus,
  multiply,
  plus,
  publicKeyOf,
  randomScalar,
  sameOctets,
  scalarOf,
  smallScalar,
  times,
} from './group.ts'
import type { Proof } from './proof.ts'

const MOST = 255

/**
 * The answers of any `threshold` evaluators to one element, as the whole key would have answered: interpolation at nought
 * (Shamir), in the exponent. More than the threshold give the same; fewer give something else, and nothing shows that.
 */
export const combine = (parts: { index: number; element: Uint8Array }[]): Uint8Array => {
  const weights = weightsAtZero(parts.map(({ index }) => index))
  return addElements(parts.map(({ element }, at) => multiply(weights[at]!, elementOf(element))))
}

/** Lagrange's coefficients for the polynomial's value at nought. */
function weightsAtZero(indexes: number[]): Uint8Array[] {
  checkIndexes(indexes)
  const places = indexes.map(smallScalar)
  return places.map((own, at) => {
    const others = places.filter((_, other) => other !== at)
    const above = others.reduce(times, smallScalar(1))
    const below = others.map((other) => minus(other, own)).reduce(times, smallScalar(1))
    return times(above, inverse(below))
  })
}

/** Throws BAD_INPUT unless each is the place of an evaluator (1 to 255) and none comes twice. */
export function checkIndexes(indexes: number[]): void {
  const whole = indexes.every((index) => Number.isInteger(index) && index >= 1 && index <= MOST)
  if (whole && indexes.length > 0 && new Set(indexes).size === indexes.length) return
  throw new Fault('BAD_INPUT', `expected places from 1 to ${MOST}, each once, got ${indexes.join(', ')}`)
}

// A key that never exists anywhere (Feldman's verifiable sharing, dealt by each evaluator to all): everybody draws a
// polynomial, the key is the sum of their values at nought, and each evaluator's share the sum of what he was dealt.
// Whoever sees the others' commitments before he chooses his own could bend the key to one that he knows; so each proves
// that he knows his own constant term, and the ceremony has all commit to their commitments before any are shown.

/** What one dealer hands out. Commitments and possession go to all, each share to its evaluator alone. */
export type Dealt = {
  /** The polynomial's coefficients as public keys, the constant term's first. */
  commitments: Uint8Array[]
  shares: Map<number, Uint8Array>
  /** That the dealer knows the constant term, for this context. */
  possession: Proof
}

/** Deals a fresh polynomial of `threshold` coefficients. `context` says which ceremony and which dealer, and may be public. */
export function deal(threshold: number, indexes: number[], context: Uint8Array = new Uint8Array()): Dealt {
  checkIndexes(indexes)
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > indexes.length)
    throw new Fault('BAD_INPUT', `expected a threshold from 2 to ${indexes.length}, got ${threshold}`)
  const coefficients = Array.from({ length: threshold }, randomScalar)
  const commitments = coefficients.map(publicKeyOf)
  const shares = new Map(indexes.map((index) => [index, valueAt(coefficients, index)]))
  const possession = provePossession(coefficients[0]!, commitments, context)
  forget(...coefficients)
  return { commitments, shares, possession }
}

function valueAt(coefficients: Uint8Array[], index: number): Uint8Array {
  const place = smallScalar(index)
  return coefficients.reduceRight((value, coefficient) => {
    const sum = plus(times(value, place), coefficient)
    forget(value)
    return sum
  }, new Uint8Array(32))
}

/** What is wrong with what a dealer dealt. */
export type DealFault = 'COMMITMENTS' | 'POSSESSION' | 'SHARE'

/** What one evaluator received of one dealer. */
export type Received = {
  threshold: number
  commitments: Uint8Array[]
  possession: Proof
  index: number
  /** Absent for whoever checks only what all may see. */
  share?: Uint8Array
  context?: Uint8Array
}

/** What is wrong with what came from one dealer, or null. Never throws, whatever came. */
export function checkDealt(received: Received): DealFault | null {
  const { threshold, commitments, possession, index, share, context = new Uint8Array() } = received
  if (commitments.length !== threshold || !holds(() => commitments.map(elementOf))) return 'COMMITMENTS'
  if (!holds(() => checkPossession(commitments, possession, context))) return 'POSSESSION'
  if (share && !holds(() => sameOctets(publicKeyOf(share), keyAt(commitments, index)))) return 'SHARE'
  return null
}

function holds(check: () => unknown): boolean {
  try {
    return check() !== false
  } catch {
    return false
  }
}

/** The public key of the share at a place, by the commitments alone. */
const keyAt = (commitments: Uint8Array[], index: number): Uint8Array => {
  const place = smallScalar(index)
  return commitments.reduceRight((sum, commitment) => addElements([multiply(place, sum), commitment]))
}

/** An evaluator's share of the key: the sum of what every dealer dealt him, checked before. Throws BAD_INPUT for none. */
export function joinShares(dealt: Uint8Array[]): Uint8Array {
  if (dealt.length === 0) throw new Fault('BAD_INPUT', 'expected what at least one dealer dealt, got nothing')
  return scalarOf(dealt.map(scalarOf).reduce(plus, new Uint8Array(32)))
}

/** The public key of all together, and of each evaluator's share, by the commitments of all dealers. */
export function jointKeys(
  allCommitments: Uint8Array[][],
  indexes: number[],
): { key: Uint8Array; shareKeys: Map<number, Uint8Array> } {
  checkIndexes(indexes)
  const [first] = allCommitments
  if (!first?.length || allCommitments.some(({ length }) => length !== first.length))
    throw new Fault('BAD_INPUT', 'expected as many commitments of each dealer, got something else')
  const sums = first.map((_, at) => addElements(allCommitments.map((dealer) => elementOf(dealer[at]!))))
  const shareKeys = new Map(indexes.map((index) => [index, elementOf(keyAt(sums, index))]))
  return { key: elementOf(sums[0]!), shareKeys }
}

const POSSESSION = 'portolan.possession.1-ristretto255-SHA512'

const possessionChallenge = (commitments: Uint8Array[], point: Uint8Array, context: Uint8Array) =>
  hashToScalar([...measured(context), ...commitments.flatMap(measured), ...measured(point)], POSSESSION)

/** Schnorr's proof, over all commitments and the context, so that nobody else can show it as his own. */
function provePossession(constant: Uint8Array, commitments: Uint8Array[], context: Uint8Array): Proof {
  const random = randomScalar()
  const c = possessionChallenge(commitments, publicKeyOf(random), context)
  const hidden = times(c, constant)
  const s = minus(random, hidden)
  forget(random, hidden)
  return { c, s }
}

function checkPossession(commitments: Uint8Array[], { c, s }: Proof, context: Uint8Array): boolean {
  const point = addElements([publicKeyOf(s), multiply(scalarOf(c), commitments[0]!)])
  return sameOctets(possessionChallenge(commitments, point, context), c)
}
