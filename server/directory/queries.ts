import { type Caller, isOperational } from '../../schema/wire/caller.ts'
import type { OfficeRole } from '../../schema/wire/codes.ts'
import { type AssignmentBody, inForce, type OfficeBody, type TeamBody } from '../../schema/wire/directory.ts'
import {
  activeOffice,
  type DirectoryState,
  formerKeys,
  holdersOf,
  isRevoked,
  lineage,
  type Office,
  type Person,
  profileFor,
  usable,
  withAncestors,
} from '../../schema/wire/directory-state.ts'
import type { Holder, Profile } from '../../schema/wire/holder.ts'
import { type KeyWarning, keyWarnings } from '../../schema/wire/key-warnings.ts'
import { assignmentsAt, personByKey } from '../../schema/wire/standing.ts'
import type { Clock } from '../clock.ts'

export type EncryptionKey = { holder: Holder; fingerprint: string; key: string; keyIds: string[] }
export type DirectoryQueries = ReturnType<typeof directoryQueries>

/**
 * What the directory answers, all of it as of now by `clock`: nothing is remembered between two calls, so an ended
 * assignment, an ended team or a revoked key counts from the next call on.
 */
export function directoryQueries(state: DirectoryState, clock: Clock) {
  const activeOffices = (): Office[] =>
    [...state.offices.values()].filter(({ body }) => inForce(body, clock()))

  /** Roles and offices that a person holds today. */
  const assignments = (person: string): AssignmentBody[] => assignmentsAt(state, person, clock())

  /** Teams in force that one of `offices` signed; with `member`, only those that this person is a member of. */
  function teamsOf(offices: readonly string[], member?: string): TeamBody[] {
    const now = clock()
    return [...state.teams.values()].filter(
      (team) =>
        inForce(team, now) &&
        team.signatories.some((code) => offices.includes(code) && activeOffice(state, code, now) !== null) &&
        (member === undefined || team.members.includes(member)),
    )
  }

  /** The caller that this person is in this office and role right now, or null: no assignment, no good key. */
  function caller(person: string, office: string, role: OfficeRole, session: string): Caller | null {
    const who = state.persons.get(person)
    const where = activeOffice(state, office, clock())
    if (who === undefined || where === null || usable(state, who.key, 'sign', clock()).length === 0)
      return null
    if (!assignments(person).some((held) => held.office === office && held.role === role)) return null
    return callerIn(where, { person, role, session })
  }

  function callerIn({ body }: Office, who: Pick<Caller, 'person' | 'role' | 'session'>): Caller {
    const { office, country, kind: officeKind } = body
    const offices = withAncestors(state, office, clock())
    const operational = isOperational(officeKind)
    const teams = operational
      ? teamsOf(offices, who.person)
          .map(({ team }) => team)
          .sort()
      : []
    const principals = [
      `person:${who.person}`,
      ...offices.map((code) => `office:${code}`),
      ...teams.map((team) => `team:${team}`),
      ...(operational ? [`country:${country}`, 'all'] : []),
    ]
    return { ...who, country, office, offices, officeKind, principals, teams }
  }

  /**
   * Everybody who answers for an office right now, also in one of its units, whether or not he has a good key today: whoever may
   * hear what the office is told.
   */
  function callersOf(office: string): Caller[] {
    const now = clock()
    return [...state.assignments.values()].flatMap((held) => {
      const where = inForce(held, now) ? activeOffice(state, held.office, now) : null
      if (where === null || !withAncestors(state, held.office, now).includes(office)) return []
      return [callerIn(where, { person: held.person, role: held.role, session: '' })]
    })
  }

  function operationalCountries(): string[] {
    return unique(
      activeOffices()
        .filter(({ body }) => isOperational(body.kind))
        .map(({ body }) => body.country),
    )
  }

  /** The countries of a team's signatories that are in force. */
  function teamCountries(id: string): string[] {
    const team = state.teams.get(id)
    return team === undefined || !inForce(team, clock())
      ? []
      : unique(team.signatories.flatMap(officeCountries))
  }

  function officeCountries(code: string): string[] {
    const office = activeOffice(state, code, clock())
    return office === null ? [] : [office.body.country]
  }

  /** His own country, and those he works for: what he reads can reach either. */
  function personCountries(id: string): string[] {
    const person = state.persons.get(id)
    if (person === undefined) return []
    return unique([person.body.country, ...assignments(id).flatMap(({ office }) => officeCountries(office))])
  }

  /** Every country that something released to `principal` reaches today, sorted; none for an unknown principal. */
  function membersCountries(principal: string): string[] {
    const [kind, id] = split(principal)
    if (kind === 'all') return operationalCountries()
    if (kind === 'country') return operationalCountries().filter((country) => country === id)
    if (kind === 'office') return officeCountries(id)
    if (kind === 'person') return personCountries(id)
    return kind === 'team' ? teamCountries(id) : []
  }

  /**
   * Whether a release may name this principal. A team is known only to those whose office signed it: for anybody else
   * it is answered like one that does not exist.
   */
  function principalExists(principal: string, forCaller: Caller): boolean {
    const [kind, id] = split(principal)
    if (kind === 'team')
      return isOperational(forCaller.officeKind) && teamsOf(forCaller.offices).some(({ team }) => team === id)
    if (kind === 'person') return state.persons.has(id) && assignments(id).length > 0
    return membersCountries(principal).length > 0
  }

  /** Keys that something is sealed to for these offices: those of every holder. Throws DIRECTORY where one has none today. */
  function encryptionKeys(offices: readonly string[], profile: Profile = 'compat'): EncryptionKey[] {
    const now = clock()
    return holdersOf(state, offices, profile, now).map(({ holder, key }) => ({
      holder,
      fingerprint: key.facts.fingerprint,
      key: key.armored,
      keyIds: usable(state, key, 'encrypt', now).map(({ keyId }) => keyId),
    }))
  }

  /** An anchor's key of that country that is good today, armored. */
  function anchor(country: string): string | null {
    const found = state.anchors.find(
      ({ country: of, key }) => of === country && usable(state, key, 'encrypt', clock()).length > 0,
    )
    return found?.key.armored ?? null
  }

  /** Armored keys that the audit detail of a country's callers is wrapped to: its auditors', or else its anchor's. */
  function auditorsOf(country: string): string[] {
    const now = clock()
    const staffed = new Set(
      [...state.assignments.values()]
        .filter((held) => held.role === 'AUDITOR' && inForce(held, now))
        .map(({ office }) => office),
    )
    const keys = activeOffices()
      .filter(({ body }) => body.country === country && body.kind === 'AUDITOR' && staffed.has(body.office))
      .filter(({ key }) => usable(state, key, 'encrypt', now).length > 0)
      .map(({ key }) => key.armored)
    const fallback = keys.length === 0 ? anchor(country) : null
    return fallback === null ? keys : [fallback]
  }

  return {
    office: (code: string): OfficeBody | null => activeOffice(state, code, clock())?.body ?? null,
    /** Offices in force, by code. */
    offices: (): OfficeBody[] =>
      activeOffices()
        .map(({ body }) => body)
        .sort((a, b) => (a.office < b.office ? -1 : 1)),
    person: (id: string): Person['body'] | null => state.persons.get(id)?.body ?? null,
    /** The person whose present key this is (fingerprint of the primary key), with what it may still sign with. */
    personByKey: (fingerprint: string) => personByKey(state, fingerprint, clock()),
    /** A team in force; its roster is for the members of its signatories only, which the caller of this decides. */
    team(id: string): TeamBody | null {
      const team = state.teams.get(id)
      return team !== undefined && inForce(team, clock()) ? team : null
    },
    /** Whose key this is or was: `office:ne-dst`, `person:…`, `custodian:…`, `recovery:NE`; replaced keys stay theirs. */
    holderOf: (keyId: string): string | null =>
      state.owners.get(state.keyIds.get(keyId) ?? '')?.subject ?? null,
    /** Whether the key packet with this 64-bit id was revoked, or the key that it hangs on. */
    isRevoked(keyId: string): boolean {
      const fingerprint = state.keyIds.get(keyId) ?? ''
      const key = state.owners.get(fingerprint)?.key
      return key !== undefined && isRevoked(state, key, { fingerprint })
    },
    assignments,
    teamsOf,
    caller,
    callersOf,
    /** The country of an office or a person, or null. */
    countryOf(principal: string): string | null {
      const [kind, id] = split(principal)
      if (kind === 'country') return id
      if (kind === 'office') return state.offices.get(id)?.body.country ?? null
      return kind === 'person' ? (state.persons.get(id)?.body.country ?? null) : null
    },
    membersCountries,
    principalExists,
    auditorsOf,
    anchor,
    encryptionKeys,
    /** The best profile that every holder of these offices reads. Throws DIRECTORY where an office has no key today. */
    profileFor: (offices: readonly string[]): Profile => profileFor(state, offices, clock()),
    /** An office and those that it is a unit of, also those that have ended, itself first. */
    lineage: (office: string): string[] => lineage(state, office),
    /** Of the keys that this caller answers for. */
    keyWarnings: ({ person, offices }: Caller): KeyWarning[] =>
      keyWarnings(state, { person, offices }, clock()),
    /** Of the keys of an office, its custodian and its country. */
    keysEnding: (office: string): KeyWarning[] =>
      keyWarnings(state, { person: '', offices: [office] }, clock()),
    /** Fingerprints of every primary key that the holder ever had. */
    formerKeys: (holder: Holder): string[] => formerKeys(state, holder),
  }
}

const unique = (values: string[]): string[] => [...new Set(values)].sort()

/** `office:ne-dst` → office, ne-dst; `all` → all. */
function split(principal: string): [kind: string, id: string] {
  const colon = principal.indexOf(':')
  return colon < 0 ? [principal, ''] : [principal.slice(0, colon), principal.slice(colon + 1)]
}
