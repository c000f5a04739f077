import { connectedPairs, reciprocals, remaining } from './cohesion.ts'
import type { Compact } from './compact.ts'
import { nearOrder, pairsByDistance } from './distances.ts'
import { distancesAim } from './key-distances.ts'
import { componentsAim, goneOf } from './key-fragments.ts'
import { byDistance, distancesFrom, FAR, foremost, reachAim, type Worth, withinTies } from './key-reach.ts'
import { type Aim, ascending, searched } from './key-search.ts'
import { seeded, shuffled } from './random.ts'
import { type Pace, paced, type Watch } from './watch.ts'

export type Fragmentation = {
  /** F: the share of the ordered pairs of those who remain that no path connects. */
  components: number
  /** DF: 1 − the mean of 1/distance over those pairs, which is 0 where no path connects them. */
  distances: number
}

/**
 * How fragmented a network is without a set of nodes (KPP-NEG), both in 0 … 1. Below two remaining nodes there is no pair,
 * and both are 1. Throws RangeError on a node that is none or comes twice; rejects with the reason of an abort.
 *
 * Source: Borgatti 2006 (DOI 10.1007/s10588-006-7084-x), F equations 3 and 4, DF equation 9. Time nodes × (nodes + pairs)
 * at most: a second for 10,000 nodes and 20,000 pairs.
 */
export async function fragmentation(
  network: Compact,
  set: readonly number[],
  watch: Watch = {},
): Promise<Fragmentation> {
  const gone = goneOf(network, checked(network, set))
  const left = remaining(gone)
  const pairs = left * (left - 1)
  if (pairs <= 0) return { components: 1, distances: 1 }
  const counts = await pairsByDistance(network, { gone, sources: nearOrder(network), pace: paced(watch) })
  watch.progress?.(1)
  return { components: fragments(network, set), distances: 1 - reciprocals(counts) / pairs }
}

/** F alone, as `fragmentation` gives it. Time nodes + pairs. */
export function fragments(network: Compact, set: readonly number[]): number {
  const gone = goneOf(network, checked(network, set))
  const left = remaining(gone)
  return left < 2 ? 1 : 1 - connectedPairs(network, gone) / (left * (left - 1))
}

export type Reach = {
  /** R: the mean over all nodes of 1/distance to the nearest of the set; for its members themselves 1. */
  distances: number
  /** m-reach: the share of all nodes that are at most `within` ties from the set, its members among them. */
  within: number
}

/**
 * How near a set of nodes is to all (KPP-POS), both in 0 … 1; of a network without nodes 0. R is 1 exactly if everybody
 * else has a tie to a member. Throws RangeError on a node that is none or comes twice, or if `within` is no number ≥ 0.
 *
 * Source: Borgatti 2006 (DOI 10.1007/s10588-006-7084-x), m-reach equation 12 and R equation 14, as shares. Whether a
 * member counts as reached is told apart in print: here it does, as in the UCINET program. Time nodes + pairs.
 */
export function reach(network: Compact, set: readonly number[], within = 2): Reach {
  if (!(within >= 0)) throw new RangeError(`expected a number of ties from 0, got ${within}`)
  const counts = [0, 0]
  let near = 0
  for (const distance of distancesFrom(network, checked(network, set))) {
    if (distance === FAR) continue
    if (distance <= within) near++
    const at = Math.max(1, distance)
    counts[at] = (counts[at] ?? 0) + 1
  }
  const nodes = Math.max(1, network.nodes)
  return { distances: reciprocals(counts) / nodes, within: near / nodes }
}

export type Goal = 'components' | 'distances' | 'reach' | 'within'

export type Wanted = {
  /** What the set is to be best at: F, DF, R or m-reach. */
  goal: Goal
  /** How many nodes; all of them if there are not so many. */
  size: number
  /** Beside each node, whether it may be in no set; it stays in the network. */
  spared?: Uint8Array | undefined
  /** The m of m-reach, in ties; 2 by default. */
  within?: number | undefined
  /** How many starts, 8 by default, and what the drawn ones are drawn by. */
  starts?: number | undefined
  seed?: number | undefined
  /** The bounds of the work, 64 nodes and 256 sources by default: see `keyPlayers`. */
  considered?: number | undefined
  sources?: number | undefined
}

export type KeyPlayers = {
  /** Ascending. Nodes that together do best at a measure: nothing says that any of them leads anybody. */
  set: number[]
  /** F, DF, R or m-reach of this set, exact. */
  value: number
  /** Whether every node was considered and every distance measured; if not, the search was bounded as it says. */
  whole: boolean
}

