import type {
  AssignmentBody,
  GenesisBody,
  OfficeBody,
  PersonBody,
  RecoveryBody,
  RevocationBody,
  TeamBody,
} from './directory.ts'
import { inForce } from './directory.ts'
import { Fault } from './fault.ts'
import {
  custodianHolder,
  type Holder,
  officeHolder,
  officeOf,
  type Profile,
  recoveryHolder,
} from './holder.ts'
import type { KeyUse, PublicKeyFacts } from './key-tools.ts'

/** A public key as the directory holds it: the armored text that was signed, and what reading it told. */
export type HeldKey = { armored: string; facts: PublicKeyFacts }
/** A key of the compat profile, and one of the modern where its holder has both. */
export type KeyPair = { key: HeldKey; modern: HeldKey | null }
export type Anchor = { country: string; key: HeldKey }
export type Office = KeyPair & { body: OfficeBody; custodian: KeyPair | null }
export type Recovery = KeyPair & { body: RecoveryBody }
export type Person = { body: PersonBody; key: HeldKey }
export type KeyOwner = { subject: string; country: string; key: HeldKey }

/** By an entry of its own, or because an anchor's key was lost. */
export type Revocation = RevocationBody | { reason: 'KEY_COMPROMISED' }

/** What the entries so far say. Only `checkEntry` changes it; both sides read it. */
export type DirectoryState = {
  genesis: GenesisBody | null
  anchors: Anchor[]
  offices: Map<string, Office>
  persons: Map<string, Person>
  assignments: Map<string, AssignmentBody>
  teams: Map<string, TeamBody>
  /** By country. */
  recoveries: Map<string, Recovery>
  /** By fingerprint of a primary key or a subkey. */
  revoked: Map<string, Revocation>
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
    recoveries: new Map(),
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

/** The keys with which a country certifies today. */
export function anchorsOf(state: DirectoryState, country: string): HeldKey[] {
  return state.anchors.filter((anchor) => anchor.country === country).map((anchor) => anchor.key)
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

/** The office itself and its ancestors, also those that have ended, the office first. */
export function lineage(state: DirectoryState, code: string): string[] {
  const next = state.offices.get(code)
  return next === undefined ? [] : [code, ...lineage(state, next.body.parent ?? '')]
}

/** The same as far as they are in force. */
export function withAncestors(state: DirectoryState, code: string, now: number): string[] {
  return lineage(state, code).filter((one) => activeOffice(state, one, now) !== null)
}

// Whose keys something for a set of offices is sealed to. Both sides work it out from the same directory: the gate wants one
// session key packet for each of these holders and none for anybody else.

export type HolderKey = { holder: Holder; key: HeldKey }
type Holding = { holder: Holder; pair: KeyPair }

/**
 * One key of `profile` for each holder: the offices, the custodians that they have, the recovery keys of their countries.
 * A custodian's or recovery key that has ended is left out, for it must not silence an office; an office's own may not be.
 * @throws Fault DIRECTORY naming the first holder that has no usable key of the profile
 */
export function holdersOf(
  state: DirectoryState,
  offices: readonly string[],
  profile: Profile,
  now: number,
): HolderKey[] {
  return holdings(state, offices, now).map(({ holder, pair }) => {
    const key = keyOf(state, pair, profile, now)
    if (key === null) throw none(holder, profile)
    return { holder, key }
  })
}

/** `modern` where every holder has a usable key of that profile. Throws DIRECTORY as `holdersOf` does. */
export function profileFor(state: DirectoryState, offices: readonly string[], now: number): Profile {
  const isModern = holdings(state, offices, now).every(
    ({ pair }) => keyOf(state, pair, 'modern', now) !== null,
  )
  return isModern ? 'modern' : 'compat'
}

/** Fingerprints of every primary key that a holder ever had: what was sealed to a replaced one stays his to open. */
export function formerKeys(state: DirectoryState, holder: Holder): string[] {
  const owned = [...state.owners.values()].filter(({ subject }) => subject === holder)
  return [...new Set(owned.map(({ key }) => key.facts.fingerprint))]
}

function holdings(state: DirectoryState, offices: readonly string[], now: number): Holding[] {
  const found: Holding[] = []
  const countries = new Set<string>()
  const rescue = (holder: Holder, pair: KeyPair | null | undefined) => {
    if (pair && isUsable(state, pair, now)) found.push({ holder, pair })
  }
  for (const code of offices) {
    const office = activeOffice(state, code, now)
    if (office === null || !isUsable(state, office, now)) throw none(officeHolder(code))
    found.push({ holder: officeHolder(code), pair: office })
    rescue(custodianHolder(code), office.custodian)
    countries.add(office.body.country)
  }
  for (const country of [...countries].sort()) rescue(recoveryHolder(country), state.recoveries.get(country))
  return found
}

function keyOf(state: DirectoryState, pair: KeyPair, profile: Profile, now: number): HeldKey | null {
  const key = profile === 'compat' ? pair.key : pair.modern
  return key !== null && usable(state, key, 'encrypt', now).length > 0 ? key : null
}

const isUsable = (state: DirectoryState, pair: KeyPair, now: number): boolean =>
  keyOf(state, pair, 'compat', now) !== null || keyOf(state, pair, 'modern', now) !== null

function none(holder: Holder, profile?: Profile): Fault {
  const office = officeOf(holder)
  return profile === undefined && office !== null
    ? new Fault('DIRECTORY', `expected an office with a key in force, got ${office}`)
    : new Fault('DIRECTORY', `expected a ${profile} key of ${holder} in force, got none`)
}
