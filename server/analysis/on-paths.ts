import type { Compact } from './compact.ts'
import { expectNodes } from './nodes.ts'

/**
 * 1 at every node that lies on some path without a cycle between two others, these included where there is one. With a tie between
 * the two added, such nodes are the ones in that tie's biconnected component (Hopcroft, Tarjan 1973, Algorithm 447, DOI
 * 10.1145/362248.362272). O(nodes + pairs). Throws RangeError on an end that is no node, or where both are the same.
 */
export function nodesOnPaths(network: Compact, source: number, target: number): Uint8Array {
  expectNodes(network.nodes, source, target)
  if (source === target) throw new RangeError(`expected two different nodes, got ${source} twice`)
  const { order, parent, seen, low } = searched(network, source, target)
  const isOn = new Uint8Array(network.nodes)
  isOn[target] = 1
  let isAny = network.neighbours
    .subarray(network.offsets[target]!, network.offsets[target + 1]!)
    .includes(source)
  for (const node of order.subarray(1)) {
    // What reaches back beyond its parent is not cut off by it.
    if (isOn[parent[node]!] !== 1 || low[node]! >= seen[parent[node]!]!) continue
    isOn[node] = 1
    isAny = true
  }
  isOn[source] = isOn[target] = isAny ? 1 : 0
  return isOn
}

/** A search in depth from the target, whose parent is the source: who was seen when, and how far back each can reach. */
function searched({ nodes, offsets, neighbours }: Compact, source: number, target: number) {
  const seen = new Uint32Array(nodes)
  const low = new Uint32Array(nodes)
  const parent = new Uint32Array(nodes)
  const order = new Uint32Array(nodes)
  const next = offsets.slice(0, nodes)
  seen[source] = 1
  seen[target] = low[target] = 2
  parent[target] = source
  order[0] = target
  let count = 1
  const stack = [target]
  while (stack.length > 0) {
    const node = stack.at(-1)!
    if (next[node] === offsets[node + 1]) {
      stack.pop()
      const above = parent[node]!
      if (node !== target) low[above] = Math.min(low[above]!, low[node]!)
      continue
    }
    const other = neighbours[next[node]!++]!
    if (seen[other] === 0) {
      seen[other] = low[other] = count + 2
      parent[other] = node
      order[count++] = other
      stack.push(other)
    } else low[node] = Math.min(low[node]!, seen[other]!)
  }
  return { order: order.subarray(0, count), parent, seen, low }
}
