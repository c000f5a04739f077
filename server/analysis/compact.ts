/**
 * An undirected network as arrays that worker threads can share. Nodes are 0…nodes−1. Ties between the same two nodes are
 * one pair, 0…pairs−1 in the order of their ends; a tie of a node with itself is no pair.
 */
export type Compact = {
  nodes: number
  pairs: number
  /** The neighbours of node v stand at `offsets[v]` … `offsets[v + 1] − 1` of the next two, in ascending order. */
  offsets: Uint32Array
  neighbours: Uint32Array
  /** Beside each neighbour, the pair that leads there. */
  via: Uint32Array
  /** The ends of pair p, the lesser first, at 2p and 2p + 1. */
  ends: Uint32Array
  /** The pair of each tie, or `NO_PAIR`. */
  pairOf: Uint32Array
}

export const NO_PAIR = 0xffffffff

/** Builds a network of ties `from[i]`–`to[i]`. Time and memory grow with nodes + ties. Throws RangeError on an end that is no node. */
export function compactOf(nodes: number, from: ArrayLike<number>, to: ArrayLike<number>): Compact {
  const ties = from.length
  const [lesser, greater] = [new Uint32Array(ties), new Uint32Array(ties)]
  for (let tie = 0; tie < ties; tie++) {
    const [one, other] = [from[tie]!, to[tie]!]
    if (!(one >= 0 && one < nodes && other >= 0 && other < nodes))
      throw new RangeError(`expected ends below ${nodes}, got ${one} and ${other}`)
    lesser[tie] = Math.min(one, other)
    greater[tie] = Math.max(one, other)
  }
  const order = ordered(ordered(indices(ties), greater, nodes), lesser, nodes)
  const { pairOf, ends } = paired(order, lesser, greater)
  return { nodes, pairs: ends.length / 2, ...adjacent(nodes, ends), ends, pairOf }
}

const indices = (count: number) => new Uint32Array(count).map((_, at) => at)

/** Counting sort, stable. */
function ordered(list: Uint32Array, key: Uint32Array, keys: number): Uint32Array {
  const next = new Uint32Array(keys + 1)
  for (const one of list) next[key[one]! + 1]!++
  for (let at = 0; at < keys; at++) next[at + 1]! += next[at]!
  const sorted = new Uint32Array(list.length)
  for (const one of list) sorted[next[key[one]!]!++] = one
  return sorted
}

function paired(order: Uint32Array, lesser: Uint32Array, greater: Uint32Array) {
  const pairOf = shared(order.length)
  const ends: Uint32Array = new Uint32Array(2 * order.length)
  let pairs = 0
  for (const tie of order) {
    const [one, other] = [lesser[tie]!, greater[tie]!]
    if (one === other) {
      pairOf[tie] = NO_PAIR
      continue
    }
    const isSame = pairs > 0 && ends[2 * pairs - 2] === one && ends[2 * pairs - 1] === other
    if (!isSame) ends.set([one, other], 2 * pairs++)
    pairOf[tie] = pairs - 1
  }
  const exact = shared(2 * pairs)
  exact.set(ends.subarray(0, 2 * pairs))
  return { pairOf, ends: exact }
}

function adjacent(nodes: number, ends: Uint32Array) {
  const offsets = shared(nodes + 1)
  for (const node of ends) offsets[node + 1]!++
  for (let node = 0; node < nodes; node++) offsets[node + 1]! += offsets[node]!
  const next = offsets.slice()
  const [neighbours, via] = [shared(ends.length), shared(ends.length)]
  const put = (node: number, neighbour: number, pair: number) => {
    const at = next[node]!++
    neighbours[at] = neighbour
    via[at] = pair
  }
  // Pairs are in order of both ends: a node's lesser neighbours come first, each list in order.
  for (let at = 0; at < ends.length; at += 2) put(ends[at + 1]!, ends[at]!, at / 2)
  for (let at = 0; at < ends.length; at += 2) put(ends[at]!, ends[at + 1]!, at / 2)
  return { offsets, neighbours, via }
}

const shared = (length: number): Uint32Array =>
  new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT))
