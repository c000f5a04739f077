import { heapOf } from './heap.ts'
import { expectNodes } from './nodes.ts'
import { NO_TIE, type Ways } from './ways.ts'

/** A path that passes no node twice. */
export type Path = {
  nodes: number[]
  /** The tie of each hop: of the pair's least in weight, then rank. */
  ties: number[]
  /** The ranks of these ties in the order of claims. */
  ranks: number[]
  /** The weight of each, in the caller's unit. */
  weights: number[]
  /** Their sum. */
  weight: number
}

/**
 * The total order of paths: by weight, then by hops, then by the ranks of their ties, the first hop first. Two paths
 * between the same nodes are equal only where they are the same, as long as no two ties share a rank.
 */
export function comparePaths(one: Path, other: Path): number {
  const rough = one.weight - other.weight || one.ties.length - other.ties.length
  if (rough !== 0) return rough
  const at = one.ranks.findIndex((rank, index) => rank !== other.ranks[index])
  return at < 0 ? 0 : one.ranks[at]! - other.ranks[at]!
}

/** What a search leaves out. */
export type Without = {
  /** 1 at nodes that may not be passed. */
  nodes?: Uint8Array
  /** Ties that may not be the first hop. */
  first?: ReadonlySet<number>
}

/**
 * The least path from one node to another in the order of `comparePaths`: with weights of 1 the least in claims of all the shortest.
 * Null where there is none; a node is reached from itself by no hop. Nothing but the ties given decides (law 1).
 *
 * Distances to the target by Dijkstra (1959; Cormen, Leiserson, Rivest, Stein, *Introduction to Algorithms*, ch. 22), then from
 * the source along the least tie that keeps to them: ties of different hops never have the same rank, so the first that
 * differs decides. O(pairs · log pairs). Throws RangeError on an end that is no node.
 */
export function shortestPath(ways: Ways, source: number, target: number, without: Without = {}): Path | null {
  expectNodes(ways.network.nodes, source, target)
  if (source === target) return { nodes: [source], ties: [], ranks: [], weights: [], weight: 0 }
  const away = distancesTo(ways, target, source, without)
  return Number.isFinite(away.weight[source]!) ? follow(ways, away, source, target, without) : null
}

type Away = { weight: Float64Array; hops: Float64Array }

/** Weight and hops from each node to the target, for all nodes that are less far than the source. */
function distancesTo(ways: Ways, target: number, source: number, without: Without): Away {
  const { network, tie, weight } = ways
  const away = {
    weight: new Float64Array(network.nodes).fill(Number.POSITIVE_INFINITY),
    hops: new Float64Array(network.nodes).fill(Number.POSITIVE_INFINITY),
  }
  const heap = heapOf()
  away.weight[target] = away.hops[target] = 0
  heap.push(0, 0, target)
  for (let node = heap.pop(); node >= 0 && node !== source; node = heap.pop()) {
    if (heap.first !== away.weight[node] || heap.second !== away.hops[node]) continue
    const [far, hops] = [heap.first, heap.second + 1]
    for (let at = network.offsets[node]!; at < network.offsets[node + 1]!; at++) {
      const before = network.neighbours[at]!
      // The way into `node`: from the greater end where that is the neighbour.
      const way = 2 * network.via[at]! + (before > node ? 1 : 0)
      if (tie[way] === NO_TIE || isLeftOut(without, before, source, tie[way]!)) continue
      const sum = far + weight[way]!
      if (sum > away.weight[before]! || (sum === away.weight[before]! && hops >= away.hops[before]!)) continue
      away.weight[before] = sum
      away.hops[before] = hops
      heap.push(sum, hops, before)
    }
  }
  return away
}

const isLeftOut = ({ nodes, first }: Without, node: number, source: number, tie: number) =>
  node === source ? first?.has(tie) === true : nodes?.[node] === 1

function follow(ways: Ways, away: Away, source: number, target: number, without: Without): Path {
  const path: Path = { nodes: [source], ties: [], ranks: [], weights: [], weight: away.weight[source]! }
  for (let node = source; node !== target; ) {
    const { at, way } = leastWay(ways, away, node, source, without)
    node = ways.network.neighbours[at]!
    path.nodes.push(node)
    path.ties.push(ways.tie[way]!)
    path.ranks.push(ways.rank[way]!)
    path.weights.push(ways.weight[way]!)
  }
  return path
}

/** Of the ways on from a node that are as short as can be, the one of least rank. */
function leastWay(
  { network, tie, weight, rank }: Ways,
  away: Away,
  node: number,
  source: number,
  without: Without,
) {
  let least = { at: -1, way: -1 }
  for (let at = network.offsets[node]!; at < network.offsets[node + 1]!; at++) {
    const next = network.neighbours[at]!
    const way = 2 * network.via[at]! + (node > next ? 1 : 0)
    if (tie[way] === NO_TIE || isLeftOut(without, node, source, tie[way]!)) continue
    if (next !== source && without.nodes?.[next] === 1) continue
    if (away.weight[next]! + weight[way]! !== away.weight[node]!) continue
    if (away.hops[next]! + 1 !== away.hops[node]!) continue
    if (least.way < 0 || rank[way]! < rank[least.way]!) least = { at, way }
  }
  return least
}
