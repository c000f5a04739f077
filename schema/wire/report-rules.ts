import type { Kind } from './codes.ts'
import type { FaultCode } from './fault.ts'
import { DESCRIPTIONS, RELATIONS } from './model.ts'
import type { Description, EntityInput, Path, Relation, ReportHead } from './report-shape.ts'

// Whether a report holds together: kinds, orders, references and the protections of law 6 and law 8.

/** Takes one fault; all of a report's are gathered. */
export type Add = (code: FaultCode, path: Path, message: string) => void

export function checkDescription(one: Description, kinds: Map<string, Kind>, add: Add): void {
  expectKind(one.entity, [DESCRIPTIONS[one.claim].kind], kinds, [...one.path, 'entity'], add)
  if (one.claim === 'actor') checkActor(one, add)
  if (one.claim === 'incident') checkCarried(one, add)
  inOrder(one, 'sizeMin', 'sizeMax', add)
  inOrder(one, 'feeMin', 'feeMax', add)
  inOrder(one, 'hoursMin', 'hoursMax', add)
  if (one.own.feeMin !== undefined && one.own.currency === undefined)
    add('BAD_INPUT', [...one.path, 'currency'], 'expected a currency beside a fee, got none')
  if ((one.own.latitude === undefined) !== (one.own.longitude === undefined))
    add('BAD_INPUT', [...one.path, 'latitude'], 'expected latitude and longitude together')
}

/** Law 6: a victim, a witness or an informant is never an actor; a coerced person or a minor is never called convicted or suspect here. */
function checkActor(one: Description, add: Add): void {
  const category = one.own.category as string
  const path = [...one.path, 'category']
  if (['VICTIM', 'WITNESS', 'INFORMANT'].includes(category))
    add(
      'PROTECTED_PERSON',
      path,
      'expected somebody who facilitates; victims, witnesses and informants are never actors',
    )
  const minor = one.own.minor === true || one.own.age === 'CHILD' || one.own.age === 'UNDER_18_CLAIMED'
  if ((minor || one.own.coerced === true) && !['OTHER', 'CONTACT'].includes(category))
    add('PROTECTED_PERSON', path, 'expected OTHER or CONTACT for a minor or a coerced person')
}

/** Law 6: where those carried come from is told of them together, never of the only one. */
function checkCarried({ own, path }: Description, add: Add): void {
  const told = (own.nationalities as string[] | undefined) ?? []
  if (told.length > 0 && (own.persons === 0 || own.persons === 1))
    add('PROTECTED_PERSON', [...path, 'nationalities'], 'expected nationalities of several persons only')
}

function inOrder(one: Description, low: string, high: string, add: Add): void {
  const [from, to] = [one.own[low], one.own[high]]
  if (from !== undefined && to !== undefined && from > to)
    add('BAD_INPUT', [...one.path, high], `expected ${high} to be at least ${low}`)
}

export function checkRelation(one: Relation, kinds: Map<string, Kind>, add: Add): void {
  const { from, to } = RELATIONS[one.claim]
  expectKind(one.from, from, kinds, [...one.path, 'from'], add)
  expectKind(one.to, to, kinds, [...one.path, 'to'], add)
  if (one.from === one.to)
    add('BAD_REFERENCE', [...one.path, 'to'], 'expected two entities, got the same one twice')
  if (one.claim === 'sameAs' && kinds.get(one.from) !== kinds.get(one.to))
    add('BAD_REFERENCE', [...one.path, 'to'], 'expected two entities of one kind')
  // Law 8: a level, a role and sameness are assessments, whoever says them.
  if ((one.claim === 'memberOf' || one.claim === 'sameAs') && one.common.basis !== 'ASSESSMENT')
    add(
      'BAD_INPUT',
      [...one.path.slice(0, -1), 'basis'],
      'expected ASSESSMENT for a level, a role or sameness',
    )
}

function expectKind(
  local: string,
  allowed: readonly Kind[],
  kinds: Map<string, Kind>,
  path: Path,
  add: Add,
): void {
  const kind = kinds.get(local)
  if (!kind) add('BAD_REFERENCE', path, 'expected a local name listed in entities')
  else if (!allowed.includes(kind))
    add('BAD_REFERENCE', path, `expected ${allowed.join(' or ')}, got ${kind}`)
}

export function checkNote(head: ReportHead, claims: (Description | Relation)[], add: Add): void {
  if (!head.note && claims.some((claim) => claim.common.handling.includes('H3')))
    add('BAD_INPUT', ['note'], 'expected a sealed note that states the restriction of handling H3')
}

export function checkUse(
  entities: EntityInput[],
  descriptions: Description[],
  relations: Relation[],
  add: Add,
): void {
  const used = new Set([
    ...descriptions.map((one) => one.entity),
    ...relations.flatMap((one) => [one.from, one.to]),
  ])
  entities.forEach((entity, i) => {
    if (!used.has(entity.local))
      add('BAD_REFERENCE', ['entities', i], 'expected at least one claim about this entity')
  })
}
