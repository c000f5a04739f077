import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { Means } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { type EvidenceCount, EvidenceCountType } from './evidence-count.ts'

export type FlowFee = { currency: string; perPerson: boolean | null; least: number; most: number }
export type FlowMonth = {
  /** YYYY-MM. */
  month: string
  incidents: number
  /** The sums of the lowest and of the highest claims of each incident. */
  personsLeast: number
  personsMost: number
  /** Incidents that nobody gave a number for. */
  uncounted: number
  means: Means[]
  fees: FlowFee[]
}
export type FlowLeg = {
  at: NodeRow
  months: FlowMonth[]
  evidence: EvidenceCount
  claims: EvidenceRelation[]
}
export type FlowResult = {
  kind: 'flow'
  /** The first and the last month, YYYY-MM; null where nothing is dated. */
  from: string | null
  to: string | null
  legs: FlowLeg[]
  unlisted: number
  undated: number
  nowhere: number | null
}

const Fee = builder.objectRef<FlowFee>('FlowFee').implement({
  description:
    'What claims say was paid, as a range. Fees of two currencies are never turned into one another.',
  fields: (t) => ({
    currency: t.exposeString('currency'),
    perPerson: t.exposeBoolean('perPerson', { nullable: true, description: 'Null where nobody says.' }),
    least: t.exposeFloat('least'),
    most: t.exposeFloat('most'),
  }),
})

const MonthOfFlow = builder.objectRef<FlowMonth>('FlowMonth').implement({
  description:
    'A month in which something is told. A month that is missing is one of which nothing is told, and no more. Persons of two incidents may be the same people.',
  fields: (t) => ({
    month: t.exposeString('month', { description: 'YYYY-MM.' }),
    incidents: t.exposeInt('incidents'),
    personsLeast: t.exposeInt('personsLeast', {
      description: 'Of the incidents that are counted, by the lowest claim of each.',
    }),
    personsMost: t.exposeInt('personsMost', { description: 'By the highest claim of each.' }),
    uncounted: t.exposeInt('uncounted', { description: 'Incidents for which nobody gives a number.' }),
    means: t.field({ type: [code('Means')], resolve: ({ means }) => means }),
    fees: t.field({ type: [Fee], resolve: ({ fees }) => fees }),
  }),
})

const Leg = builder.objectRef<FlowLeg>('FlowLeg').implement({
  fields: (t) => ({
    at: t.field({
      type: Node,
      description: 'A leg; or a route, for incidents of which nobody says on which of its legs.',
      resolve: ({ at }) => at,
    }),
    months: t.field({ type: [MonthOfFlow], resolve: ({ months }) => months }),
    evidence: t.field({
      type: EvidenceCountType,
      description: 'The claims that put these incidents there.',
      resolve: ({ evidence }) => evidence,
    }),
    claims: t.field({
      type: [Relation],
      description: 'The best graded of them.',
      resolve: ({ claims }) => relationsShown(claims),
    }),
  }),
})

export const FlowResultType = builder.objectRef<FlowResult>('FlowResult').implement({
  description:
    'What is told of legs, month by month: crossings that somebody reported, never an estimate of those that nobody did. Legs with most incidents come first. Incidents that are said to be the same count apart.',
  fields: (t) => ({
    from: t.exposeString('from', { nullable: true, description: 'YYYY-MM.' }),
    to: t.exposeString('to', { nullable: true, description: 'YYYY-MM, included.' }),
    legs: t.field({ type: [Leg], resolve: ({ legs }) => legs }),
    unlisted: t.exposeInt('unlisted', { description: 'Legs with incidents that are not listed.' }),
    undated: t.exposeInt('undated', { description: 'Incidents on these legs of which nobody says the day.' }),
    nowhere: t.exposeInt('nowhere', {
      nullable: true,
      description: 'Incidents that nobody puts on a leg or route; null where routes were named.',
    }),
  }),
})

export const FlowInput = builder.inputType('FlowInput', {
  fields: (t) => ({
    routes: t.idList({ description: 'Only these routes and their legs; without any, all.' }),
    from: t.string({ description: 'YYYY-MM.' }),
    to: t.string({ description: 'YYYY-MM, included.' }),
    most: t.int({ description: 'Legs to list, 1 to 100; 20 if not given.' }),
    claims: t.int({ description: 'Claims to open for each, 0 to 100; 5 if not given.' }),
  }),
})
