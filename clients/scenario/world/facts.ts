import type { Kind } from '../../../schema/wire/codes.ts'
import {
  DESCRIPTIONS,
  type DescriptionKind,
  RELATION_KINDS,
  type RelationKind,
} from '../../../schema/wire/model.ts'

export type Fields = Record<string, string | number | boolean | readonly string[] | readonly number[]>
export type Mention = { local: string; kind: Kind }
/** When something was true: months and days of the world, the end left out where it goes on. */
export type When = { month: number; day?: number; to?: number }
/** One thing that is so in the world, as a claim less its grading; who tells it is not yet said. */
export type Fact = { when: When; mentions: Mention[]; claim: Record<string, Fields>; isAssessment: boolean }

const WORDS = new Map(
  Object.entries(DESCRIPTIONS).map(([word, { kind }]) => [kind as Kind, word as DescriptionKind]),
)

/** A description under the name that the thing has everywhere. */
export function describes(when: When, { local, kind }: Mention, fields: Fields): Fact {
  const claim = { [WORDS.get(kind)!]: { entity: local, label: local, ...fields } }
  return { when, mentions: [{ local, kind }], claim, isAssessment: false }
}

/** A relation; levels, roles and sameness are assessments (law 8). */
export function relates(
  when: When,
  word: RelationKind,
  from: Mention,
  to: Mention,
  fields: Fields = {},
): Fact {
  const claim = { [word]: { from: from.local, to: to.local, ...fields } }
  return { when, mentions: [from, to], claim, isAssessment: word === 'memberOf' || word === 'succeeds' }
}

/** Whether a fact is a relation, which may be told again. */
export const isRelation = ({ claim }: Fact): boolean => RELATION_KINDS.some((word) => word in claim)

const mention =
  (kind: Kind) =>
  (local: string): Mention => ({ local, kind })
export const actor = mention('ACTOR')
export const network = mention('NETWORK')
export const place = mention('PLACE')
export const route = mention('ROUTE')
export const leg = mention('LEG')
export const way = mention('MODUS_OPERANDI')
export const vehicle = mention('VEHICLE')
export const incident = mention('INCIDENT')
export const crime = mention('CRIME')
