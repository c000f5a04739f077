import { readKey } from 'openpgp'
import { isOperational } from '../../schema/wire/caller.ts'
import { inForce } from '../../schema/wire/directory.ts'
import { type DirectoryState, holdersOf, lineage } from '../../schema/wire/directory-state.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import type { Signer, VerifyWith } from '../core/open.ts'
import type { Recipient } from '../core/seal.ts'

export type Release = {
  to: string[]
  except?: string[] | null
  transfers?: { country: string }[] | null
  countries?: string[]
}
export type Team = { team: string; signatories: string[] }

/**
 * The offices that a release reaches, by the verified directory: a note is sealed to them, and to the office that
 * writes it. Teams are not in the directory that everybody reads: `teams` are those that the writer's office signed.
 */
export function officesReached(
  state: DirectoryState,
  release: Release,
  own: { office: string; country: string; teams: Team[]; now: number },
): string[] {
  const { office, country, teams, now } = own
  // The originator is named whether he says so or not, and its units read what it reads.
  const named = new Set([...release.to, `office:${office}`])
  const except = new Set(release.except ?? [])
  const countries = new Set([
    country,
    ...(release.countries ?? release.transfers?.map((one) => one.country) ?? []),
  ])
  const signatories = new Set(
    teams.flatMap((team) => (named.has(`team:${team.team}`) ? team.signatories : [])),
  )
  const staffed = new Set(
    [...state.assignments.values()].flatMap((held) =>
      named.has(`person:${held.person}`) && inForce(held, now) ? [held.office] : [],
    ),
  )
  const reached = [...state.offices.values()].flatMap(({ body }) => {
    const codes = lineage(state, body.office)
    if (!inForce(body, now) || !countries.has(body.country)) return []
    if (codes.some((code) => except.has(`office:${code}`))) return []
    const byState = isOperational(body.kind) && (named.has('all') || named.has(`country:${body.country}`))
    const byOffice = codes.some((code) => named.has(`office:${code}`) || signatories.has(code))
    return byState || byOffice || staffed.has(body.office) ? [body.office] : []
  })
  return [...new Set([...reached, office])].sort()
}

/** Every holder of the offices with a key that is good to be encrypted to. Throws DIRECTORY naming the first that has none. */
export function recipientsOf(
  state: DirectoryState,
  offices: readonly string[],
  now: number,
  profile: Profile = 'compat',
): Promise<Recipient[]> {
  return Promise.all(
    holdersOf(state, offices, profile, now).map(async ({ holder, key }) => ({
      holder,
      key: await readKey({ armoredKey: key.armored }),
    })),
  )
}

/**
 * Who holds a signing key, by the verified directory. A person signs for the office that he was assigned to on that
 * day; for `sender` where he had several. A compromised key has signed nothing, a replaced one nothing since.
 */
export function signersIn(state: DirectoryState, sender?: string): VerifyWith {
  return async (fingerprint, signedAt): Promise<Signer | null> => {
    const owner = state.owners.get(fingerprint)
    if (!owner || isRevokedAt(state, [fingerprint, owner.key.facts.fingerprint], signedAt)) return null
    const key = await readKey({ armoredKey: owner.key.armored })
    const [kind, name = ''] = owner.subject.split(/:(.*)/s)
    if (kind === 'office') return { key, office: name }
    if (kind !== 'person') return null
    const held = [...state.assignments.values()]
      .filter((one) => one.person === name && inForce(one, signedAt.getTime()))
      .map(({ office }) => office)
    const office = held.find((one) => one === sender) ?? held[0]
    return office ? { key, office, person: name } : null
  }
}

function isRevokedAt(state: DirectoryState, fingerprints: string[], at: Date): boolean {
  return fingerprints.some((fingerprint) => {
    const revocation = state.revoked.get(fingerprint)
    return (
      revocation && (revocation.reason === 'KEY_COMPROMISED' || Date.parse(revocation.at) <= at.getTime())
    )
  })
}
