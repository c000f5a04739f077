import type { OfficeRole } from './codes.ts'
import { type AssignmentBody, inForce, type PersonBody } from './directory.ts'
import { activeOffice, type DirectoryState, usable } from './directory-state.ts'
import type { KeyUse } from './key-tools.ts'
import type { LoginStatement } from './login.ts'

// Who somebody is right now, by the directory alone: the server asks it at login, an evaluator at each order.

/** A session ends this long after its login (ms), whatever happens. */
export const SESSION_LIFE = 8 * 3_600_000

/** The person whose present key this is (fingerprint of the primary key), with what it may still sign with. */
export function personByKey(
  state: DirectoryState,
  fingerprint: string,
  now: number,
): { body: PersonBody; signing: KeyUse[] } | null {
  const owner = state.owners.get(fingerprint)
  const person = owner?.subject.startsWith('person:') ? state.persons.get(owner.subject.slice(7)) : undefined
  if (person === undefined || person.key.facts.fingerprint !== fingerprint) return null
  return { body: person.body, signing: usable(state, person.key, 'sign', now) }
}

/** Roles and offices that a person holds at `now`. */
export function assignmentsAt(state: DirectoryState, person: string, now: number): AssignmentBody[] {
  return [...state.assignments.values()].filter(
    (held) => held.person === person && inForce(held, now) && activeOffice(state, held.office, now) !== null,
  )
}

/** The one of these assignments that the statement means; null for none and for several. */
export function meantBy(
  held: readonly AssignmentBody[],
  { office, role }: Pick<LoginStatement, 'office' | 'role'>,
): { office: string; role: OfficeRole } | null {
  const meant = held.filter(
    (one) => (office === null || one.office === office) && (role === null || one.role === role),
  )
  const distinct = new Map(meant.map((one) => [`${one.office} ${one.role}`, one]))
  const [one, ...others] = distinct.values()
  return one === undefined || others.length > 0 ? null : { office: one.office, role: one.role }
}
