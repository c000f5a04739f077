import type { Compact } from './compact.ts'

/** Parts that no pair joins. They are numbered from 0 in the order of their least nodes. */
export type Components = {
  count: number
  of: Uint32Array
  /** Nodes in each. */
  sizes: Uint32Array
  /** All nodes, component by component, each from its least node outwards; component c begins at `starts[c]`. */
  order: Uint32Array
  starts: Uint32Array
}

/**
 * Connected components by breadth-first search (Cormen, Leiserson, Rivest, Stein, "Introduction to Algorithms", ch. 20), O(nodes + pairs). With
 * `within`, only pairs whose ends have the same number there join.
 */
export function componentsOf(network: Compact, within?: ArrayLike<number>): Components {
  const { nodes, offsets, neighbours } = network
  const of = new Uint32Array(nodes)
  const seen = new Uint8Array(nodes)
  const order = new Uint32Array(nodes)
  const starts: number[] = []
  let tail = 0
  for (let first = 0; first < nodes; first++) {
    if (seen[first]) continue
    const component = starts.push(tail) - 1
    seen[first] = 1
    order[tail++] = first
    for (let head = starts[component]!; head < tail; head++) {
      const node = order[head]!
      of[node] = component
      for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
        const next = neighbours[at]!
        if (seen[next] || (within && within[next] !== within[node])) continue
        seen[next] = 1
        order[tail++] = next
      }
    }
  }
  const sizes = Uint32Array.from(starts, (start, at) => (starts[at + 1] ?? nodes) - start)
  return { count: starts.length, of, sizes, order, starts: Uint32Array.from([...starts, nodes]) }
}
