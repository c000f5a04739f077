import { connectedPairs } from './cohesion.ts'
import type { Compact } from './compact.ts'
import type { Aim, Found } from './key-search.ts'
import type { Pace } from './watch.ts'

export const goneOf = (network: Compact, set: Iterable<number>): Uint8Array => {
  const gone = new Uint8Array(network.nodes)
  for (const node of set) gone[node] = 1
  return gone
}

/**
 * The aim of a set without which as few as possible are connected (KPP-NEG by components); the value is minus the ordered
 * pairs that stay connected. Considers every node that is not spared: one `best` takes nodes + pairs.
 */
export function componentsAim(network: Compact, pace: Pace, spared?: Uint8Array): Aim {
  const value = async (set: readonly number[]) => -connectedPairs(network, goneOf(network, set))
  const best = async (set: readonly number[]): Promise<Found | undefined> => {
    const gone = goneOf(network, set)
    const connected = connectedWithout(network, gone)
    let found: Found | undefined
    for (let node = 0; node < network.nodes; node++)
      if (!gone[node] && !spared?.[node] && (!found || -connected[node]! > found.value))
        found = { node, value: -connected[node]! }
    await pace(4 * (network.nodes + network.pairs))
    return found
  }
  return { value, best }
}

/**
 * Beside each remaining node, how many ordered pairs stay connected when it goes too. Source: the articulation points of
 * Hopcroft and Tarjan 1973 (DOI 10.1145/362248.362272), with the size of what hangs below each. Time nodes + pairs.
 */
export function connectedWithout(network: Compact, gone: Uint8Array): Float64Array {
  const { order, parent, low, at } = deepFirst(network, gone)
  const [size, cut] = [new Uint32Array(network.nodes).fill(1), new Uint32Array(network.nodes)]
  const connected = new Float64Array(network.nodes)
  const all = connectedPairs(network, gone)
  const whole = new Uint32Array(network.nodes)
  // Children come before parents: what a node cuts off is known when it is come to.
  for (let place = order.length - 1; place >= 0; place--) {
    const node = order[place]!
    const above = parent[node]!
    if (above === node) continue
    size[above]! += size[node]!
    low[above] = Math.min(low[above]!, low[node]!)
    if (low[node]! < at[above]!) continue
    connected[above]! += size[node]! * (size[node]! - 1)
    cut[above]! += size[node]!
  }
  for (const node of order) {
    whole[node] = parent[node] === node ? size[node]! : whole[parent[node]!]!
    const rest = whole[node]! - 1 - cut[node]!
    connected[node]! += rest * (rest - 1) + all - whole[node]! * (whole[node]! - 1)
  }
  return connected
}

/** Those who remain in the order of a depth-first search; a root is its own parent; `low` is of each node's own ties only. */
function deepFirst({ nodes, offsets, neighbours }: Compact, gone: Uint8Array) {
  const [parent, at, low] = [new Uint32Array(nodes), new Uint32Array(nodes), new Uint32Array(nodes)]
  const [seen, next] = [gone.slice(), offsets.slice(0, nodes)]
  const order: number[] = []
  const enter = (node: number, above: number) => {
    seen[node] = 1
    parent[node] = above
    at[node] = order.length
    low[node] = order.length
    order.push(node)
  }
  for (let root = 0; root < nodes; root++) {
    if (seen[root]) continue
    enter(root, root)
    for (let node = root; ; ) {
      if (next[node]! === offsets[node + 1]!) {
        if (node === root) break
        node = parent[node]!
        continue
      }
      const other = neighbours[next[node]!++]!
      if (gone[other] || other === parent[node]) continue
      if (seen[other]) low[node] = Math.min(low[node]!, at[other]!)
      else {
        enter(other, node)
        node = other
      }
    }
  }
  return { order, parent, at, low }
}
