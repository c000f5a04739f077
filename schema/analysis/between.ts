import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { type FoundPath, FoundPathType, weighingInput } from './path.ts'

export type BetweenResult = {
  kind: 'between'
  /** What was asked about, and how many things each set is with the members of its networks. */
  one: NodeRow[]
  other: NodeRow[]
  sizes: [number, number]
  /** The first by id of those in both sets, and how many there are. */
  shared: NodeRow[]
  allShared: number
  nodes: NodeRow[]
  paths: FoundPath[]
  /** What puts those that are shown into a set. */
  memberships: EvidenceRelation[]
  left: { nodes: number; paths: number }
  claims: number
}

const nodes = (of: (result: BetweenResult) => NodeRow[]) => ({ type: [Node] as [typeof Node], resolve: of })

export const BetweenResultType = builder.objectRef<BetweenResult>('BetweenResult').implement({
  description:
    'What connects two sets in what may be seen: those in both, and paths from one to the other that share little. One choice of several that may be as good; the first path is the least there is.',
  fields: (t) => ({
    one: t.field(nodes(({ one }) => one)),
    other: t.field(nodes(({ other }) => other)),
    sizeOne: t.int({
      description: 'Things in the set, members of its networks included.',
      resolve: ({ sizes }) => sizes[0],
    }),
    sizeOther: t.int({ resolve: ({ sizes }) => sizes[1] }),
    shared: t.field({
      ...nodes(({ shared }) => shared),
      description: 'In both sets; no path goes through them.',
    }),
    allShared: t.exposeInt('allShared', {
      description: 'How many are in both; `shared` shows the first by id.',
    }),
    nodes: t.field({ ...nodes((result) => result.nodes), description: 'All that the paths pass.' }),
    paths: t.field({
      type: [FoundPathType],
      description: 'In the order in which they were found: the least first, then what adds most.',
      resolve: ({ paths }) => paths,
    }),
    memberships: t.field({
      type: [Relation],
      description: 'The claims by which those that are shown belong to the networks.',
      resolve: ({ memberships }) => relationsShown(memberships),
    }),
    leftNodes: t.int({
      description: 'Further things that lie between. 0: nothing else does.',
      resolve: ({ left }) => left.nodes,
    }),
    leftPaths: t.int({
      description: 'Paths that were found and would have been too many things.',
      resolve: ({ left }) => left.paths,
    }),
    claims: t.exposeInt('claims', { description: 'How many claims a path could take.' }),
  }),
})

export const BetweenInput = builder.inputType('BetweenInput', {
  fields: (t) => ({
    one: t.idList({ required: true, description: 'A network stands for itself and its members.' }),
    other: t.idList({ required: true }),
    paths: t.int({ description: 'Paths, 1 to 20; 5 if not given.' }),
    nodes: t.int({ description: 'Things in all, 2 to 100; 30 if not given.' }),
    ...weighingInput(t),
  }),
})
