import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { BypassActivity, BypassCost, LegStatus } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { type EvidenceCount, EvidenceCountType } from './evidence-count.ts'

export type BypassLeg = {
  leg: NodeRow
  status: LegStatus | null
  before: number
  since: number
  evidence: EvidenceCount
  claims: EvidenceRelation[]
}
export type BypassHop = { from: NodeRow; to: NodeRow; legs: BypassLeg[] }
/** `untold`: hops of which nobody says it, so that the sum is too low. */
export type CostSum = { least: number; most: number; untold: number }
export type BypassWay = {
  cost: number
  more: number | null
  activity: BypassActivity
  isNew: boolean
  hours: CostSum
  fees: (CostSum & { currency: string })[]
  hops: BypassHop[]
}
export type BypassResult = {
  kind: 'bypass'
  from: NodeRow
  to: NodeRow
  closed: NodeRow[]
  /** YYYY-MM-DD; null: every incident counts as since. */
  since: string | null
  by: BypassCost
  currency: string | null
  usual: BypassWay | null
  ways: BypassWay[]
  unpriced: number
}

const Leg = builder.objectRef<BypassLeg>('BypassLeg').implement({
  fields: (t) => ({
    leg: t.field({ type: Node, resolve: ({ leg }) => leg }),
    status: t.field({
      type: code('LegStatus'),
      nullable: true,
      description: 'As the best graded claim has it.',
      resolve: ({ status }) => status,
    }),
    before: t.exposeInt('before', { description: 'Incidents told of before the control.' }),
    since: t.exposeInt('since', { description: 'And since. Not seen is not unused.' }),
    evidence: t.field({
      type: EvidenceCountType,
      description: 'The claims that say from where to where it leads.',
      resolve: ({ evidence }) => evidence,
    }),
    claims: t.field({
      type: [Relation],
      description: 'The best graded of them.',
      resolve: ({ claims }) => relationsShown(claims),
    }),
  }),
})

const Hop = builder.objectRef<BypassHop>('BypassHop').implement({
  fields: (t) => ({
    from: t.field({ type: Node, resolve: ({ from }) => from }),
    to: t.field({ type: Node, resolve: ({ to }) => to }),
    legs: t.field({
      type: [Leg],
      description: 'All legs that lead there, the cheapest first.',
      resolve: ({ legs }) => legs,
    }),
  }),
})

const Hours = builder.objectRef<CostSum>('HoursSum').implement({
  description: 'Over the cheapest leg of each hop, by the lowest and the highest claims.',
  fields: (t) => ({
    least: t.exposeInt('least'),
    most: t.exposeInt('most'),
    untold: t.exposeInt('untold', { description: 'Hops of which nobody says it: the sum is too low.' }),
  }),
})

const Fee = builder.objectRef<BypassWay['fees'][number]>('FeeSum').implement({
  description: 'What a person pays in one currency, by the lowest and the highest claims.',
  fields: (t) => ({
    currency: t.exposeString('currency'),
    least: t.exposeFloat('least'),
    most: t.exposeFloat('most'),
    untold: t.exposeInt('untold', {
      description: 'Hops of which nobody says it in this currency: the sum is too low.',
    }),
  }),
})

const Way = builder.objectRef<BypassWay>('BypassWay').implement({
  description:
    'A way round: a suggestion where to look. It is made of legs that somebody has told of; a way that nobody knows is not in it.',
  fields: (t) => ({
    cost: t.exposeFloat('cost', { description: 'In the unit that was asked for.' }),
    more: t.exposeFloat('more', {
      nullable: true,
      description: 'More than the cheapest way if nothing were controlled; null where there is none.',
    }),
    activity: t.field({ type: code('BypassActivity'), resolve: ({ activity }) => activity }),
    isNew: t.exposeBoolean('isNew', {
      description: 'Whether on some hop nothing was told before the control, and something since.',
    }),
    hours: t.field({ type: Hours, resolve: ({ hours }) => hours }),
    fees: t.field({ type: [Fee], resolve: ({ fees }) => fees }),
    hops: t.field({ type: [Hop], resolve: ({ hops }) => hops }),
  }),
})

export const BypassResultType = builder.objectRef<BypassResult>('BypassResult').implement({
  description: 'Ways round what is controlled, the cheapest first.',
  fields: (t) => ({
    from: t.field({ type: Node, resolve: ({ from }) => from }),
    to: t.field({ type: Node, resolve: ({ to }) => to }),
    closed: t.field({ type: [Node], resolve: ({ closed }) => closed }),
    since: t.field({
      type: 'Day',
      nullable: true,
      description: 'The day of the control; null where none is known, and every incident counts as since.',
      resolve: ({ since }) => since,
    }),
    by: t.field({ type: code('BypassCost'), resolve: ({ by }) => by }),
    currency: t.exposeString('currency', { nullable: true }),
    usual: t.field({
      type: Way,
      nullable: true,
      description:
        'The cheapest way if nothing were controlled: of several as cheap it need not be the one that is.',
      resolve: ({ usual }) => usual,
    }),
    ways: t.field({ type: [Way], resolve: ({ ways }) => ways }),
    unpriced: t.exposeInt('unpriced', {
      description: 'Legs that are left out, because nobody says what was asked for.',
    }),
  }),
})

export const BypassInput = builder.inputType('BypassInput', {
  fields: (t) => ({
    from: t.id({ required: true, description: 'A place.' }),
    to: t.id({ required: true, description: 'A place.' }),
    closed: t.idList({ required: true, description: 'Legs and places.' }),
    by: t.field({ type: code('BypassCost'), description: 'LEGS if not given.' }),
    currency: t.string({ description: 'By FEE: fees in this currency alone.' }),
    since: t.field({
      type: 'Day',
      description: 'The day of the control; if not given the first on which a claim says that it stood.',
    }),
    most: t.int({ description: 'Ways to list, 1 to 20; 5 if not given.' }),
    claims: t.int({ description: 'Claims to open for each leg, 0 to 20; 3 if not given.' }),
  }),
})
