import { z } from 'zod'
import { CodeName } from './code-name.ts'
import {
  BASES,
  EVIDENCE_USES,
  HANDLINGS,
  INFORMATIONS,
  KINDS,
  ONWARDS,
  PURPOSES,
  SENSITIVITIES,
  SOURCES,
} from './codes.ts'
import { NoteFacts } from './envelope.ts'
import { isDate } from './identifiers.ts'
import {
  DESCRIPTION_KINDS,
  DESCRIPTIONS,
  type DescriptionKind,
  RELATION_KINDS,
  RELATIONS,
  type RelationKind,
  shapeOfFields,
} from './model.ts'
import { OfficeCode } from './principal.ts'
import { Release } from './release.ts'

// What a report is made of, field by field. Whether it holds together is judged by report-rules.ts.

export const Day = z.string().refine((value) => isDate(value) === null, {
  error: 'expected a date YYYY-MM-DD',
  params: { fault: 'BAD_DATE' },
})

/** What every claim says of itself: grading, fact or assessment, when it was true, how it may be used. */
export const common = {
  source: z.enum(SOURCES),
  information: z.enum(INFORMATIONS),
  basis: z.enum(BASES),
  observedFrom: Day.nullish(),
  observedTo: Day.nullish(),
  handling: z.array(z.enum(HANDLINGS)).max(4),
  sensitivity: z.enum(SENSITIVITIES),
  evidenceUse: z.enum(EVIDENCE_USES),
  onward: z.enum(ONWARDS),
}
const Common = z.strictObject(common)
export type Common = z.infer<typeof Common>
export const optionalCommon = Object.fromEntries(
  Object.entries(common).map(([key, shape]) => [key, shape.nullish()]),
) as { [K in keyof typeof common]: z.ZodOptional<z.ZodNullable<(typeof common)[K]>> }

/** A name that the caller gives an entity inside one report. */
export const Local = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'expected a local name of letters, digits and hyphens')
export const EntityId = z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/, 'expected an id of 26 characters')
export const IdempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{8,80}$/, 'expected 8 to 80 letters, digits, . _ : -')

export const EntityInput = z.strictObject({ local: Local, kind: z.enum(KINDS), id: EntityId.nullish() })
export type EntityInput = z.infer<typeof EntityInput>

/** A sealed note: an OpenPGP message to the offices of the release, which the server stores and cannot read. */
export const NoteInput = z.strictObject({
  facts: NoteFacts,
  /** The offices it is sealed to. Outside the facts, for a release set is shown to its originator only. */
  audience: z.array(OfficeCode).min(1).max(64),
  ciphertext: z.base64(),
  signature: z.string().max(20_000),
})
export type NoteInput = z.infer<typeof NoteInput>

const claimKinds = {
  ...Object.fromEntries(
    DESCRIPTION_KINDS.map((kind) => [
      kind,
      z.strictObject({ entity: Local, ...shapeOfFields(DESCRIPTIONS[kind].fields) }).nullish(),
    ]),
  ),
  ...Object.fromEntries(
    RELATION_KINDS.map((kind) => [
      kind,
      z.strictObject({ from: Local, to: Local, ...shapeOfFields(RELATIONS[kind].fields) }).nullish(),
    ]),
  ),
}
export const ClaimInput = z.strictObject({ ...optionalCommon, ...claimKinds })

export const Head = z.strictObject({
  key: IdempotencyKey,
  reference: CodeName.nullish(),
  purpose: z.enum(PURPOSES),
  legalBasis: CodeName,
  reviewDue: Day,
  release: Release,
  defaults: z.strictObject(optionalCommon).nullish(),
  note: NoteInput.nullish(),
  entities: z.array(z.unknown()).max(2_000),
  claims: z.array(z.unknown()).min(1).max(5_000),
})

export type ReportHead = z.infer<typeof Head>

export type Own = Record<string, string | number | boolean | string[] | number[]>
export type Description = { path: Path; claim: DescriptionKind; common: Common; entity: string; own: Own }
export type Relation = { path: Path; claim: RelationKind; common: Common; from: string; to: string; own: Own }
export type Path = (string | number)[]

export type CheckedReport = Omit<z.infer<typeof Head>, 'entities' | 'claims' | 'defaults'> & {
  entities: EntityInput[]
  descriptions: Description[]
  relations: Relation[]
}

/** A claim as it passed `ClaimInput`: what it says of itself, and one object for each kind of claim that came. */
export type ClaimShape = Partial<Common> & Record<string, Record<string, unknown> | undefined>
