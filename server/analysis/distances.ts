import type { Compact } from './compact.ts'
import type { Pace } from './watch.ts'

/** From how many sources one search goes out at a time: the bits of a word. */
const LANES = 32

export type From = {
  /** 1 beside each node that counts as removed: no path touches it. */
  gone: Uint8Array
  /** From where distances are measured, each once; those that are gone are passed over. */
  sources: Uint32Array
  pace: Pace
}

/**
 * At each distance d, how many of the ordered pairs (source, other node) are so many ties apart; pairs without a path
 * stand nowhere. Whole numbers: the order of the sources changes nothing. The answer is as long as the greatest distance + 1.
 *
 * Source: breadth-first search from 32 sources at once, a bit each (Then et al., "The more the merrier: efficient
 * multi-source graph traversal", PVLDB 8(4), 2014). Time at most sources × (nodes + pairs), a fraction of it where
 * sources that follow one another are near each other; memory 5 words for each node.
 */
export async function pairsByDistance(network: Compact, from: From): Promise<number[]> {
  const counts = [0]
  await spread(network, from, (_, sources, distance) => {
    counts[distance] = (counts[distance] ?? 0) + sources
  })
  return counts
}

/** Beside each node, the sum of `worth(distance)` over the sources that have a path to it, itself left out. Cost as above. */
export async function totalsByNode(
  network: Compact,
  from: From,
  worth: (distance: number) => number,
): Promise<Float64Array> {
  const totals = new Float64Array(network.nodes)
  await spread(network, from, (node, sources, distance) => {
    totals[node]! += sources * worth(distance)
  })
  return totals
}

/** Told once for each node and distance at which sources come to it, nearest first within a batch. */
type Arrive = (node: number, sources: number, distance: number) => void

async function spread(network: Compact, { gone, sources, pace }: From, arrive: Arrive): Promise<void> {
  const words = () => new Int32Array(network.nodes)
  const bits: Bits = { seen: words(), here: words(), next: words() }
  const front: Front = { active: new Uint32Array(network.nodes), touched: new Uint32Array(network.nodes) }
  const alive = sources.filter((source) => !gone[source])
  for (let at = 0; at < alive.length; at += LANES) {
    const batch = alive.subarray(at, at + LANES)
    bits.seen.fill(0)
    front.active.set(batch)
    for (const [lane, source] of batch.entries()) {
      bits.seen[source] = 1 << lane
      bits.here[source] = 1 << lane
    }
    let looked = network.nodes
    for (let [distance, count] = [1, batch.length]; count > 0; distance++) {
      looked += degrees(network, front.active, count)
      count = push(network, gone, bits, { ...front, count })
      settle(bits, { nodes: front.touched, count, distance }, arrive)
      ;[front.active, front.touched] = [front.touched, front.active]
    }
    await pace(looked)
  }
}

/** The sources, a bit each, that have been to a node, that are at it now, and that come to it next. */
type Bits = Record<'seen' | 'here' | 'next', Int32Array>
type Front = { active: Uint32Array; touched: Uint32Array }

function degrees({ offsets }: Compact, active: Uint32Array, count: number): number {
  let sum = 0
  for (let at = 0; at < count; at++) sum += offsets[active[at]! + 1]! - offsets[active[at]!]!
  return sum
}

/** Sends the sources from the active nodes to their neighbours; gives how many nodes were touched. */
function push(
  { offsets, neighbours }: Compact,
  gone: Uint8Array,
  { seen, here, next }: Bits,
  { active, touched, count }: Front & { count: number },
): number {
  let found = 0
  for (let at = 0; at < count; at++) {
    const node = active[at]!
    const bits = here[node]!
    here[node] = 0
    const end = offsets[node + 1]!
    for (let to = offsets[node]!; to < end; to++) {
      const other = neighbours[to]!
      const fresh = bits & ~seen[other]!
      if (fresh === 0 || gone[other]) continue
      if (next[other] === 0) touched[found++] = other
      next[other]! |= fresh
    }
  }
  return found
}

/** Moves the sources on to the nodes that they came to. */
function settle(
  { seen, here, next }: Bits,
  { nodes, count, distance }: { nodes: Uint32Array; count: number; distance: number },
  arrive: Arrive,
): void {
  for (let at = 0; at < count; at++) {
    const node = nodes[at]!
    const bits = next[node]!
    next[node] = 0
    seen[node]! |= bits
    here[node] = bits
    arrive(node, ones(bits), distance)
  }
}

function ones(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/**
 * Every node once, those near each other near each other: breadth first from the least node of each component. Time
 * grows with nodes + pairs.
 */
export function nearOrder({ nodes, offsets, neighbours }: Compact): Uint32Array {
  const order = new Uint32Array(nodes)
  const seen = new Uint8Array(nodes)
  let end = 0
  const add = (node: number) => {
    if (seen[node]) return
    seen[node] = 1
    order[end++] = node
  }
  for (let root = 0, at = 0; root < nodes; root++) {
    add(root)
    for (; at < end; at++)
      for (let to = offsets[order[at]!]!; to < offsets[order[at]! + 1]!; to++) add(neighbours[to]!)
  }
  return order
}
