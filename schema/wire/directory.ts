import { z } from 'zod'
import { canonical, type Json, sha256 } from './canonical.ts'
import { OFFICE_KINDS, OFFICE_ROLES, REVOCATION_REASONS, TEAM_KINDS } from './codes.ts'
import { officeHolder, recoveryHolder } from './holder.ts'
import { OfficeCode, PersonId } from './principal.ts'

// The directory says who exists: anchors, offices, persons, assignments, teams, recovery keys, revoked keys. Every entry is signed by
// somebody whom an earlier entry names, back to the genesis. Both sides read it with these shapes.

/** An armored public key may be this long; an RSA-4096 key with three subkeys has about 7,000 characters. */
const KEY_LENGTH = 32_768
const SIGNATURE_LENGTH = 8_192

export const CountryCode = z.string().regex(/^[A-Z]{2}$/)
const TeamId = z.string().regex(/^[a-z0-9-]{3,60}$/)
const AssignmentId = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,119}$/)
export const Fingerprint = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
export const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const ArmoredKey = z.string().max(KEY_LENGTH).startsWith('-----BEGIN PGP PUBLIC KEY BLOCK-----')
/** `key` is of the compat profile, which everybody reads; `modern` stands beside it where the holder has both. */
const keys = { key: ArmoredKey, modern: ArmoredKey.optional() }
const Name = z.strictObject({ en: z.string().min(1).max(120), fr: z.string().min(1).max(120) })

/** In force from `from`, and no longer on the day `to`: setting `to` to today ends a thing at once. Days are UTC. */
const period = { from: z.iso.date(), to: z.iso.date().nullable() }

export const GenesisBody = z.strictObject({
  type: z.literal('genesis'),
  instance: z.string().regex(/^[a-z0-9-]{8,64}$/),
  created: z.iso.datetime(),
  threshold: z.int().min(1),
  demo: z.boolean(),
  anchors: z
    .array(z.strictObject({ country: CountryCode, key: ArmoredKey }))
    .min(1)
    .max(512),
})

/**
 * Another key in the place of an anchor's. The one that it replaces signs it, unless it is `lost`: in the hands of nobody, or
 * of somebody else. Then it counts as compromised from here on.
 */
export const AnchorBody = z.strictObject({
  type: z.literal('anchor'),
  country: CountryCode,
  key: ArmoredKey,
  replaces: Fingerprint,
  lost: z.boolean(),
})

export const OfficeBody = z.strictObject({
  type: z.literal('office'),
  office: OfficeCode,
  country: CountryCode,
  kind: z.enum(OFFICE_KINDS),
  parent: OfficeCode.nullable(),
  name: Name,
  ...keys,
  /** Opens what was sealed to the office when its officers are gone; kept by somebody else than them. */
  custodian: z.strictObject(keys).optional(),
  ...period,
})

export const PersonBody = z.strictObject({
  type: z.literal('person'),
  person: PersonId,
  country: CountryCode,
  key: ArmoredKey,
})

export const AssignmentBody = z.strictObject({
  type: z.literal('assignment'),
  assignment: AssignmentId,
  person: PersonId,
  office: OfficeCode,
  role: z.enum(OFFICE_ROLES),
  ...period,
})

export const TeamBody = z.strictObject({
  type: z.literal('team'),
  team: TeamId,
  name: Name,
  kind: z.enum(TEAM_KINDS),
  signatories: z.array(OfficeCode).min(1).max(64),
  members: z.array(PersonId).max(1_000),
  ...period,
})

/** Opens what was sealed to a country's offices when an office is lost: split among `shares` persons, any `threshold` of whom open it. */
export const RecoveryBody = z
  .strictObject({
    type: z.literal('recovery'),
    country: CountryCode,
    ...keys,
    shares: z.int().min(2).max(16),
    threshold: z.int().min(2).max(16),
  })
  .refine(({ shares, threshold }) => threshold <= shares, 'expected a threshold that the shares can reach')

export const RevocationBody = z.strictObject({
  type: z.literal('revocation'),
  fingerprint: Fingerprint,
  reason: z.enum(REVOCATION_REASONS),
  at: z.iso.datetime(),
})