/**
 * The set of a size that does best at a goal, as far as greedy growth with swaps finds it (`searched`). It need not be the
 * best there is: over 500 drawn networks of 6 … 14 nodes and sets of 1 … 4 it was so in 497 for F, 500 for DF, 499 for R
 * and 500 for m-reach, and else fell short by up to 0.156 of F and 0.083 of R (the test counts it). Nodes that do best
 * together are seldom those that do best one by one.
 *
 * Bounds for large networks: for DF, at each step the `considered` nodes that could take most away are tried, and distances
 * are measured from `sources` drawn nodes (`distancesAim`); for R and m-reach only the `considered` nodes that do best
 * alone may join; for F all may. The value of the set that was found is exact in any case. With a tenth of the nodes
 * considered and a fifth of them as sources, the DF found on 300 nodes had 0.87 of the whole search's gain.
 *
 * Time: about starts × 3 × size steps, each nodes + pairs for F, considered × (nodes + pairs) at most for R and m-reach, and
 * considered × sources × (nodes + pairs) at most for DF; beside it nodes × (nodes + pairs) once or twice, and for DF once a
 * start. Of 10,000 nodes and 20,000 pairs, five took a second of a processor; for DF 16 seconds with one start and 32
 * considered, so some minutes with the defaults. Throws RangeError on a size or bounds that are no whole numbers in their
 * range; rejects with the reason of an abort.
 */
export async function keyPlayers(network: Compact, wanted: Wanted, watch: Watch = {}): Promise<KeyPlayers> {
  const { goal, starts = 8, seed = 1, considered = 64, sources = 256, within = 2, spared } = wanted
  for (const [name, least] of [
    ['size', 0],
    ['starts', 1],
    ['considered', 1],
    ['sources', 1],
    ['within', 0],
  ] as const) {
    const given = wanted[name] ?? least
    if (!Number.isInteger(given) || given < least)
      throw new RangeError(`expected ${name} from ${least}, got ${given}`)
  }
  const free = network.nodes - (spared?.reduce((sum, one) => sum + (one ? 1 : 0), 0) ?? 0)
  const size = Math.min(wanted.size, free)
  const bounds = { goal, within, considered, sources: sources + size, seed, pace: paced(watch), spared, free }
  const { aim, isWhole } = await aimOf(network, bounds)
  const { set } = await searched(aim, { nodes: network.nodes, size, starts, seed, spared }, watch)
  return { set, value: await exact(network, set, { goal, within, signal: watch.signal }), whole: isWhole() }
}

type Bounded = {
  goal: Goal
  within: number
  considered: number
  sources: number
  seed: number
  pace: Pace
  spared: Uint8Array | undefined
  /** How many are not spared. */
  free: number
}

async function aimOf(network: Compact, bounds: Bounded): Promise<{ aim: Aim; isWhole: () => boolean }> {
  const { goal, within, considered, sources, seed, pace, spared, free } = bounds
  if (goal === 'components') return { aim: componentsAim(network, pace, spared), isWhole: () => true }
  if (goal === 'distances') {
    const isAll = network.nodes <= sources
    const sample = isAll ? nearOrder(network) : shuffled(network.nodes, seeded(seed, -1)).subarray(0, sources)
    const aim = await distancesAim(network, { considered, sample, pace, spared })
    return { aim, isWhole: () => isAll && !aim.isCut() }
  }
  const worth: Worth = goal === 'reach' ? byDistance : withinTies(within)
  const foremostOnes = await foremost(network, { worth, most: considered, pace, spared })
  const aim = reachAim(network, { worth, considered: foremostOnes, pace })
  return { aim, isWhole: () => foremostOnes.length === free }
}

async function exact(
  network: Compact,
  set: number[],
  { goal, within, signal }: Watch & { goal: Goal; within: number },
): Promise<number> {
  if (goal === 'reach') return reach(network, set).distances
  if (goal === 'within') return reach(network, set, within).within
  return (await fragmentation(network, set, { signal }))[goal]
}

function checked({ nodes }: Compact, set: readonly number[]): number[] {
  for (const node of set)
    if (!Number.isInteger(node) || node < 0 || node >= nodes)
      throw new RangeError(`expected nodes below ${nodes}, got ${node}`)
  if (new Set(set).size < set.length)
    throw new RangeError(`expected each node once, got ${ascending(set).join(', ')}`)
  return [...set]
}
