import { type Compact, compactOf } from './compact.ts'
import { expectNodes } from './nodes.ts'
import { nodesOnPaths } from './on-paths.ts'
import { type Path, shortestPath } from './shortest.ts'
import { paced, type Watch } from './watch.ts'
import { type WayChoice, waysOf } from './ways.ts'

export type BetweenChoice = Omit<WayChoice, 'isDirected'> & {
  /** The two sets of nodes; a node twice is there once. */
  one: Iterable<number>
  other: Iterable<number>
  /** How many paths, and how many nodes in all, may be shown. */
  paths: number
  nodes: number
}

/** A small part of a network, made of paths that begin in one set, end in the other and pass through neither. */
export type Between = {
  /** In the order in which they were found, the least of all first. */
  paths: Path[]
  /** What the paths pass and use, in ascending order. */
  nodes: number[]
  ties: number[]
  /** Nodes of both sets: they connect them by being what they are. No path begins at, ends at or passes one. */
  shared: number[]
  /** What is not shown: further nodes that lie on some such path, and paths that were found and would have been too many nodes. */
  left: { nodes: number; paths: number }
}

/** So often in a row may what is found be known already before no more is looked for. */
const STALE = 8

/**
 * What connects two sets of nodes, in few nodes: paths that share little. After each path, its ties and all ties at the nodes that it
 * passed become longer by a mean hop of the first, and the least path is looked for again, as Bader, Dees, Geisberger, Sanders
 * 2011 (*Alternative Route Graphs in Road Networks*, TAPAS, LNCS 6595) do with penalties. A heuristic: the paths are real and the first is the
 * least there is, but another choice of as many nodes may connect more. Every node shown lies on a path shown, and `left.nodes`
 * is exact: 0 says that nothing else lies between.
 *
 * Ties count both ways. The answer depends on nothing but the ties, sets and bounds given. O((paths + 8) · 8 · ties · log ties) at worst; between
 * rounds it lets others have the thread. Throws RangeError on a node that is none, a wrong weight or bound, and the signal's reason.
 */
export async function between(choice: BetweenChoice, watch: Watch = {}): Promise<Between> {
  const pace = paced(watch)
  const sets = setsOf(choice)
  const folded = fold(choice, sets)
  const answer: Between = {
    paths: [],
    nodes: [],
    ties: [],
    shared: sets.shared,
    left: { nodes: 0, paths: 0 },
  }
  const used = { nodes: new Map<number, number>(), pairs: new Map<number, number>() }
  const known = new Set<string>()
  let [hop, stale] = [0, 0]
  while (answer.paths.length < choice.paths && stale < STALE) {
    watch.progress?.(answer.paths.length / choice.paths)
    await pace(8 * (choice.network.nodes + choice.from.length))
    const path = leastPath(choice, folded, used, hop)
    if (!path) break
    hop ||= Math.max(1, Math.ceil(path.weight / path.ties.length))
    use(choice.network, used, path)
    const key = path.nodes.join()
    stale = known.has(key) ? stale + 1 : 0
    if (!known.has(key)) show(answer, path, choice.nodes)
    known.add(key)
  }
  answer.left.nodes = countBetween(choice, folded) - answer.nodes.length
  watch.progress?.(1)
  return answer
}

type Sets = { one: Set<number>; other: Set<number>; shared: number[] }

function setsOf({ network, one, other, paths, nodes }: BetweenChoice): Sets {
  const sets = { one: new Set(one), other: new Set(other) }
  expectNodes(network.nodes, ...sets.one, ...sets.other)
  for (const bound of [paths, nodes])
    if (!(Number.isSafeInteger(bound) && bound >= 0))
      throw new RangeError(`expected a bound from 0, got ${bound}`)
  const shared = [...sets.one].filter((node) => sets.other.has(node)).sort((a, b) => a - b)
  for (const node of shared) {
    sets.one.delete(node)
    sets.other.delete(node)
  }
  return { ...sets, shared }
}

