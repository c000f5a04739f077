import type { Selector } from '../../clients/core/match/selectors.ts'
import { hashToGroup, multiply, sameOctets, smallScalar } from '../../clients/core/oprf/group.ts'
import { combine, finalize } from '../../clients/core/oprf/voprf.ts'
import { type MatchKey, selectorInput } from '../../schema/wire/match.ts'
import { tokenOf } from '../../server/match/tokens.ts'

// A list of selectors, tried by whoever conspires: with shares of the key, and with all that the platform stores and sees.

export type Held = {
  matchKey: MatchKey
  /** By the place of their evaluator. */
  shares: ReadonlyMap<number, Uint8Array>
  /** Blinded elements and what was answered to them, as they went by. */
  elements: readonly Uint8Array[]
  /** As the platform stores them, and as they came to it. */
  tokens: ReadonlySet<string>
}

/** Whom of the candidates they find: by a token that they make themselves, or by an element that they see again. */
export const foundAmong = (held: Held, candidates: readonly Selector[]): Selector[] =>
  candidates.filter((candidate) => makesToken(held, candidate) || seesAgain(held, candidate))

const inputOf = ({ matchKey }: Held, { type, normal }: Selector) =>
  selectorInput(matchKey.epoch, type, normal)

/** The point of a candidate, by each share that they hold. */
function partsOf(held: Held, candidate: Selector): { index: number; element: Uint8Array }[] {
  const point = hashToGroup(inputOf(held, candidate))
  return [...held.shares].map(([index, share]) => ({ index, element: multiply(share, point) }))
}

/** Nobody blinded what they hash themselves. */
const ONE = smallScalar(1)

function makesToken(held: Held, candidate: Selector): boolean {
  const { epoch } = held.matchKey
  const input = inputOf(held, candidate)
  for (const element of wholes(held, candidate)) {
    const token = Buffer.from(finalize(input, ONE, element)).toString('base64url')
    if (held.tokens.has(token) || held.tokens.has(tokenOf(epoch, { type: candidate.type, token })))
      return true
  }
  return false
}

/** What may be the answer of the whole key: the parts that they have, with whatever they know in the place of one that is missing. */
function* wholes(held: Held, candidate: Selector): Generator<Uint8Array> {
  const { matchKey, shares, elements } = held
  const parts = partsOf(held, candidate)
  const octets = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'))
  const known = [
    ...[hashToGroup(inputOf(held, candidate)), octets(matchKey.key)],
    ...[...parts.map(({ element }) => element), ...elements],
  ]
  yield combine(parts)
  yield* known
  for (const { index, key } of matchKey.evaluators.filter((one) => !shares.has(one.index)))
    for (const element of [octets(key), ...known]) yield combine([...parts, { index, element }])
}

function seesAgain(held: Held, candidate: Selector): boolean {
  const own = [hashToGroup(inputOf(held, candidate)), ...partsOf(held, candidate).map((one) => one.element)]
  return held.elements.some((seen) => own.some((one) => sameOctets(one, seen)))
}
