import { blocksOf } from './blocks.ts'
import { type Compact, compactOf } from './compact.ts'
import { componentsOf } from './components.ts'

/**
 * A network cut apart where single nodes hold it together. Each block of three nodes or more becomes a component of its own, whose nodes are
 * called places here; what hangs on a place beyond its block is its weight. Shortest paths between what hangs on two places
 * of a block run inside it, so that they need only be counted there. Pairs that are a block of their own (bridges) and nodes
 * that hold blocks together need no counting at all.
 */
export type Unfolded = {
  /** Places in breadth-first order, so that neighbours lie near each other in memory. `pairOf` has the network's pairs; bridges are no pair. */
  places: Compact
  nodeOf: Uint32Array
  /** How many nodes hang on each place, itself included. Shared with worker threads. */
  weights: Float64Array
  /** Unordered pairs of nodes that each node keeps apart. */
  keptApart: Float64Array
  /** Unordered pairs of nodes that each bridge joins; 0 for other pairs. */
  bridged: Float64Array
}

/**
 * Unfolds a network in O(nodes + pairs). After Puzis, Elovici, Zilberman, Dolev and Brandes, "Topology manipulations for speeding betweenness
 * centrality computation", Journal of Complex Networks 2015 (DOI 10.1093/comnet/cnu015), which derives the weights and corrections.
 */
export function unfold(network: Compact): Unfolded {
  const { list, bridged, keptApart } = cutApart(network)
  const { nodeOf, weights, pairs, from, to } = list
  const [rough, order] = [compactOf(nodeOf.length, from, to), new Uint32Array(nodeOf.length)]
  const placed = new Uint32Array(nodeOf.length)
  for (const [at, place] of componentsOf(rough).order.entries()) {
    order[at] = place
    placed[place] = at
  }
  // Bridges and places share the numbering of pairs: a bridge is given as a tie of place 0 with itself, which is no pair.
  const [ofPair, toPair] = [new Uint32Array(network.pairs), new Uint32Array(network.pairs)]
  for (const [at, pair] of pairs.entries()) {
    ofPair[pair] = placed[from[at]!]!
    toPair[pair] = placed[to[at]!]!
  }
  const places = nodeOf.length === 0 ? compactOf(0, [], []) : compactOf(nodeOf.length, ofPair, toPair)
  const shared = new Float64Array(new SharedArrayBuffer(8 * nodeOf.length))
  for (const [at, place] of order.entries()) shared[at] = weights[place]!
  return { places, nodeOf: order.map((place) => nodeOf[place]!), weights: shared, keptApart, bridged }
}

type Places = { nodeOf: number[]; weights: number[]; pairs: number[]; from: number[]; to: number[] }

function cutApart(network: Compact) {
  const blocks = blocksOf(network)
  const { starts, entrances, reach } = blocks
  const list: Places = { nodeOf: [], weights: [], pairs: [], from: [], to: [] }
  const bridged = new Float64Array(network.pairs)
  const hanging = new Float64Array(network.nodes).fill(1)
  /** The sum of the squares of the parts that a node's removal leaves. */
  const squares = new Float64Array(network.nodes)
  const placeOf = new Uint32Array(network.nodes)
  for (let block = 0; block < blocks.count; block++) {
    const entrance = entrances[block]!
    const pairs = blocks.pairs.subarray(starts[block], starts[block + 1])
    const members = membersOf(network, pairs)
    // What hangs on a member other than the entrance was added up already: its blocks were left before this one.
    let inside = 0
    for (const node of members) if (node !== entrance) inside += hanging[node]!
    const weightOf = (node: number) => (node === entrance ? reach[node]! - inside : hanging[node]!)
    for (const node of members) squares[node]! += (reach[node]! - weightOf(node)) ** 2
    if (pairs.length === 1) bridged[pairs[0]!] = weightOf(members[0]!) * weightOf(members[1]!)
    else addPlaces(list, { network, pairs, members, weightOf, placeOf })
    hanging[entrance]! += inside
  }
  const keptApart = squares.map((sum, node) => (Math.max(0, reach[node]! - 1) ** 2 - sum) / 2)
  return { list, bridged, keptApart }
}

function membersOf(network: Compact, pairs: Uint32Array): number[] {
  const members = new Set<number>()
  for (const pair of pairs) members.add(network.ends[2 * pair]!).add(network.ends[2 * pair + 1]!)
  return [...members]
}

type Block = {
  network: Compact
  pairs: Uint32Array
  members: number[]
  weightOf(node: number): number
  placeOf: Uint32Array
}

function addPlaces(list: Places, { network, pairs, members, weightOf, placeOf }: Block): void {
  for (const node of members) {
    placeOf[node] = list.nodeOf.push(node) - 1
    list.weights.push(weightOf(node))
  }
  for (const pair of pairs) {
    list.pairs.push(pair)
    list.from.push(placeOf[network.ends[2 * pair]!]!)
    list.to.push(placeOf[network.ends[2 * pair + 1]!]!)
  }
}