/** The network with each set made one node, and without the nodes of both. */
type Folded = { network: Compact; from: Uint32Array; to: Uint32Array; one: number; other: number }

function fold({ network, from, to }: BetweenChoice, sets: Sets): Folded {
  const [one, other] = [network.nodes, network.nodes + 1]
  const place = Uint32Array.from({ length: network.nodes }, (_, node) => node)
  for (const node of sets.one) place[node] = one
  for (const node of sets.other) place[node] = other
  const isShared = new Set(sets.shared)
  const isOut = (tie: number) => isShared.has(from[tie]!) || isShared.has(to[tie]!)
  const ends = (of: ArrayLike<number>) =>
    Uint32Array.from({ length: of.length }, (_, tie) => (isOut(tie) ? one : place[of[tie]!]!))
  const folded = { from: ends(from), to: ends(to) }
  return { network: compactOf(network.nodes + 2, folded.from, folded.to), ...folded, one, other }
}

type Used = { nodes: Map<number, number>; pairs: Map<number, number> }

/** The least path when what was used before is longer; told in the nodes, and at the weights, of the caller. */
function leastPath(choice: BetweenChoice, folded: Folded, used: Used, hop: number): Path | null {
  const { network, from, to, rank } = choice
  const own = (tie: number) => (choice.weights ? choice.weights[tie]! : 1)
  const weights = Float64Array.from({ length: from.length }, (_, tie) => {
    const uses =
      (used.nodes.get(from[tie]!) ?? 0) +
      (used.nodes.get(to[tie]!) ?? 0) +
      (used.pairs.get(network.pairOf[tie]!) ?? 0)
    return own(tie) + hop * uses
  })
  const ways = waysOf({ ...folded, rank, weights })
  const path = shortestPath(ways, folded.one, folded.other)
  if (!path) return null
  const [first, last] = [path.ties[0]!, path.ties.at(-1)!]
  const begin = folded.from[first] === folded.one ? from[first]! : to[first]!
  const end = folded.from[last] === folded.other ? from[last]! : to[last]!
  const owned = path.ties.map(own)
  return {
    ...path,
    nodes: [begin, ...path.nodes.slice(1, -1), end],
    weights: owned,
    weight: owned.reduce((sum, weight) => sum + weight, 0),
  }
}

function use({ pairOf }: Compact, used: Used, { nodes, ties }: Path): void {
  const count = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1)
  for (const node of nodes.slice(1, -1)) count(used.nodes, node)
  for (const tie of ties) count(used.pairs, pairOf[tie]!)
}

function show(answer: Between, path: Path, most: number): void {
  const nodes = new Set([...answer.nodes, ...path.nodes])
  if (nodes.size > most) {
    answer.left.paths++
    return
  }
  answer.paths.push(path)
  answer.nodes = [...nodes].sort((a, b) => a - b)
  answer.ties = [...new Set([...answer.ties, ...path.ties])].sort((a, b) => a - b)
}

/** How many nodes lie on paths from one set to the other: those between, and of the sets those at which a path ends. */
function countBetween({ network, from, to, weights }: BetweenChoice, folded: Folded): number {
  const isUsable = (tie: number) => (weights ? weights[tie]! : 1) !== Number.POSITIVE_INFINITY
  const usable = Array.from(folded.from.keys()).filter(isUsable)
  const ends = (of: ArrayLike<number>) => usable.map((tie) => of[tie]!)
  const isOn = nodesOnPaths(
    compactOf(network.nodes + 2, ends(folded.from), ends(folded.to)),
    folded.one,
    folded.other,
  )
  const found = new Set<number>()
  for (const tie of usable) {
    const sides = [folded.from[tie]!, folded.to[tie]!]
    if (sides[0] === sides[1] || !sides.every((side) => isOn[side] === 1)) continue
    found.add(from[tie]!).add(to[tie]!)
  }
  return found.size
}
