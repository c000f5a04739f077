import { type Compact, NO_PAIR } from './compact.ts'

/** How the pairs of a network may be gone along: per pair and direction one tie and its weight. */
export type Ways = {
  network: Compact
  /** The tie at 2p leads from the lesser end of pair p to the greater, at 2p + 1 back; `NO_TIE` where none does. */
  tie: Uint32Array
  /** Beside it its weight: a whole number, 0 or more. */
  weight: Float64Array
  /** Beside it the place of the tie in the order of claims. */
  rank: Float64Array
}

export const NO_TIE = 0xffffffff

export type WayChoice = {
  network: Compact
  /** The ends of each tie, as the network was built of them. */
  from: ArrayLike<number>
  to: ArrayLike<number>
  /** The place of each tie's claim in the order of claim ids; of two with the same rank the first is less. */
  rank: ArrayLike<number>
  /** A whole number, 0 or more; `Infinity` leaves the tie out. Without weights each tie weighs 1, and a path its hops. */
  weights?: ArrayLike<number>
  /** Whether a tie leads only from its first end to its second. */
  isDirected?: boolean
}

/**
 * Chooses, of the ties of each pair and direction, the one of least weight, among equals of least rank. Other ties of the pair are
 * claims of the same hop: the caller shows them all. O(ties + pairs). Throws RangeError on a weight that is negative or no
 * whole number: sums of whole numbers are exact, so that equal paths are equal.
 */
export function waysOf({ network, from, to, rank, weights, isDirected = false }: WayChoice): Ways {
  const tie = new Uint32Array(2 * network.pairs).fill(NO_TIE)
  const ways = {
    network,
    tie,
    weight: new Float64Array(tie.length).fill(Number.POSITIVE_INFINITY),
    rank: new Float64Array(tie.length).fill(Number.POSITIVE_INFINITY),
  }
  for (let one = 0; one < network.pairOf.length; one++) {
    const pair = network.pairOf[one]!
    const weight = weights ? weights[one]! : 1
    if (!(weight >= 0 && (Number.isSafeInteger(weight) || weight === Number.POSITIVE_INFINITY)))
      throw new RangeError(`expected weights that are whole numbers from 0, got ${weight}`)
    if (pair === NO_PAIR || weight === Number.POSITIVE_INFINITY) continue
    const back = from[one]! > to[one]! ? 1 : 0
    offer(ways, 2 * pair + back, one, weight, rank[one]!)
    if (!isDirected) offer(ways, 2 * pair + 1 - back, one, weight, rank[one]!)
  }
  return ways
}

function offer(ways: Ways, at: number, tie: number, weight: number, rank: number): void {
  const isLess = weight < ways.weight[at]! || (weight === ways.weight[at]! && rank < ways.rank[at]!)
  if (ways.tie[at] !== NO_TIE && !isLess) return
  ways.tie[at] = tie
  ways.weight[at] = weight
  ways.rank[at] = rank
}
