import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { RateReading } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { type EvidenceCount, EvidenceCountType } from './evidence-count.ts'

export type Comparison = {
  /** The first of the days after the intervention. */
  day: string
  before: number
  after: number
  daysBefore: number
  daysAfter: number
  /** Rate after over rate before, null where it has no bound or is not known. */
  ratio: number | null
  low: number | null
  high: number | null
  chance: number
  reading: RateReading
  dispersion: number | null
  wholeYears: boolean
}
export type MonthCount = { month: string; count: number }
export type ActivityResult = {
  kind: 'activity'
  things: NodeRow[]
  months: MonthCount[]
  undated: number
  comparison: Comparison | null
  evidence: EvidenceCount
  claims: EvidenceRelation[]
}

const ComparisonType = builder.objectRef<Comparison>('ActivityComparison').implement({
  description:
    'Incidents before a day and from it on. What rose or fell after an intervention need not have done so because of it, and what is reported may have changed instead of what was done.',
  fields: (t) => ({
    day: t.field({ type: 'Day', resolve: ({ day }) => day }),
    before: t.exposeInt('before'),
    after: t.exposeInt('after'),
    daysBefore: t.exposeInt('daysBefore'),
    daysAfter: t.exposeInt('daysAfter'),
    ratio: t.exposeFloat('ratio', {
      nullable: true,
      description: 'The daily rate after over the daily rate before; null where nothing was before.',
    }),
    low: t.exposeFloat('low', {
      nullable: true,
      description: 'The exact interval of the ratio at 95 %: from here.',
    }),
    high: t.exposeFloat('high', { nullable: true, description: 'To here; null: without a bound.' }),
    chance: t.exposeFloat('chance', {
      description: 'Of a difference as great, either way, where nothing has changed.',
    }),
    reading: t.field({ type: code('RateReading'), resolve: ({ reading }) => reading }),
    dispersion: t.exposeFloat('dispersion', {
      nullable: true,
      description:
        'About 1 where incidents come independently. Far above it they come in bursts or seasons, and the interval is too narrow.',
    }),
    wholeYears: t.exposeBoolean('wholeYears', {
      description: 'Whether both sides are whole years, so that no season stands on one of them alone.',
    }),
  }),
})

const Month = builder.objectRef<MonthCount>('MonthCount').implement({
  fields: (t) => ({
    month: t.exposeString('month', { description: 'YYYY-MM.' }),
    count: t.exposeInt('count', { description: 'Incidents told of: 0 says that none is known.' }),
  }),
})

export const ActivityResultType = builder.objectRef<ActivityResult>('ActivityResult').implement({
  description: 'Incidents that are told of a corridor or network, month by month.',
  fields: (t) => ({
    things: t.field({ type: [Node], resolve: ({ things }) => things }),
    months: t.field({ type: [Month], resolve: ({ months }) => months }),
    undated: t.exposeInt('undated', { description: 'Incidents of which nobody says the day.' }),
    comparison: t.field({
      type: ComparisonType,
      nullable: true,
      description: 'Where an intervention was named.',
      resolve: ({ comparison }) => comparison,
    }),
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

export const ActivityInput = builder.inputType('ActivityInput', {
  fields: (t) => ({
    things: t.idList({ required: true, description: 'Routes, legs and networks: one corridor together.' }),
    from: t.string({ description: 'YYYY-MM.' }),
    to: t.string({ description: 'YYYY-MM, included.' }),
    intervention: t.field({ type: 'Day', description: 'The first of the days after it.' }),
    before: t.int({ description: 'Months before it, 1 to 120; 12 if not given.' }),
    after: t.int({ description: 'Months after it, 1 to 120; 12 if not given.' }),
    claims: t.int({ description: 'Claims to open, 0 to 100; 20 if not given.' }),
  }),
})
