import type { Compact } from './compact.ts'

/**
 * The blocks of a network: its largest parts that no single node holds together. Every pair is in exactly one block; a node is in
 * several where it joins them, and in none where it has no neighbour.
 */
export type Blocks = {
  count: number
  /** The pairs of block b stand at `starts[b]` … `starts[b + 1] − 1` of `pairs`. */
  starts: Uint32Array
  pairs: Uint32Array
  /** The node of each block that is nearest to the node where the walk began. It comes in a later block than this, or is that node. */
  entrances: Uint32Array
  /** How many nodes each node can reach, itself included. */
  reach: Uint32Array
}

const NEVER = 0xffffffff

/**
 * Finds the blocks (biconnected components; Hopcroft and Tarjan, "Efficient algorithms for graph manipulation", CACM 1973), without
 * recursion, in O(nodes + pairs) of time and memory. Blocks are in the order in which a depth-first walk leaves them.
 */
export function blocksOf(network: Compact): Blocks {
  const { nodes, pairs } = network
  const walk: Walk = {
    network,
    ...{ seen: new Uint32Array(nodes).fill(NEVER), low: new Uint32Array(nodes), at: network.offsets.slice() },
    ...{ road: new Uint32Array(nodes), open: new Uint32Array(pairs), opened: 0, time: 0 },
    found: { count: 0, starts: new Uint32Array(pairs + 1), pairs: new Uint32Array(pairs) },
    ...{ closed: 0, entrances: new Uint32Array(pairs), reach: new Uint32Array(nodes) },
  }
  const { seen, reach, found } = walk
  const roots: number[] = []
  for (let root = 0; root < nodes; root++) {
    if (seen[root] !== NEVER) continue
    roots.push(root)
    const before = walk.time
    walkFrom(walk, root)
    reach[root] = walk.time - before
  }
  spreadReach(walk, roots)
  const { count } = found
  return {
    ...found,
    starts: found.starts.slice(0, count + 1),
    entrances: walk.entrances.slice(0, count),
    reach,
  }
}

type Walk = {
  network: Compact
  /** When each node was first met, and the earliest such time that a way around reaches. */
  seen: Uint32Array
  low: Uint32Array
  /** Where the walk goes on among the neighbours of a node. */
  at: Uint32Array
  /** The nodes between the first and the one where the walk is. */
  road: Uint32Array
  /** Pairs that are in no block yet. */
  open: Uint32Array
  opened: number
  time: number
  found: { count: number; starts: Uint32Array; pairs: Uint32Array }
  closed: number
  entrances: Uint32Array
  reach: Uint32Array
}

function walkFrom(walk: Walk, root: number): void {
  const { network, seen, low, at, road, open } = walk
  const meet = (node: number) => {
    low[node] = walk.time
    seen[node] = walk.time++
  }
  meet(root)
  road[0] = root
  for (let depth = 0; depth >= 0; ) {
    const node = road[depth]!
    if (at[node]! < network.offsets[node + 1]!) {
      const next = network.neighbours[at[node]!]!
      const pair = network.via[at[node]!++]!
      if (seen[next] === NEVER) {
        open[walk.opened++] = pair
        meet(next)
        road[++depth] = next
      } else if (seen[next]! < seen[node]! && (depth === 0 || next !== road[depth - 1])) {
        open[walk.opened++] = pair
        low[node] = Math.min(low[node]!, seen[next]!)
      }
      continue
    }
    if (depth-- === 0) return
    const above = road[depth]!
    low[above] = Math.min(low[above]!, low[node]!)
    if (low[node]! >= seen[above]!) close(walk, above, node)
  }
}

/** All pairs that were opened since the walk went from `above` to `node` are one block. */
function close(walk: Walk, above: number, node: number): void {
  const { found, open, network } = walk
  const [one, other] = above < node ? [above, node] : [node, above]
  for (;;) {
    const pair = open[--walk.opened]!
    found.pairs[walk.closed++] = pair
    if (network.ends[2 * pair] === one && network.ends[2 * pair + 1] === other) break
  }
  walk.entrances[found.count++] = above
  found.starts[found.count] = walk.closed
}

/** From the node where a walk began to all that it met: blocks that were left last come first. */
function spreadReach({ found, entrances, network, reach }: Walk, roots: number[]): void {
  if (roots.length === reach.length) return
  for (let block = found.count - 1; block >= 0; block--) {
    const reached = reach[entrances[block]!]!
    for (let at = found.starts[block]!; at < found.starts[block + 1]!; at++) {
      const pair = found.pairs[at]!
      reach[network.ends[2 * pair]!] = reached
      reach[network.ends[2 * pair + 1]!] = reached
    }
  }
}
