import { compactOf } from './compact.ts'
import { kBestPaths } from './k-best.ts'
import { expectNodes } from './nodes.ts'
import { type Path, shortestPath } from './shortest.ts'
import type { Watch } from './watch.ts'
import { type Ways, waysOf } from './ways.ts'

/** Places 0 … places−1, and legs between them, a column each. */
export type LegNetwork = {
  places: number
  from: ArrayLike<number>
  to: ArrayLike<number>
  /** What a leg costs, whole numbers from 0 of one unit that the caller chose (hours, or the fee in one currency); Infinity leaves it out. */
  weight: ArrayLike<number>
  /** The place of the leg's claim in the order of claims: of equal legs the first is less. */
  rank: ArrayLike<number>
  /** Incidents on each leg before the control and since. */
  before: ArrayLike<number>
  since: ArrayLike<number>
}

export type BypassQuestion = Watch & {
  /** What is controlled: legs, or places, which nobody passes then. */
  legs?: readonly number[]
  places?: readonly number[]
  /** From where to where people go; without these the ends of the one leg that is controlled. */
  from?: number
  to?: number
  /** How many ways round. Default 5. */
  most?: number
}

/** `USED`: something is told of each hop since the control; `PARTLY`: of some; `UNSEEN`: of none. Not seen is not unused. */
export type Activity = 'USED' | 'PARTLY' | 'UNSEEN'

export type Bypass = {
  places: number[]
  /** The legs of each hop, the cheapest first: others lead there as well. */
  hops: number[][]
  weight: number
  /** More than the cheapest way as it was before the control; null where there was none. */
  more: number | null
  activity: Activity
  /** Some hop of which nothing was told before, and something since. */
  isNew: boolean
}

export type BypassAnswer = { usual: Omit<Bypass, 'more'> | null; bypasses: Bypass[] }

/**
 * The ways round what is controlled, the cheapest first: `kBestPaths` over the directed legs without it, beside the cheapest way with it. A
 * way is a suggestion where to look; it is made of legs that somebody has told of, so that a way nobody knows is not in it. Legs of one hop are
 * chosen by weight, then rank. Time as `kBestPaths`. Throws RangeError on ends, legs or weights that are none, and without ends unless
 * one leg is controlled; rejects with the signal's reason.
 */
export async function bypassesOf(network: LegNetwork, question: BypassQuestion): Promise<BypassAnswer> {
  const { legs = [], places = [], most = 5 } = question
  const wrong = legs.find((leg) => !(Number.isInteger(leg) && leg >= 0 && leg < network.from.length))
  if (wrong !== undefined) throw new RangeError(`expected legs below ${network.from.length}, got ${wrong}`)
  expectNodes(network.places, ...places)
  const [from, to] = endsOf(network, question)
  const isClosed = new Set(legs)
  const shut = new Set(places)
  const open = Float64Array.from(network.weight, (weight, leg) =>
    isClosed.has(leg) || shut.has(network.from[leg]!) || shut.has(network.to[leg]!)
      ? Number.POSITIVE_INFINITY
      : weight,
  )
  const usual = shortestPath(waysBy(network, network.weight), from, to)
  const found = await kBestPaths(waysBy(network, open), from, to, most, question)
  return {
    usual: usual && shown(network, network.weight, usual),
    bypasses: found.map((path) => ({
      ...shown(network, open, path),
      more: usual && path.weight - usual.weight,
    })),
  }
}

function endsOf(network: LegNetwork, { legs = [], places = [], from, to }: BypassQuestion): [number, number] {
  const [only] = legs
  const isOne = only !== undefined && legs.length === 1 && places.length === 0
  if (!isOne && (from === undefined || to === undefined))
    throw new RangeError('expected from where to where, or one leg alone that is controlled')
  const ends: [number, number] = [from ?? network.from[only!]!, to ?? network.to[only!]!]
  expectNodes(network.places, ...ends)
  return ends
}

function waysBy({ places, from, to, rank }: LegNetwork, weights: ArrayLike<number>): Ways {
  return waysOf({ network: compactOf(places, from, to), from, to, rank, weights, isDirected: true })
}

function shown(network: LegNetwork, weights: ArrayLike<number>, { nodes, weight }: Path) {
  const hops = nodes.slice(1).map((to, at) => legsBetween(network, weights, nodes[at]!, to))
  const seen = (counts: ArrayLike<number>) => hops.map((hop) => hop.some((leg) => counts[leg]! > 0))
  const [before, since] = [seen(network.before), seen(network.since)]
  const activity: Activity = since.every(Boolean) ? 'USED' : since.some(Boolean) ? 'PARTLY' : 'UNSEEN'
  return {
    ...{ places: nodes, hops, weight, activity: hops.length > 0 ? activity : ('UNSEEN' as const) },
    isNew: since.some((isSeen, hop) => isSeen && !before[hop]),
  }
}

/** Legs that can be gone, by weight and then rank. */
function legsBetween({ from, to, rank }: LegNetwork, weights: ArrayLike<number>, one: number, other: number) {
  const legs: number[] = []
  for (let leg = 0; leg < from.length; leg++)
    if (from[leg] === one && to[leg] === other && weights[leg] !== Number.POSITIVE_INFINITY) legs.push(leg)
  return legs.sort((a, b) => weights[a]! - weights[b]! || rank[a]! - rank[b]!)
}
