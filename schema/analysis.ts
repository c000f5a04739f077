import { ActivityInput, type ActivityResult, ActivityResultType } from './analysis/activity.ts'
import { BetweenInput, type BetweenResult, BetweenResultType } from './analysis/between.ts'
import { BypassInput, type BypassResult, BypassResultType } from './analysis/bypass.ts'
import { CrimeMatrixInput, type CrimeMatrixResult, CrimeMatrixResultType } from './analysis/crime-matrix.ts'
import {
  DisplacementInput,
  type DisplacementResult,
  DisplacementResultType,
} from './analysis/displacement.ts'
import { DisruptionInput, type DisruptionResult, DisruptionResultType } from './analysis/disruption.ts'
import { FacetTrendInput, type FacetTrendResult, FacetTrendResultType } from './analysis/facet-trend.ts'
import { FlowInput, type FlowResult, FlowResultType } from './analysis/flow.ts'
import { KeyPlayersInput, type KeyPlayersResult, KeyPlayersResultType } from './analysis/key-players.ts'
import { PathInput, type PathResult, PathResultType } from './analysis/path.ts'
import { ResurgenceInput, type ResurgenceResult, ResurgenceResultType } from './analysis/resurgence.ts'
import {
  FacetSearchInput,
  type FacetSearchResult,
  FacetSearchResultType,
  SimilarInput,
  type SimilarResult,
  SimilarResultType,
} from './analysis/similar.ts'
import { StructureInput, type StructureResult, StructureResultType } from './analysis/structure.ts'
import {
  ThreatPictureInput,
  type ThreatPictureResult,
  ThreatPictureResultType,
} from './analysis/threat-picture.ts'
import { TimePathInput, type TimePathResult, TimePathResultType } from './analysis/time-path.ts'
import { builder } from './builder.ts'
import { code } from './codes.ts'
import { QUESTION_KINDS, type QuestionKind, questionOf } from './wire/analysis/analysis.ts'
import type { AnalysisState } from './wire/codes.ts'
import type { FaultCode } from './wire/fault.ts'

/** What came of each question, by its kind: what a thread computes, and the types here show. */
export type Results = {
  path: PathResult
  similar: SimilarResult
  facetSearch: FacetSearchResult
  structure: StructureResult
  flow: FlowResult
  activity: ActivityResult
  displacement: DisplacementResult
  bypass: BypassResult
  facetTrend: FacetTrendResult
  crimeMatrix: CrimeMatrixResult
  resurgence: ResurgenceResult
  between: BetweenResult
  timePath: TimePathResult
  keyPlayers: KeyPlayersResult
  disruption: DisruptionResult
  threatPicture: ThreatPictureResult
}
export type Result = Results[QuestionKind]

/** An analysis as its asker sees it. Times are ms. */
export type ShownAnalysis = {
  id: string
  kind: QuestionKind
  /** What was asked, with its defaults. */
  asked: unknown
  state: AnalysisState
  /** 0 to 1. */
  progress: number
  askedAt: number
  /** The moment that was asked for; null: that at which it was asked. */
  asOf: string | null
  endedAt: number | null
  fault: { code: FaultCode; message: string } | null
}

const TYPES = {
  path: PathResultType,
  similar: SimilarResultType,
  facetSearch: FacetSearchResultType,
  structure: StructureResultType,
  flow: FlowResultType,
  activity: ActivityResultType,
  displacement: DisplacementResultType,
  bypass: BypassResultType,
  facetTrend: FacetTrendResultType,
  crimeMatrix: CrimeMatrixResultType,
  resurgence: ResurgenceResultType,
  between: BetweenResultType,
  timePath: TimePathResultType,
  keyPlayers: KeyPlayersResultType,
  disruption: DisruptionResultType,
  threatPicture: ThreatPictureResultType,
} as const satisfies Record<QuestionKind, unknown>

const AnalysisInput = builder.inputType('AnalysisInput', {
  description: 'Exactly one question.',
  isOneOf: true,
  fields: (t) => ({
    path: t.field({ type: PathInput }),
    similar: t.field({ type: SimilarInput }),
    facetSearch: t.field({ type: FacetSearchInput }),
    structure: t.field({ type: StructureInput }),
    flow: t.field({ type: FlowInput }),
    activity: t.field({ type: ActivityInput }),
    displacement: t.field({ type: DisplacementInput }),
    bypass: t.field({ type: BypassInput }),
    facetTrend: t.field({ type: FacetTrendInput }),
    crimeMatrix: t.field({ type: CrimeMatrixInput }),
    resurgence: t.field({ type: ResurgenceInput }),
    between: t.field({ type: BetweenInput }),
    timePath: t.field({ type: TimePathInput }),
    keyPlayers: t.field({ type: KeyPlayersInput }),
    disruption: t.field({ type: DisruptionInput }),
    threatPicture: t.field({ type: ThreatPictureInput }),
  }),
})

const AnalysisResult = builder.unionType('AnalysisResult', {
  types: QUESTION_KINDS.map((kind) => TYPES[kind]),
  resolveType: (result) => TYPES[result.kind],
})

const AnalysisFault = builder.objectRef<NonNullable<ShownAnalysis['fault']>>('AnalysisFault').implement({
  fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
})

const Analysis = builder.objectRef<ShownAnalysis>('Analysis').implement({
  description:
    'A question about all that its asker may see, computed beside everything else. It is kept for an hour, for him alone, and not through a restart.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.exposeString('kind'),
    question: t.field({ type: 'Json', resolve: ({ asked }) => asked }),
    state: t.field({ type: code('AnalysisState'), resolve: ({ state }) => state }),
    progress: t.exposeFloat('progress', { description: '0 to 1.' }),
    askedAt: t.field({ type: 'Time', resolve: ({ askedAt }) => new Date(askedAt).toISOString() }),
    asOf: t.expose('asOf', {
      type: 'Time',
      nullable: true,
      description: 'The moment whose knowledge was asked for; without one, that at which it was asked.',
    }),
    endedAt: t.field({
      type: 'Time',
      nullable: true,
      resolve: ({ endedAt }) => (endedAt === null ? null : new Date(endedAt).toISOString()),
    }),
    fault: t.field({ type: AnalysisFault, nullable: true, resolve: ({ fault }) => fault }),
    result: t.field({
      type: AnalysisResult,
      nullable: true,
      description: 'Only where it is DONE. Each reading is on record, with what it shows.',
      resolve: ({ id }, _, { analyses }) => analyses.result(id),
    }),
  }),
})

builder.queryFields((t) => ({
  analysis: t.field({
    type: Analysis,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { analyses }) => analyses.open(id),
  }),
  analyses: t.field({
    type: [Analysis],
    description: 'What you have asked and is still kept, the latest first.',
    resolve: (_, __, { analyses }) => analyses.list(),
  }),
}))

builder.mutationFields((t) => ({
  startAnalysis: t.field({
    type: Analysis,
    description: 'The same key again is the same analysis.',
    args: {
      key: t.arg.id({ required: true }),
      analysis: t.arg({ type: AnalysisInput, required: true }),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: (_, { key, analysis, asOf }, { analyses, time }) =>
      analyses.start({ key, question: questionOf(analysis), asOf: asOf ?? null, moment: time.moment(asOf) }),
  }),
  cancelAnalysis: t.field({
    type: Analysis,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { analyses }) => analyses.cancel(id),
  }),
}))
