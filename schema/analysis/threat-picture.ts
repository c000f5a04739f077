import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Description, Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { Handling, Sensitivity, ThreatIndicator } from '../wire/codes.ts'
import {
  descriptionsShown,
  type EvidenceDescription,
  type EvidenceRelation,
  relationsShown,
} from './evidence.ts'

/** A part of an indicator: of a code, a year or a thing. Null where it is unknown, which is never 0. */
export type ThreatPart = {
  code: string | null
  year: number | null
  node: NodeRow | null
  value: number | null
  low: number | null
  high: number | null
}
export type ThreatFigure = {
  indicator: ThreatIndicator
  value: number | null
  low: number | null
  high: number | null
  /** Of how many things that count here nothing is said. */
  unknown: number
  parts: ThreatPart[]
  /** All claims that it rests on; the first of either kind are listed. */
  claimCount: number
  relations: EvidenceRelation[]
  descriptions: EvidenceDescription[]
}
export type NetworkThreat = {
  network: NodeRow
  leftOut: number
  /** How often it was drawn anew for the bands of its resilience. */
  rounds: number
  /** Of all claims that its figures rest on, listed or not. */
  handling: Handling[]
  sensitivity: Sensitivity | null
  indicators: ThreatFigure[]
}
export type ThreatPictureResult = { kind: 'threatPicture'; networks: NetworkThreat[] }

const PartType = builder.objectRef<ThreatPart>('ThreatPart').implement({
  fields: (t) => ({
    code: t.exposeString('code', {
      nullable: true,
      description: 'A code of the list that the indicator counts by, a country or a currency.',
    }),
    year: t.exposeInt('year', { nullable: true }),
    node: t.field({ type: Node, nullable: true, resolve: ({ node }) => node }),
    value: t.exposeFloat('value', { nullable: true }),
    low: t.exposeFloat('low', { nullable: true }),
    high: t.exposeFloat('high', { nullable: true }),
  }),
})

const FigureType = builder.objectRef<ThreatFigure>('ThreatFigure').implement({
  description:
    'One indicator. `value` null: nobody said anything, which is never 0. Of counts, `low` counts only what a claim graded B2 or better says; of people and fees, `low` and `high` are the least and the most that any report says; of resilience, where nine of ten lay when a tenth of the actors and of their ties was left out.',
  fields: (t) => ({
    indicator: t.field({ type: code('ThreatIndicator'), resolve: ({ indicator }) => indicator }),
    value: t.exposeFloat('value', { nullable: true }),
    low: t.exposeFloat('low', { nullable: true }),
    high: t.exposeFloat('high', { nullable: true }),
    unknown: t.exposeInt('unknown', { description: 'Of how many things that count here nothing is said.' }),
    parts: t.field({ type: [PartType], resolve: ({ parts }) => parts }),
    claimCount: t.exposeInt('claimCount'),
    relations: t.field({ type: [Relation], resolve: ({ relations }) => relationsShown(relations) }),
    descriptions: t.field({
      type: [Description],
      resolve: ({ descriptions }) => descriptionsShown(descriptions),
    }),
  }),
})

const NetworkThreatType = builder.objectRef<NetworkThreat>('NetworkThreat').implement({
  fields: (t) => ({
    network: t.field({ type: Node, resolve: ({ network }) => network }),
    leftOut: t.exposeInt('leftOut', {
      description:
        'Members who are protected: they count among no members and levels, and no claim of theirs is listed.',
    }),
    rounds: t.exposeInt('rounds', {
      description: 'How often it was drawn anew for the bands of its resilience.',
    }),
    handling: t.field({
      type: [code('Handling')],
      description: 'Every code of any claim that its figures rest on, listed or not.',
      resolve: ({ handling }) => handling,
    }),
    sensitivity: t.field({
      type: code('Sensitivity'),
      nullable: true,
      description: 'The highest of them.',
      resolve: ({ sensitivity }) => sensitivity,
    }),
    indicators: t.field({ type: [FigureType], resolve: ({ indicators }) => indicators }),
  }),
})

export const ThreatPictureResultType = builder
  .objectRef<ThreatPictureResult>('ThreatPictureResult')
  .implement({
    description:
      'Indicators of networks side by side, each opened to its claims. They are not added up: there is no score. Trafficking stands apart from every other link.',
    fields: (t) => ({
      networks: t.field({ type: [NetworkThreatType], resolve: ({ networks }) => networks }),
    }),
  })

export const ThreatPictureInput = builder.inputType('ThreatPictureInput', {
  fields: (t) => ({
    networks: t.idList({ required: true, description: '1 to 20 networks.' }),
    most: t.int({
      description: 'Claims of either kind to list for each indicator, 1 to 100; 10 if not given.',
    }),
    rounds: t.int({
      description: 'Draws for the bands of resilience, 0 to 100; 20, or 5 of a large one, if not given.',
    }),
    seed: t.int({ description: 'What they are drawn by; 0 if not given.' }),
  }),
})
