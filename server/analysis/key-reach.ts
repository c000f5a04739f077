import type { Compact } from './compact.ts'
import { nearOrder, totalsByNode } from './distances.ts'
import type { Aim, Found } from './key-search.ts'
import type { Pace } from './watch.ts'

/** A multiple of all numbers up to 16: sums of UNIT/distance are whole, so equal values compare as equal. */
export const UNIT = 720_720
export const FAR = 0xffffffff

/** What it is worth, in whole numbers, that a node stands at a distance from the set. */
export type Worth = (distance: number) => number

/** UNIT/distance; a member of the set counts as one at distance 1. */
export const byDistance: Worth = (distance) =>
  distance === FAR ? 0 : Math.round(UNIT / Math.max(1, distance))
/** Whether it is at most so many ties away. */
export const withinTies =
  (ties: number): Worth =>
  (distance) =>
    distance !== FAR && distance <= ties ? 1 : 0

/** How far each node is from the nearest of the set; `FAR` without a path. Time grows with nodes + pairs. */
export function distancesFrom(network: Compact, set: readonly number[]): Uint32Array {
  const distances = new Uint32Array(network.nodes).fill(FAR)
  const queue = new Uint32Array(network.nodes)
  for (const node of set) nearer(network, node, { distances, queue })
  return distances
}

/**
 * Brings the distances down to those from one more node, looking only where it is nearer than all before: a path to such a
 * node passes through such nodes only. Gives the touched nodes at the front of the queue, nearest first.
 */
function nearer(
  { offsets, neighbours }: Compact,
  from: number,
  { distances, queue, old }: { distances: Uint32Array; queue: Uint32Array; old?: Uint32Array },
): number {
  if (distances[from] === 0) return 0
  if (old) old[0] = distances[from]!
  distances[from] = 0
  queue[0] = from
  let end = 1
  for (let at = 0; at < end; at++) {
    const distance = distances[queue[at]!]! + 1
    for (let to = offsets[queue[at]!]!; to < offsets[queue[at]! + 1]!; to++) {
      const other = neighbours[to]!
      if (distances[other]! <= distance) continue
      if (old) old[end] = distances[other]!
      distances[other] = distance
      queue[end++] = other
    }
  }
  return end
}

/**
 * The aim of a set that is near to all others (KPP-POS). `considered` nodes, in any order, may join. One `best` takes at
 * most considered × (nodes + pairs), and less the better the set already reaches.
 */
export function reachAim(
  network: Compact,
  { worth, considered, pace }: { worth: Worth; considered: Uint32Array; pace: Pace },
): Aim {
  const [queue, old] = [new Uint32Array(network.nodes), new Uint32Array(network.nodes)]
  const total = (distances: Uint32Array) => distances.reduce((sum, distance) => sum + worth(distance), 0)
  const best = async (set: readonly number[]): Promise<Found | undefined> => {
    const distances = distancesFrom(network, set)
    const before = total(distances)
    let found: Found | undefined
    for (const node of considered) {
      if (distances[node] === 0) continue
      const end = nearer(network, node, { distances, queue, old })
      let value = before
      for (let at = 0; at < end; at++) {
        value += worth(distances[queue[at]!]!) - worth(old[at]!)
        distances[queue[at]!] = old[at]!
      }
      if (!found || value > found.value || (value === found.value && node < found.node))
        found = { node, value }
      await pace(4 * end)
    }
    return found
  }
  return { best, value: async (set) => total(distancesFrom(network, set)) }
}

/** The `most` nodes, none of them spared, whose value alone is greatest, of equal ones the lesser. Time nodes × (nodes + pairs) at most. */
export async function foremost(
  network: Compact,
  { worth, most, pace, spared }: { worth: Worth; most: number; pace: Pace; spared?: Uint8Array | undefined },
): Promise<Uint32Array> {
  const all = nearOrder(network).filter((node) => !spared?.[node])
  if (all.length <= most) return all
  const alone = await totalsByNode(
    network,
    { gone: new Uint8Array(network.nodes), sources: nearOrder(network), pace },
    worth,
  )
  return all.sort((a, b) => alone[b]! - alone[a]! || a - b).subarray(0, most)
}
