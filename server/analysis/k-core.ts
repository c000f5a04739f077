import type { Compact } from './compact.ts'

/**
 * For each node the greatest k such that it belongs to a set of nodes who all have at least k neighbours within the set. Batagelj and
 * Zaveršnik, "An O(m) algorithm for cores decomposition of networks" (2003, arXiv cs/0310049), O(nodes + pairs).
 */
export function coresOf({ nodes, offsets, neighbours }: Compact): Uint32Array {
  const core = new Uint32Array(nodes).map((_, node) => offsets[node + 1]! - offsets[node]!)
  const { order, place, starts } = sortedBy(core)
  for (let at = 0; at < nodes; at++) {
    const node = order[at]!
    for (let near = offsets[node]!; near < offsets[node + 1]!; near++) {
      const other = neighbours[near]!
      if (core[other]! <= core[node]!) continue
      // The first of those with as many goes where `other` stood, and their range begins one later.
      const [first, stood] = [starts[core[other]!]!, place[other]!]
      const moved = order[first]!
      order[stood] = moved
      place[moved] = stood
      order[first] = other
      place[other] = first
      starts[core[other]!]!++
      core[other]!--
    }
  }
  return core
}

/** Nodes by ascending degree, where each stands, and where each degree begins. */
function sortedBy(degree: Uint32Array) {
  const most = degree.reduce((a, b) => Math.max(a, b), 0)
  const starts = new Uint32Array(most + 2)
  for (const one of degree) starts[one + 1]!++
  for (let at = 0; at <= most; at++) starts[at + 1]! += starts[at]!
  const next = starts.slice()
  const [order, place] = [new Uint32Array(degree.length), new Uint32Array(degree.length)]
  for (let node = 0; node < degree.length; node++) {
    place[node] = next[degree[node]!]!++
    order[place[node]!] = node
  }
  return { order, place, starts }
}
