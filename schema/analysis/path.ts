import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code, RelationTypeEnum } from '../codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'

/** One hop of a path, and every claim by which it could be gone. `length` is in hops. */
export type PathHop = { from: NodeRow; to: NodeRow; length: number; claims: EvidenceRelation[] }
export type FoundPath = { length: number; hops: PathHop[] }

export type PathResult = {
  kind: 'path'
  from: NodeRow
  to: NodeRow
  /** Claims that paths could take. */
  claims: number
  paths: FoundPath[]
}

/** How many reports say it, by any of these claims. */
export const reportsOf = (claims: readonly EvidenceRelation[]): number =>
  new Set(claims.map(({ report }) => report)).size

const Hop = builder.objectRef<PathHop>('PathHop').implement({
  description: 'From one thing to the next, by all claims that say so and could be taken.',
  fields: (t) => ({
    from: t.field({ type: Node, resolve: ({ from }) => from }),
    to: t.field({ type: Node, resolve: ({ to }) => to }),
    length: t.exposeFloat('length', { description: 'Of the claim that weighs least, in hops.' }),
    claims: t.field({ type: [Relation], resolve: ({ claims }) => relationsShown(claims) }),
    reports: t.int({
      description: 'How many reports say it. One that says it alone may be wrong alone.',
      resolve: ({ claims }) => reportsOf(claims),
    }),
  }),
})

export const FoundPathType = builder.objectRef<FoundPath>('FoundPath').implement({
  description: 'A path that passes nothing twice.',
  fields: (t) => ({
    length: t.exposeFloat('length', {
      description: 'In hops: what the asker called long. It is no likelihood.',
    }),
    ofOneReport: t.int({
      description: 'How many of its hops one report alone says.',
      resolve: ({ hops }) => hops.filter(({ claims }) => reportsOf(claims) === 1).length,
    }),
    hops: t.field({ type: [Hop], resolve: ({ hops }) => hops }),
  }),
})

export const PathResultType = builder.objectRef<PathResult>('PathResult').implement({
  description:
    'The least paths from one thing to another in what may be seen, the least first. That claims can be joined does not say that anybody went that way.',
  fields: (t) => ({
    from: t.field({ type: Node, resolve: ({ from }) => from }),
    to: t.field({ type: Node, resolve: ({ to }) => to }),
    claims: t.exposeInt('claims', { description: 'How many claims a path could take.' }),
    paths: t.field({ type: [FoundPathType], resolve: ({ paths }) => paths }),
  }),
})

type InputFields = Parameters<NonNullable<Parameters<typeof builder.inputType>[1]['fields']>>[0]

/** Which claims a path may take. */
export const takenInput = (t: InputFields) => ({
  types: t.field({
    type: [RelationTypeEnum],
    description:
      'Only these, and through whatever they lead to. Without any, all of them, but through no place and no crime: sharing one is no connection.',
  }),
  ties: t.field({
    type: [code('Tie')],
    description: 'Only those who are said to work together in one of these ways.',
  }),
})

/** What makes a path long. */
export const weighingInput = (t: InputFields) => ({
  ...takenInput(t),
  weigh: t.field({
    type: [code('Weight')],
    description:
      'HOPS if not given. GRADING: up to one hop more for the worst grading. RECENCY: up to one more with age. KIND: half a hop more for each place in `types` and in `ties`.',
  }),
  on: t.field({ type: 'Day', description: 'By RECENCY: from when age is counted.' }),
  half: t.int({
    description: 'By RECENCY: days at which age adds half of all it can, 1 to 36500; 365 if not given.',
  }),
})

export const PathInput = builder.inputType('PathInput', {
  fields: (t) => ({
    from: t.id({ required: true }),
    to: t.id({ required: true }),
    most: t.int({ description: 'Paths, 1 to 10; 3 if not given.' }),
    ...weighingInput(t),
  }),
})
