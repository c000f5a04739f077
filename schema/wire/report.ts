import type { z } from 'zod'
import type { Kind } from './codes.ts'
import type { FaultCode, FaultDetail } from './fault.ts'
import {
  DESCRIPTION_KINDS,
  DESCRIPTIONS,
  type DescriptionKind,
  RELATION_KINDS,
  type RelationKind,
} from './model.ts'
import type { Release } from './release.ts'
import { type Add, checkDescription, checkNote, checkRelation, checkUse } from './report-rules.ts'
import {
  type CheckedReport,
  ClaimInput,
  type ClaimShape,
  type Common,
  common,
  type Description,
  EntityInput,
  Head,
  type Own,
  optionalCommon,
  type Path,
  type Relation,
} from './report-shape.ts'

export type { CheckedReport, Common, Description, NoteInput, Own, Path, Relation } from './report-shape.ts'
export { EntityId, EntityInput, IdempotencyKey, Local } from './report-shape.ts'

/**
 * Reads a report as it came from a caller. Every fault of the whole report is found, each with its path; the report
 * is given only when there is none. `entities` is given in either case, so that references can be looked up and
 * their faults shown beside these.
 */
export function checkReport(input: unknown): {
  faults: FaultDetail[]
  entities: EntityInput[]
  /** As soon as the head is well formed, so that the transfer gate's faults stand beside the others. */
  release?: Release
  report?: CheckedReport
} {
  const faults: FaultDetail[] = []
  const add = (code: FaultCode, path: Path, message: string) => faults.push({ code, path, message })

  const head = Head.safeParse(input)
  if (!head.success) faults.push(...faultsOf(head.error, []))
  const raw = rawLists(input)
  const entities = raw.entities.flatMap((one, i) => parsed(EntityInput, one, ['entities', i], faults))
  const claims = raw.claims.flatMap((one, i) =>
    parsed(ClaimInput, one, ['claims', i], faults).map((claim) => ({
      claim: claim as ClaimShape,
      path: ['claims', i] as Path,
    })),
  )
  const defaults = defaultsOf(input)
  const kinds = kindsOf(entities, add)
  const descriptions: Description[] = []
  const relations: Relation[] = []
  for (const { claim, path } of claims) {
    const whole = withDefaults(claim, defaults, path, add)
    const chosen = chosenKind(claim, path, add)
    if (!whole || !chosen) continue
    if (chosen in DESCRIPTIONS) descriptions.push(description(chosen as DescriptionKind, claim, whole, path))
    else relations.push(relation(chosen as RelationKind, claim, whole, path))
  }
  for (const one of descriptions) checkDescription(one, kinds, add)
  for (const one of relations) checkRelation(one, kinds, add)
  if (head.success) {
    checkNote(head.data, [...descriptions, ...relations], add)
    if (claims.length === raw.claims.length) checkUse(entities, descriptions, relations, add)
  }
  if (!head.success) return { faults, entities }
  const { release } = head.data
  if (faults.length > 0) return { faults, entities, release }
  const { entities: _e, claims: _c, defaults: _d, ...rest } = head.data
  return { faults, entities, release, report: { ...rest, entities, descriptions, relations } }
}

function rawLists(input: unknown): { entities: unknown[]; claims: unknown[] } {
  const lists = (input ?? {}) as { entities?: unknown; claims?: unknown }
  const list = (value: unknown, most: number) => (Array.isArray(value) ? value.slice(0, most) : [])
  return { entities: list(lists.entities, 2_000), claims: list(lists.claims, 5_000) }
}

function parsed<T>(shape: z.ZodType<T>, value: unknown, path: Path, faults: FaultDetail[]): T[] {
  const result = shape.safeParse(value)
  if (result.success) return [result.data]
  faults.push(...faultsOf(result.error, path))
  return []
}

/** zod's issues as faults. The value that came is never repeated: it may be a name. */
export function faultsOf(error: z.ZodError, path: Path): FaultDetail[] {
  return error.issues.map((issue) => {
    const named = issue.code === 'custom' ? (issue.params?.fault as FaultCode | undefined) : undefined
    return {
      code: named ?? (issue.code === 'invalid_value' ? 'BAD_CODE' : 'BAD_INPUT'),
      path: [...path, ...(issue.path as Path)],
      // The name of a field that does not exist is what came, too.
      message:
        issue.code === 'unrecognized_keys' ? 'expected only fields that exist here' : lower(issue.message),
    }
  })
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function kindsOf(entities: EntityInput[], add: Add): Map<string, Kind> {
  const kinds = new Map<string, Kind>()
  entities.forEach((entity, i) => {
    if (kinds.has(entity.local))
      add('BAD_REFERENCE', ['entities', i, 'local'], 'expected a local name once, got it again')
    kinds.set(entity.local, entity.kind)
  })
  return kinds
}

type Defaults = { given: Partial<Record<keyof Common, unknown>>; wrong: Set<string> }

/** Those of the defaults that can be read, whatever else is wrong with the report, and the names of those that cannot. */
function defaultsOf(input: unknown): Defaults {
  const raw = ((input ?? {}) as { defaults?: unknown }).defaults
  const fields = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {}
  const read = Object.entries(optionalCommon).map(
    ([key, shape]) => [key, shape.safeParse(fields[key])] as const,
  )
  return {
    given: Object.fromEntries(read.flatMap(([key, { success, data }]) => (success ? [[key, data]] : []))),
    wrong: new Set(read.flatMap(([key, { success }]) => (success ? [] : [key]))),
  }
}

function withDefaults(claim: ClaimShape, { given, wrong }: Defaults, path: Path, add: Add): Common | null {
  const whole: Record<string, unknown> = {}
  for (const key of Object.keys(common) as (keyof Common)[]) whole[key] = claim[key] ?? given[key] ?? null
  const { observedFrom, observedTo } = whole as Common
  if (observedFrom && observedTo && observedFrom > observedTo)
    add('BAD_DATE', [...path, 'observedTo'], 'expected a day on or after observedFrom')
  const missing = Object.keys(common).filter((key) => whole[key] === null && !key.startsWith('observed'))
  // A wrong default is one fault, where it stands, and not another one at every claim.
  for (const key of missing)
    if (!wrong.has(key)) add('BAD_INPUT', [...path, key], 'expected a value here or in defaults, got none')
  if (missing.length > 0) return null
  // H0 is the baseline: it always applies.
  whole.handling = [...new Set(['H0', ...(whole.handling as string[])])].sort()
  return whole as Common
}

const ALL_KINDS = [...DESCRIPTION_KINDS, ...RELATION_KINDS]

function chosenKind(claim: ClaimShape, path: Path, add: Add): DescriptionKind | RelationKind | null {
  const chosen = ALL_KINDS.filter((kind) => claim[kind] != null)
  if (chosen.length === 1) return chosen[0]!
  add('BAD_INPUT', path, `expected exactly one kind of claim, got ${chosen.length}`)
  return null
}

function own(fields: Record<string, unknown>): Own {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Own
}

function description(claim: DescriptionKind, input: ClaimShape, whole: Common, path: Path): Description {
  const { entity, ...fields } = input[claim]!
  return { path: [...path, claim], claim, common: whole, entity: entity as string, own: own(fields) }
}

function relation(claim: RelationKind, input: ClaimShape, whole: Common, path: Path): Relation {
  const { from, to, ...fields } = input[claim]!
  return {
    path: [...path, claim],
    claim,
    common: whole,
    from: from as string,
    to: to as string,
    own: own(fields),
  }
}