export const EntryBody = z.discriminatedUnion('type', [
  GenesisBody,
  AnchorBody,
  OfficeBody,
  PersonBody,
  AssignmentBody,
  TeamBody,
  RecoveryBody,
  RevocationBody,
])
export type EntryBody = z.infer<typeof EntryBody>
export type GenesisBody = z.infer<typeof GenesisBody>
export type AnchorBody = z.infer<typeof AnchorBody>
export type OfficeBody = z.infer<typeof OfficeBody>
export type PersonBody = z.infer<typeof PersonBody>
export type AssignmentBody = z.infer<typeof AssignmentBody>
export type TeamBody = z.infer<typeof TeamBody>
export type RecoveryBody = z.infer<typeof RecoveryBody>
export type RevocationBody = z.infer<typeof RevocationBody>

/**
 * What somebody hands in: a body, the hash of the entry that it replaces, signatures over both.
 * Its place in the log is not signed, so that signatories of several countries need not race for one index;
 * `supersedes` keeps an old entry from being handed in a second time.
 */
export const SignedBody = z.strictObject({
  supersedes: Hash.nullable(),
  body: EntryBody,
  signatures: z
    .array(z.strictObject({ by: Fingerprint, signature: z.string().max(SIGNATURE_LENGTH) }))
    .min(1)
    .max(512),
})
export type SignedBody = z.infer<typeof SignedBody>

/** One line of the log. */
export const Entry = z.strictObject({ index: z.int().min(0), previous: Hash.nullable(), ...SignedBody.shape })
export type Entry = z.infer<typeof Entry>

/**
 * Stands in the place of an entry that its reader may not see: only teams are kept from anybody. Its hash is that of the
 * entry, so the chain holds across it, and its kind is part of the hash: no server can pass a revocation off as a team to one
 * reader and show it to another without their chains differing.
 */
export const LeftOut = z.strictObject({
  index: z.int().min(1),
  previous: Hash,
  type: z.literal('team'),
  content: Hash,
})
export type LeftOut = z.infer<typeof LeftOut>
export const Line = z.union([Entry, LeftOut])
export type Line = z.infer<typeof Line>

/** What a signer signs. The instance stands in it, so an entry is worth nothing to another instance. */
export function entryBytes(instance: string, supersedes: string | null, body: EntryBody): Uint8Array {
  return Buffer.from(`PORTOLAN-DIRECTORY-v1\n${instance}\n${canonical({ supersedes, body } as Json)}`)
}

/** The name of an entry, which the next entry's `previous` holds. Entry 0's is what a client pins. */
export function entryHash(line: Line): string {
  const { index, previous } = line
  const type = 'content' in line ? line.type : line.body.type
  return hashOf({ index, previous, type, content: contentOf(line) })
}

/** What a reader is given who may not see it. The signatures in it keep the content from being guessed. */
export function leftOut(entry: Entry): LeftOut {
  return { index: entry.index, previous: entry.previous!, type: 'team', content: contentOf(entry) }
}

function contentOf(line: Line): string {
  if ('content' in line) return line.content
  const { supersedes, body, signatures } = line
  return hashOf({ supersedes, body, signatures })
}

const hashOf = (value: unknown): string => sha256(canonical(value as Json)).toString('hex')

/** One key of an anchor. An entry about it says what came in its place, so it has one successor and no more. */
export const anchorSubject = (country: string, fingerprint: string): string =>
  `anchor:${country}:${fingerprint}`

/** What an entry is about. A later entry about the same subject replaces it. */
export function subjectOf(body: EntryBody): string {
  switch (body.type) {
    case 'genesis':
      return 'genesis'
    case 'anchor':
      return anchorSubject(body.country, body.replaces)
    case 'office':
      return officeHolder(body.office)
    case 'person':
      return `person:${body.person}`
    case 'assignment':
      return `assignment:${body.assignment}`
    case 'team':
      return `team:${body.team}`
    case 'recovery':
      return recoveryHolder(body.country)
    case 'revocation':
      return `revocation:${body.fingerprint}`
  }
}

/** Whether `thing` is in force on the UTC day of `now` (ms since epoch). */
export function inForce(thing: { from: string; to: string | null }, now: number): boolean {
  const today = dayOf(now)
  return thing.from <= today && (thing.to === null || today < thing.to)
}

const DAY = 24 * 3_600_000
let known = { day: Number.NaN, text: '' }

/** The UTC date of a time. Asked for hundreds of times in every request, and the same all day. */
function dayOf(now: number): string {
  const day = Math.floor(now / DAY)
  if (day !== known.day) known = { day, text: new Date(now).toISOString().slice(0, 10) }
  return known.text
}
