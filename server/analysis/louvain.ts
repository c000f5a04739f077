import type { Compact } from './compact.ts'
import { type Random, shuffled } from './random.ts'
import type { Pace } from './watch.ts'

/** A network whose ties have weights. All are whole numbers, so that sums are exact in any order. */
type Weighted = {
  nodes: number
  offsets: Uint32Array
  neighbours: Uint32Array
  weights: Float64Array
  /** Ends of ties at each node, those with itself included. */
  degrees: Float64Array
}

type Moving = { total: number; resolution: number; random: Random; pace: Pace }

/**
 * Moves nodes between groups while that raises modularity, then whole groups, and begins again with the nodes until nothing moves.
 * Numbers of groups have no order.
 */
export async function louvain(
  network: Compact,
  { resolution, random, pace }: { resolution: number; random: Random; pace: Pace },
): Promise<Uint32Array> {
  const nodes = weighted(network)
  const moving = { total: 2 * network.pairs, resolution, random, pace }
  const of = eachAlone(network.nodes)
  while (await move(nodes, of, moving)) {
    for (;;) {
      const count = renumber(of)
      const group = eachAlone(count)
      if (!(await move(folded(nodes, of, count), group, moving))) break
      for (let node = 0; node < of.length; node++) of[node] = group[of[node]!]!
    }
  }
  return of
}

const eachAlone = (nodes: number) => new Uint32Array(nodes).map((_, node) => node)

function weighted({ nodes, offsets, neighbours }: Compact): Weighted {
  const degrees = Float64Array.from({ length: nodes }, (_, node) => offsets[node + 1]! - offsets[node]!)
  return { nodes, offsets, neighbours, weights: new Float64Array(neighbours.length).fill(1), degrees }
}

/** Changes `group`, and says whether anybody moved. */
async function move(
  network: Weighted,
  group: Uint32Array,
  { total, resolution, random, pace }: Moving,
): Promise<boolean> {
  const { nodes, offsets, neighbours, weights, degrees } = network
  const [sums, towards] = [new Float64Array(nodes), new Float64Array(nodes)]
  for (let node = 0; node < nodes; node++) sums[group[node]!]! += degrees[node]!
  /** What modularity gains, times a constant, where a node without a group joins one: exact while the resolution is 1. */
  const gain = (node: number, to: number) => towards[to]! * total - resolution * degrees[node]! * sums[to]!
  const best = (node: number, from: number) => {
    // Half of the least step between two gains: what is less is rounding, and nobody moves for it.
    let [found, most] = [from, gain(node, from) + 0.5]
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      const to = group[neighbours[at]!]!
      if (to === from) continue
      const one = gain(node, to)
      if (one > most || (one === most && to < found)) [found, most] = [to, one]
    }
    return found
  }
  const waiting = waitingOf(shuffled(nodes, random))
  let hasMoved = false
  for (let node = waiting.next(); node !== undefined; node = waiting.next()) {
    const from = group[node]!
    const [start, end] = [offsets[node]!, offsets[node + 1]!]
    for (let at = start; at < end; at++) towards[group[neighbours[at]!]!]! += weights[at]!
    sums[from]! -= degrees[node]!
    const to = best(node, from)
    sums[to]! += degrees[node]!
    for (let at = start; at < end; at++) towards[group[neighbours[at]!]!] = 0
    if (to !== from) {
      ;[group[node], hasMoved] = [to, true]
      for (let at = start; at < end; at++) if (group[neighbours[at]!] !== to) waiting.add(neighbours[at]!)
    }
    const pause = pace(2 * (end - start))
    if (pause) await pause
  }
  return hasMoved
}

/** Nodes to look at, each once at a time: all at first, then those whose neighbour has moved ("fast local move" of Traag, Waltman and van Eck 2019). */
function waitingOf(order: Uint32Array) {
  const isWaiting = new Uint8Array(order.length).fill(1)
  let [head, count] = [0, order.length]
  return {
    next(): number | undefined {
      if (count === 0) return undefined
      const node = order[head]!
      head = (head + 1) % order.length
      count--
      isWaiting[node] = 0
      return node
    },
    add(node: number): void {
      if (isWaiting[node]) return
      isWaiting[node] = 1
      order[(head + count++) % order.length] = node
    },
  }
}

/** Numbers groups from 0 in the order of their first nodes, and says how many there are. */
function renumber(group: Uint32Array): number {
  const names = new Map<number, number>()
  for (let node = 0; node < group.length; node++) {
    const name = names.get(group[node]!) ?? names.size
    names.set(group[node]!, name)
    group[node] = name
  }
  return names.size
}

/** Each group becomes a node; what was inside it counts in its degree alone. */
function folded(network: Weighted, group: Uint32Array, count: number): Weighted {
  const degrees = new Float64Array(count)
  const members: number[][] = Array.from({ length: count }, () => [])
  for (let node = 0; node < network.nodes; node++) {
    degrees[group[node]!]! += network.degrees[node]!
    members[group[node]!]!.push(node)
  }
  const offsets = new Uint32Array(count + 1)
  const neighbours: number[] = []
  const weights: number[] = []
  for (const [one, nodes] of members.entries()) {
    const ties = new Map<number, number>()
    for (const node of nodes)
      for (let at = network.offsets[node]!; at < network.offsets[node + 1]!; at++) {
        const other = group[network.neighbours[at]!]!
        if (other !== one) ties.set(other, (ties.get(other) ?? 0) + network.weights[at]!)
      }
    for (const [other, weight] of ties) {
      neighbours.push(other)
      weights.push(weight)
    }
    offsets[one + 1] = neighbours.length
  }
  return {
    ...{ nodes: count, offsets, degrees },
    ...{ neighbours: Uint32Array.from(neighbours), weights: Float64Array.from(weights) },
  }
}
