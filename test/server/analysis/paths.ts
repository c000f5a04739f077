import * as fc from 'fast-check'
import { compactOf } from '../../../server/analysis/compact.ts'
import { comparePaths, type Path } from '../../../server/analysis/shortest.ts'
import { type WayChoice, type Ways, waysOf } from '../../../server/analysis/ways.ts'

/** A small network with parallel and self ties, distinct ranks in any order, and weights of which many are equal. */
export type Small = {
  nodes: number
  ties: { from: number; to: number; rank: number; weight: number }[]
  isDirected: boolean
}

export const smallNetwork = (mostNodes = 6, mostTies = 14): fc.Arbitrary<Small> =>
  fc.integer({ min: 1, max: mostNodes }).chain((nodes) => {
    const node = fc.nat(nodes - 1)
    const ends = fc.array(fc.record({ from: node, to: node, weight: fc.nat(3) }), { maxLength: mostTies })
    return ends.chain((ties) =>
      fc
        .tuple(fc.shuffledSubarray([...ties.keys()], { minLength: ties.length }), fc.boolean())
        .map(([ranks, isDirected]) => ({
          nodes,
          ties: ties.map((tie, at) => ({ ...tie, rank: ranks[at]! })),
          isDirected,
        })),
    )
  })

export function waysOfSmall({ nodes, ties, isDirected }: Small, isWeighted: boolean): Ways {
  const from = ties.map((tie) => tie.from)
  const to = ties.map((tie) => tie.to)
  const rank = ties.map((tie) => tie.rank)
  const choice: WayChoice = { network: compactOf(nodes, from, to), from, to, rank, isDirected }
  return waysOf(isWeighted ? { ...choice, weights: ties.map((tie) => tie.weight) } : choice)
}

/** Every path without a cycle between two nodes, of the ties themselves, the least of each row of nodes; least first. */
export function allPaths(
  { nodes, ties, isDirected }: Small,
  isWeighted: boolean,
  source: number,
  target: number,
) {
  const found = new Map<string, Path>()
  const go = (path: Path) => {
    const last = path.nodes.at(-1)!
    if (last === target) {
      const known = found.get(path.nodes.join())
      if (!known || comparePaths(path, known) < 0) found.set(path.nodes.join(), path)
      return
    }
    for (const [tie, { from, to, rank, weight }] of ties.entries())
      for (const next of from === last ? [to] : !isDirected && to === last ? [from] : []) {
        if (path.nodes.includes(next)) continue
        const own = isWeighted ? weight : 1
        go({
          nodes: [...path.nodes, next],
          ties: [...path.ties, tie],
          ranks: [...path.ranks, rank],
          weights: [...path.weights, own],
          weight: path.weight + own,
        })
      }
  }
  if (source < nodes) go({ nodes: [source], ties: [], ranks: [], weights: [], weight: 0 })
  return [...found.values()].sort(comparePaths)
}
