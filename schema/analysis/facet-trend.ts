import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { Facet, RateReading } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { type EvidenceCount, EvidenceCountType } from './evidence-count.ts'

export type QuarterShare = {
  /** The first of its three months, YYYY-MM. */
  month: string
  all: number
  having: number
  share: number | null
  low: number
  high: number
}
export type ShownTrend = {
  facet: Facet
  quarters: QuarterShare[]
  slope: number | null
  low: number | null
  high: number | null
  chance: number | null
  reading: RateReading
}
export type FacetTrendResult = {
  kind: 'facetTrend'
  things: NodeRow[]
  from: string | null
  to: string | null
  incidents: number
  known: number
  undated: number
  tried: number
  trends: ShownTrend[]
  evidence: EvidenceCount
  claims: EvidenceRelation[]
}

const Quarter = builder.objectRef<QuarterShare>('QuarterShare').implement({
  description: 'Three months, the first named.',
  fields: (t) => ({
    month: t.exposeString('month', { description: 'YYYY-MM.' }),
    all: t.exposeInt('all', { description: 'Incidents of which some facet is known.' }),
    having: t.exposeInt('having', { description: 'Those with this one.' }),
    share: t.exposeFloat('share', { nullable: true, description: 'Null where there is none.' }),
    low: t.exposeFloat('low', { description: 'The interval of the share at 95 %: from here,' }),
    high: t.exposeFloat('high', { description: 'to here.' }),
  }),
})

const Trend = builder.objectRef<ShownTrend>('FacetTrend').implement({
  fields: (t) => ({
    facet: t.field({ type: code('Facet'), resolve: ({ facet }) => facet }),
    quarters: t.field({ type: [Quarter], resolve: ({ quarters }) => quarters }),
    slope: t.exposeFloat('slope', {
      nullable: true,
      description: 'What the share grows by in a quarter; null where it cannot be told.',
    }),
    low: t.exposeFloat('low', { nullable: true, description: 'Its interval at 95 %: from here,' }),
    high: t.exposeFloat('high', { nullable: true, description: 'to here.' }),
    chance: t.exposeFloat('chance', {
      nullable: true,
      description: 'Of a slope as steep where there is none, for this facet alone.',
    }),
    reading: t.field({ type: code('RateReading'), resolve: ({ reading }) => reading }),
  }),
})

export const FacetTrendResultType = builder.objectRef<FacetTrendResult>('FacetTrendResult').implement({
  description:
    'The share of each facet among the incidents of a corridor, by quarter. A facet that nobody mentions may be there all the same.',
  fields: (t) => ({
    things: t.field({ type: [Node], resolve: ({ things }) => things }),
    from: t.exposeString('from', { nullable: true, description: 'YYYY-MM.' }),
    to: t.exposeString('to', { nullable: true, description: 'YYYY-MM, included.' }),
    incidents: t.exposeInt('incidents', { description: 'In these months.' }),
    known: t.exposeInt('known', { description: 'Those of which some facet is known: they alone count.' }),
    undated: t.exposeInt('undated', { description: 'Incidents of which nobody says the day.' }),
    tried: t.exposeInt('tried', {
      description: 'Facets tried: of twenty without any trend one shows some at 95 %.',
    }),
    trends: t.field({
      type: [Trend],
      description: 'Those with the least chance first.',
      resolve: ({ trends }) => trends,
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

export const FacetTrendInput = builder.inputType('FacetTrendInput', {
  fields: (t) => ({
    things: t.idList({ required: true, description: 'Routes, legs and networks: one corridor together.' }),
    groups: t.field({ type: [code('FacetGroup')], description: 'Only facets of these; without any, all.' }),
    from: t.string({ description: 'YYYY-MM. Quarters count from here.' }),
    to: t.string({ description: 'YYYY-MM, included.' }),
    most: t.int({ description: 'Facets to list, 1 to 100; 20 if not given.' }),
    claims: t.int({ description: 'Claims to open, 0 to 100; 10 if not given.' }),
  }),
})
