import type { Compact } from './compact.ts'
import type { From } from './distances.ts'

/**
 * How much of Σ worth(distance), over the ordered pairs (source, other), runs through each node or ends at it. The node's
 * removal takes no more than that away from the other sources, if worth falls with distance: a pair that has a shortest
 * path past the node loses nothing, and one that has none loses at most its whole worth, all of which ran through it.
 *
 * Source: length-scaled betweenness of Borgatti and Everett 2006 (DOI 10.1016/j.socnet.2005.11.005), accumulated as in
 * Brandes 2008 (DOI 10.1016/j.socnet.2007.11.001), the far ends counted in. Time sources × (nodes + pairs).
 */
export async function throughput(
  network: Compact,
  { gone, sources, pace }: From,
  worth: (distance: number) => number,
): Promise<Float64Array> {
  const through = new Float64Array(network.nodes)
  const search = searching(network, gone, worth)
  for (const source of sources) if (!gone[source]) await pace(search(source, through))
  return through
}

function searching(network: Compact, gone: Uint8Array, worth: (distance: number) => number) {
  const [distance, queue] = [new Int32Array(network.nodes).fill(-1), new Uint32Array(network.nodes)]
  const [paths, carried] = [new Float64Array(network.nodes), new Float64Array(network.nodes)]
  const search: Search = { network, gone, distance, queue, paths, carried }
  return (source: number, through: Float64Array): number => {
    distance[source] = 0
    paths[source] = 1
    queue[0] = source
    let end = 1
    for (let at = 0; at < end; at++) end = forth(search, queue[at]!, end)
    for (let at = end - 1; at > 0; at--) back(search, queue[at]!, worth(distance[queue[at]!]!))
    for (let at = 0; at < end; at++) {
      const node = queue[at]!
      if (at > 0) through[node]! += carried[node]!
      distance[node] = -1
      paths[node] = 0
      carried[node] = 0
    }
    return 8 * end
  }
}

type Search = {
  network: Compact
  gone: Uint8Array
  distance: Int32Array
  queue: Uint32Array
  /** How many shortest paths lead to each node, and what is carried back along them. */
  paths: Float64Array
  carried: Float64Array
}

/** Finds the nodes beyond one; gives where the queue now ends. */
function forth({ network, gone, distance, queue, paths }: Search, node: number, end: number): number {
  const { offsets, neighbours } = network
  let last = end
  for (let to = offsets[node]!; to < offsets[node + 1]!; to++) {
    const other = neighbours[to]!
    if (gone[other]) continue
    if (distance[other]! < 0) {
      distance[other] = distance[node]! + 1
      queue[last++] = other
    }
    if (distance[other] === distance[node]! + 1) paths[other]! += paths[node]!
  }
  return last
}

/** Shares what a node carries, and its own worth, among those before it. */
function back({ network, gone, distance, paths, carried }: Search, node: number, worth: number): void {
  const { offsets, neighbours } = network
  carried[node]! += worth
  for (let to = offsets[node]!; to < offsets[node + 1]!; to++) {
    const other = neighbours[to]!
    if (!gone[other] && distance[other] === distance[node]! - 1)
      carried[other]! += (carried[node]! * paths[other]!) / paths[node]!
  }
}
