import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { ShiftReading } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { type EvidenceCount, EvidenceCountType } from './evidence-count.ts'

/** A route, a leg, or the legs that lead to a country. */
export type ShownCorridor = { thing: NodeRow | null; country: string | null; legs: number }
export type ShiftSide = {
  corridor: ShownCorridor
  /** YYYY-MM: of the new level the first month, and between which it may as well have been. */
  month: string
  earliest: string
  latest: string
  from: string
  to: string
  before: number
  after: number
  ratio: number | null
  low: number | null
  high: number | null
  chance: number
  evidence: EvidenceCount
  claims: EvidenceRelation[]
}
export type FitShare = { value: number | null; low: number; high: number }
export type ProfileFit = {
  common: FitShare
  ofRise: FitShare
  ofFall: FitShare
  known: number
  unknown: number
}
export type ShownShift = {
  fell: ShiftSide
  rose: ShiftSide
  nationalities: ProfileFit
  facets: ProfileFit
  reading: ShiftReading
}
export type DisplacementResult = {
  kind: 'displacement'
  from: string | null
  to: string | null
  isEnough: boolean
  falseAlarms: number
  corridors: number
  incidents: number
  undated: number
  shifts: ShownShift[]
  unlisted: number
}

const Corridor = builder.objectRef<ShownCorridor>('Corridor').implement({
  fields: (t) => ({
    thing: t.field({
      type: Node,
      nullable: true,
      description: 'The route or leg; null where the corridor is all legs that lead to a country.',
      resolve: ({ thing }) => thing,
    }),
    country: t.exposeString('country', { nullable: true }),
    legs: t.exposeInt('legs'),
  }),
})

const Side = builder.objectRef<ShiftSide>('ShiftSide').implement({
  description: 'A change of level of one corridor. Months are YYYY-MM, both included.',
  fields: (t) => ({
    corridor: t.field({ type: Corridor, resolve: ({ corridor }) => corridor }),
    month: t.exposeString('month', { description: 'The first month of the new level.' }),
    earliest: t.exposeString('earliest', { description: 'It may as well have been from this month on,' }),
    latest: t.exposeString('latest', { description: 'or from this.' }),
    from: t.exposeString('from', { description: 'The first month that was compared.' }),
    to: t.exposeString('to', { description: 'The last.' }),
    before: t.exposeInt('before', { description: 'Incidents of the months compared, before.' }),
    after: t.exposeInt('after'),
    ratio: t.exposeFloat('ratio', {
      nullable: true,
      description: 'The rate after over the rate before, with what the seasons alone would make taken off.',
    }),
    low: t.exposeFloat('low', {
      nullable: true,
      description:
        'Its interval at 95 %, of a change that was looked for, and so rather too far from 1: from here.',
    }),
    high: t.exposeFloat('high', { nullable: true, description: 'To here; null: without a bound.' }),
    chance: t.exposeFloat('chance', {
      description: 'Of a change as strong in any of these corridors at all, where none has changed.',
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

const Share = builder.objectRef<FitShare>('FitShare').implement({
  description: 'A share of 0 to 1, and where it lay in nine of ten resamplings of the incidents.',
  fields: (t) => ({
    value: t.exposeFloat('value', { nullable: true, description: 'Null where nothing is known of it.' }),
    low: t.exposeFloat('low'),
    high: t.exposeFloat('high'),
  }),
})

const Fit = builder.objectRef<ProfileFit>('ProfileFit').implement({
  description: 'How far what rose is of the same kind as what fell.',
  fields: (t) => ({
    common: t.field({
      type: Share,
      description: 'What the two mixes have in common.',
      resolve: ({ common }) => common,
    }),
    ofRise: t.field({
      type: Share,
      description: 'Of what rose, the part for which as much of the same fell.',
      resolve: ({ ofRise }) => ofRise,
    }),
    ofFall: t.field({
      type: Share,
      description: 'Of what fell, the part for which as much of the same rose.',
      resolve: ({ ofFall }) => ofFall,
    }),
    known: t.exposeInt('known', { description: 'Incidents of which it is known.' }),
    unknown: t.exposeInt('unknown', { description: 'Incidents of which nobody says.' }),
  }),
})

const ShiftType = builder.objectRef<ShownShift>('Shift').implement({
  description:
    'One corridor fell while another rose. FITS: what rose has the profile of what fell. OTHER_PROFILE: it has not, so that no shift is shown. TOO_LITTLE: it has, but most of it cannot have come from there. CANNOT_TELL: too little is known of those carried, or of how. None is a verdict: one cause may make one fall and another rise.',
  fields: (t) => ({
    fell: t.field({ type: Side, resolve: ({ fell }) => fell }),
    rose: t.field({ type: Side, resolve: ({ rose }) => rose }),
    nationalities: t.field({
      type: Fit,
      description: 'Of those carried, all together.',
      resolve: ({ nationalities }) => nationalities,
    }),
    facets: t.field({
      type: Fit,
      description: 'Of the ways of working of whoever was involved.',
      resolve: ({ facets }) => facets,
    }),
    reading: t.field({ type: code('ShiftReading'), resolve: ({ reading }) => reading }),
  }),
})

export const DisplacementResultType = builder.objectRef<DisplacementResult>('DisplacementResult').implement({
  description: 'Where one corridor fell while another rose about the same time, those that fit first.',
  fields: (t) => ({
    from: t.exposeString('from', { nullable: true, description: 'YYYY-MM.' }),
    to: t.exposeString('to', { nullable: true, description: 'YYYY-MM, included.' }),
    isEnough: t.exposeBoolean('isEnough', {
      description: 'Whether there are two years, without which nothing was looked for.',
    }),
    falseAlarms: t.exposeFloat('falseAlarms', {
      description:
        'Of all such questions about corridors none of which changed, at most this share names a change; those that come in pairs and fit are fewer.',
    }),
    corridors: t.exposeInt('corridors', { description: 'Corridors that have incidents.' }),
    incidents: t.exposeInt('incidents', {
      description: 'Of each corridor; one in two corridors counts in both.',
    }),
    undated: t.exposeInt('undated'),
    shifts: t.field({ type: [ShiftType], resolve: ({ shifts }) => shifts }),
    unlisted: t.exposeInt('unlisted'),
  }),
})

export const DisplacementInput = builder.inputType('DisplacementInput', {
  fields: (t) => ({
    routes: t.idList({ description: 'Only these routes, and of legs only theirs; without any, all.' }),
    by: t.field({ type: code('CorridorKind'), description: 'LEG if not given.' }),
    from: t.string({ description: 'YYYY-MM.' }),
    to: t.string({ description: 'YYYY-MM, included.' }),
    falseAlarms: t.float({ description: '0.01 to 0.5; 0.05 if not given.' }),
    within: t.int({ description: 'Months that may lie between, 0 to 24; 4 if not given.' }),
    nationalities: t.float({ description: 'Least share in common, 0 to 1; 0.5 if not given.' }),
    facets: t.float({ description: 'Least share in common, 0 to 1; 0.5 if not given.' }),
    explained: t.float({
      description: 'Least part of the rise that fell elsewhere, 0 to 1; 0.25 if not given.',
    }),
    most: t.int({ description: 'Shifts to list, 1 to 100; 20 if not given.' }),
    claims: t.int({ description: 'Claims to open for each side, 0 to 50; 5 if not given.' }),
    seed: t.int({ description: 'What is drawn by; 0 if not given.' }),
  }),
})
