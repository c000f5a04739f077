import { type Compact, compactOf } from '../../../server/analysis/compact.ts'
import { seeded } from '../../../server/analysis/random.ts'
import type { Ties } from './naive-cohesion.ts'

// Small networks by their ties, and larger drawn ones, for what is measured of sets of nodes.

export const network = (nodes: number, ties: Ties): Compact =>
  compactOf(
    nodes,
    ties.map(([one]) => one),
    ties.map(([, other]) => other),
  )

export const path = (nodes: number): Ties =>
  Array.from({ length: nodes - 1 }, (_, node) => [node, node + 1] as const)

const clique = (nodes: number[]): Ties =>
  nodes.flatMap((one) => nodes.filter((other) => one < other).map((other) => [one, other] as const))

/** Two cliques of four that node 4 bridges, tied to one of each. */
export const BRIDGED: Ties = [...clique([0, 1, 2, 3]), [3, 4], [4, 5], ...clique([5, 6, 7, 8])]

/** Some tied to many, as in networks that grow: every other end is drawn from the ends before. */
export function large(nodes: number) {
  const random = seeded(nodes)
  const bag: number[] = []
  const ties = Array.from({ length: 2 * nodes }, (_, tie) => {
    const ends = [
      tie % nodes,
      tie % 2 && bag.length > 0 ? bag[random.below(bag.length)]! : random.below(nodes),
    ] as const
    bag.push(...ends)
    return ends
  })
  return { nodes, ties }
}
