import type {
  AssignmentBody,
  GenesisBody,
  OfficeBody,
  PersonBody,
  RevocationBody,
  TeamBody,
} from './directory.ts'
import { inForce } from './directory.ts'
import type { KeyUse, PublicKeyFacts } from './key-tools.ts'

/** A public key as the directory holds it: the armored text that was signed, and what reading it told. */
export type HeldKey = { armored: string; facts: PublicKeyFacts }
export type Anchor = { country: string; key: HeldKey }
export type Office = { body: OfficeBody; key: HeldKey }
export type Person = { body: PersonBody; key: HeldKey }
export type KeyOwner = { subject: string; country: string; key: HeldKey }

/** What the entries so far say. Only `checkEntry` changes it; both sides read it. */
export type DirectoryState = {
  genesis: GenesisBody | null
  anchors: Anchor[]
  offices: Map<string, Office>
  persons: Map<string, Person>
  assignments: Map<string, AssignmentBody>
  teams: Map<string, TeamBody>
  /** By fingerprint of a primary key or a subkey. */
  revoked: Map<string, RevocationBody>
  /** Who brought each key packet, by its fingerprint; replaced keys stay. */
  owners: Map<string, KeyOwner>
  /** Fingerprint by 64-bit key id: packets of version 3 name a recipient by no more than that. */
  keyIds: Map<string, string>
  /** Hash of the last entry about each subject. */
  latest: Map<string, string>
  length: number
  head: string | null
}

export function emptyState(): DirectoryState {
  return {
    genesis: null,
    anchors: [],
    offices: new Map(),
    persons: new Map(),
    assignments: new Map(),
    teams: new Map(),
    revoked: new Map(),
    owners: new Map(),
    keyIds: new Map(),
    latest: new Map(),
    length: 0,
    head: null,
  }
}

/** Whether this packet, or the primary key that it hangs on, was revoked in the directory. */
export function isRevoked(state: DirectoryState, key: HeldKey, use: { fingerprint: string }): boolean {
  return state.revoked.has(key.facts.fingerprint) || state.revoked.has(use.fingerprint)
}

/** The packets of `key` that may be used for `purpose` at `now`: not expired, not revoked. */
export function usable(
  state: DirectoryState,
  key: HeldKey,
  purpose: 'sign' | 'encrypt',
  now: number,
): KeyUse[] {
  return key.facts[purpose].filter(
    (use) => use.from <= now && (use.until === null || now < use.until) && !isRevoked(state, key, use),
  )
}

/** An office that is in force, or null. */
export function activeOffice(state: DirectoryState, code: string, now: number): Office | null {
  const office = state.offices.get(code)
  return office !== undefined && inForce(office.body, now) ? office : null
}

/** The office itself and its ancestors as far as they are in force, the office first. */
export function withAncestors(state: DirectoryState, code: string, now: number): string[] {
  const codes: string[] = []
  for (
    let next = state.offices.get(code);
    next !== undefined;
    next = state.offices.get(next.body.parent ?? '')
  )
    if (inForce(next.body, now)) codes.push(next.body.office)
  return codes
}
