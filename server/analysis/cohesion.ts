import type { Compact } from './compact.ts'
import { nearOrder, pairsByDistance } from './distances.ts'
import type { Pace } from './watch.ts'

/** How well those who remain hang together. All four lie in 0 … 1. */
export type Cohesion = {
  /** The share that the largest component has of the nodes that were there at the start. */
  largest: number
  /** Distance-weighted fragmentation of what remains, DF: 0 if each has a tie with each, 1 if nobody has any. */
  fragmentation: number
  /**
   * Mean of 1/distance over the ordered pairs that were there at the start, those who are gone being reached by nobody
   * and reaching nobody. As long as nothing is added it can only fall, which DF, over those who remain, need not do.
   */
  efficiency: number
  /** The share that the ties have of all pairs of those who remain. */
  density: number
}

/**
 * Cohesion of a network without the nodes that are `gone`. Distances are measured from `sources` (every node by default:
 * then the answer is exact) and extended to those who remain. Two remaining nodes at least make a pair: below that
 * nothing is dense or efficient, and the fragmentation is 1.
 *
 * Source: DF is equation 9 of Borgatti 2006 (DOI 10.1007/s10588-006-7084-x), 1 − the global efficiency of Latora and
 * Marchiori 2001 (DOI 10.1103/PhysRevLett.87.198701). Time sources × (nodes + pairs) at most.
 */
export async function cohesion(
  network: Compact,
  gone: Uint8Array,
  { sources = nearOrder(network), pace = () => {} }: { sources?: Uint32Array; pace?: Pace } = {},
): Promise<Cohesion> {
  const counts = await pairsByDistance(network, { gone, sources, pace })
  const left = remaining(gone)
  const from = sources.reduce((sum, source) => sum + (gone[source] ? 0 : 1), 0)
  const mean = from === 0 || left < 2 ? 0 : reciprocals(counts) / (from * (left - 1))
  const pairs = network.nodes * (network.nodes - 1)
  return {
    largest: network.nodes === 0 ? 0 : largestOf(components(network, gone).sizes) / network.nodes,
    fragmentation: 1 - mean,
    efficiency: pairs === 0 ? 0 : mean * ((left * (left - 1)) / pairs),
    density: left < 2 ? 0 : (2 * livingPairs(network, gone)) / (left * (left - 1)),
  }
}

export const remaining = (gone: Uint8Array): number => gone.reduce((sum, one) => sum + (one ? 0 : 1), 0)

/** Σ count/distance, from the farthest to the nearest: small terms first, and always in the same order. */
export function reciprocals(counts: readonly number[]): number {
  let sum = 0
  for (let distance = counts.length - 1; distance > 0; distance--) sum += counts[distance]! / distance
  return sum
}

export type Components = {
  /** Beside each node that remains, its component; components are numbered by the least node of each. */
  of: Uint32Array
  sizes: number[]
}

/** The components of those who remain. Time grows with nodes + pairs. */
export function components({ nodes, offsets, neighbours }: Compact, gone: Uint8Array): Components {
  const seen = gone.slice()
  const [queue, of] = [new Uint32Array(nodes), new Uint32Array(nodes)]
  const sizes: number[] = []
  for (let root = 0; root < nodes; root++) {
    if (seen[root]) continue
    seen[root] = 1
    queue[0] = root
    let end = 1
    for (let at = 0; at < end; at++) {
      of[queue[at]!] = sizes.length
      for (let to = offsets[queue[at]!]!; to < offsets[queue[at]! + 1]!; to++) {
        const other = neighbours[to]!
        if (seen[other]) continue
        seen[other] = 1
        queue[end++] = other
      }
    }
    sizes.push(end)
  }
  return { of, sizes }
}

/** Of those who remain, how many ordered pairs a path connects. */
export const connectedPairs = (network: Compact, gone: Uint8Array): number =>
  components(network, gone).sizes.reduce((sum, size) => sum + size * (size - 1), 0)

function livingPairs({ ends, pairs }: Compact, gone: Uint8Array): number {
  let living = 0
  for (let pair = 0; pair < pairs; pair++) if (!gone[ends[2 * pair]!] && !gone[ends[2 * pair + 1]!]) living++
  return living
}

const largestOf = (sizes: number[]): number => sizes.reduce((most, size) => Math.max(most, size), 0)
