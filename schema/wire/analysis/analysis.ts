import type { z } from 'zod'
import { Fault, faultOf } from '../fault.ts'
import { faultsOf } from '../report.ts'
import { ActivityQuestion } from './activity.ts'
import { BetweenQuestion } from './between.ts'
import { BypassQuestion } from './bypass.ts'
import { CrimeMatrixQuestion } from './crime-matrix.ts'
import { DisplacementQuestion } from './displacement.ts'
import { DisruptionQuestion } from './disruption.ts'
import { FacetTrendQuestion } from './facet-trend.ts'
import { FlowQuestion } from './flow.ts'
import { KeyPlayersQuestion } from './key-players.ts'
import { PathQuestion } from './path.ts'
import { ResurgenceQuestion } from './resurgence.ts'
import { FacetSearchQuestion, SimilarQuestion } from './similar.ts'
import { StructureQuestion } from './structure.ts'
import { ThreatPictureQuestion } from './threat-picture.ts'
import { TimePathQuestion } from './time-path.ts'

/** What can be asked of a view, each by its name in the API. The list is closed. */
export const QUESTIONS = {
  path: PathQuestion,
  similar: SimilarQuestion,
  facetSearch: FacetSearchQuestion,
  structure: StructureQuestion,
  flow: FlowQuestion,
  activity: ActivityQuestion,
  displacement: DisplacementQuestion,
  bypass: BypassQuestion,
  facetTrend: FacetTrendQuestion,
  crimeMatrix: CrimeMatrixQuestion,
  resurgence: ResurgenceQuestion,
  between: BetweenQuestion,
  timePath: TimePathQuestion,
  keyPlayers: KeyPlayersQuestion,
  disruption: DisruptionQuestion,
  threatPicture: ThreatPictureQuestion,
} as const satisfies Record<string, z.ZodObject>

export type QuestionKind = keyof typeof QUESTIONS
export const QUESTION_KINDS = Object.keys(QUESTIONS) as QuestionKind[]

export type Question<K extends QuestionKind = QuestionKind> = {
  [One in K]: { kind: One; asked: z.infer<(typeof QUESTIONS)[One]> }
}[K]

/** The one question of an input, with its defaults. Throws BAD_INPUT with the path of each field that is wrong. */
export function questionOf(input: Readonly<Record<string, unknown>>): Question {
  const given = QUESTION_KINDS.filter((kind) => input[kind] !== undefined && input[kind] !== null)
  const [kind] = given
  if (!kind || given.length > 1)
    throw new Fault('BAD_INPUT', `expected exactly one question, got ${given.length}`, { path: ['analysis'] })
  const parsed = QUESTIONS[kind].safeParse(withoutNulls(input[kind]))
  if (parsed.success) return { kind, asked: parsed.data } as Question
  throw faultOf(faultsOf(parsed.error, ['analysis', kind]))
}

/** A variable that is null is one that was not given. */
function withoutNulls(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && one !== undefined)
      .map(([name, one]) => [name, withoutNulls(one)]),
  )
}
