import * as fc from 'fast-check'
import { type Compact, compactOf } from '../../../server/analysis/compact.ts'
import { seeded } from '../../../server/analysis/random.ts'

/** Ties among at most `most` nodes: with oneself, doubled, and few enough for parts that hang on one node or on nothing. */
export const drawnNetwork = (most = 11): fc.Arbitrary<Compact> =>
  fc
    .nat(most - 1)
    .chain((last) =>
      fc.record({
        nodes: fc.constant(last + 1),
        ties: fc.array(fc.tuple(fc.nat(last), fc.nat(last)), { maxLength: 2 * most }),
      }),
    )
    .map(({ nodes, ties }) => networkOf(nodes, ties))

export const networkOf = (nodes: number, ties: [number, number][]): Compact =>
  compactOf(
    nodes,
    ties.map(([one]) => one),
    ties.map(([, other]) => other),
  )

/** As many ties between nodes drawn alike. */
export function randomNetwork(nodes: number, ties: number, seed: number): Compact {
  const random = seeded(seed)
  const ends = () => Array.from({ length: ties }, () => random.below(nodes))
  return compactOf(nodes, ends(), ends())
}

export const star = (leaves: number) =>
  networkOf(
    leaves + 1,
    Array.from({ length: leaves }, (_, leaf) => [0, leaf + 1]),
  )

/** Nodes 0 … size − 1 all know each other, as do the next as many; the last of those knows the first of these. */
export const twoCliques = (size: number) =>
  networkOf(2 * size, [...clique(0, size), ...clique(size, size), [size - 1, size]])

function clique(first: number, size: number): [number, number][] {
  const nodes = Array.from({ length: size }, (_, at) => first + at)
  return nodes.flatMap((one) =>
    nodes.filter((other) => other > one).map((other): [number, number] => [one, other]),
  )
}

export const endsOf = ({ ends }: Compact, pair: number): [number, number] => [
  ends[2 * pair]!,
  ends[2 * pair + 1]!,
]

/** Which nodes are reached from one, without passing `not`. Slow and plain. */
export function reachedFrom(network: Compact, from: number, not?: number): Set<number> {
  const reached = new Set([from])
  for (const node of reached)
    for (let pair = 0; pair < network.pairs; pair++) {
      const [one, other] = endsOf(network, pair)
      if (one === node && other !== not) reached.add(other)
      if (other === node && one !== not) reached.add(one)
    }
  return reached
}
