import { type Entry, entryBytes } from './directory.ts'
import { anchorsOf, type DirectoryState, type HeldKey, isRevoked, type KeyPair } from './directory-state.ts'
import type { Profile } from './holder.ts'
import { goodAt, type KeyTools, type KeyUse } from './key-tools.ts'

export type Effect = () => void
/** One entry under examination, and what everything before it says. */
export type Walk = { state: DirectoryState; entry: Entry; tools: KeyTools; now: number | null }

/**
 * Those of `keys` that signed the entry, by fingerprint, and when each says it did (ms since 1970). Any signature that is
 * unsound or foreign throws.
 */
export async function signersAmong(
  walk: Walk,
  keys: HeldKey[],
  instance?: string,
): Promise<Map<string, number>> {
  const { state, entry, tools, now } = walk
  const bytes = entryBytes(instance ?? state.genesis!.instance, entry.supersedes, entry.body)
  const signers = new Map<string, number>()
  for (const { by, signature } of entry.signatures) {
    const key = keys.find(({ facts }) => facts.fingerprint === by)
    if (key === undefined || signers.has(by))
      throw new Error(`expected no signature by ${ownerOf(state, by)}`)
    const made = await tools.verify({ bytes, signature, key: key.armored }).catch(() => {
      throw new Error(`expected a sound signature by ${by}`)
    })
    const use = key.facts.sign.find(({ keyId }) => keyId === made.keyId)
    if (use === undefined || isRevoked(state, key, use))
      throw new Error(`expected a key that may sign, got ${by}`)
    if (now !== null && !goodAt([use], now)) throw new Error(`expected a key that has not expired, got ${by}`)
    signers.set(by, made.created)
  }
  return signers
}

/** Whose key it is, for people: `person:ml-dnlt.moussa`; the fingerprint of one that the directory does not know. */
const ownerOf = (state: DirectoryState, fingerprint: string): string =>
  state.owners.get(fingerprint)?.subject ?? fingerprint

/** Twelve months, one of which may be in a leap year: a holder who loses a subkey loses no more than what came in them. */
export const LONGEST_SUBKEY = 366 * 24 * 3_600_000
/** Five years: to replace an anchor's key, several states come together. */
export const LONGEST_ANCHOR = 5 * LONGEST_SUBKEY

/** Reads a key that an entry brings. For a new entry it must be good now, and what is sealed to it not for long. */
export async function readKey(
  walk: Walk,
  armored: string,
  needs: { profile?: Profile; encrypts?: boolean },
): Promise<HeldKey> {
  const held = await readGood(walk, armored, needs)
  if (needs.encrypts === true && walk.now !== null && !endsWithin(held.facts.encrypt, LONGEST_SUBKEY))
    throw new Error('expected an encryption subkey of at most 12 months, got a longer one')
  return held
}

/** Reads the key of an anchor, which ends as a whole: for a new entry within five years of when it was made. */
export async function readAnchorKey(walk: Walk, armored: string): Promise<HeldKey> {
  const held = await readGood(walk, armored, { encrypts: true })
  if (walk.now !== null && !endsWithin([...held.facts.sign, ...held.facts.encrypt], LONGEST_ANCHOR))
    throw new Error('expected an anchor’s key of at most 5 years, got a longer one')
  return held
}

async function readGood(
  walk: Walk,
  armored: string,
  needs: { profile?: Profile; encrypts?: boolean },
): Promise<HeldKey> {
  const facts = await walk.tools.read(armored)
  if (needs.profile !== undefined && facts.profile !== needs.profile)
    throw new Error(
      `expected a key of the ${needs.profile} profile (version ${needs.profile === 'compat' ? 4 : 6})`,
    )
  const kinds = [facts.sign, ...(needs.encrypts === true ? [facts.encrypt] : [])]
  if (kinds.some((uses) => (walk.now === null ? uses.length === 0 : !goodAt(uses, walk.now))))
    throw new Error(
      `expected a key that can ${needs.encrypts === true ? 'sign and be encrypted to' : 'sign'}`,
    )
  return { armored, facts }
}

const endsWithin = (uses: KeyUse[], life: number): boolean =>
  uses.every(({ from, until }) => until !== null && until - from <= life)

/** Reads both keys of a holder, each in its own place. */
export async function readPair(
  walk: Walk,
  { key, modern }: { key: string; modern?: string | undefined },
): Promise<KeyPair> {
  return {
    key: await readKey(walk, key, { profile: 'compat', encrypts: true }),
    modern: modern === undefined ? null : await readKey(walk, modern, { profile: 'modern', encrypts: true }),
  }
}

export const keysOf = (pair: KeyPair | null | undefined): HeldKey[] =>
  pair ? [pair.key, ...(pair.modern ? [pair.modern] : [])] : []

/** Enters the keys of several subjects that one entry brings: they must differ among themselves too. */
export function bringPairs(
  state: DirectoryState,
  country: string,
  pairs: [subject: string, pair: KeyPair | null][],
): Effect {
  const brought = pairs.flatMap(([subject, pair]) => keysOf(pair).map((key) => ({ subject, key })))
  const clash = brought.some(({ key }, i) => brought.slice(0, i).some((other) => sharesKeyId(other.key, key)))
  if (clash) throw new Error('expected every key of the entry once')
  const effects = brought.map(({ subject, key }) => bringKey(state, subject, country, key))
  return () => {
    for (const effect of effects) effect()
  }
}

/** Enters the packets of a key. No two keys share a 64-bit id, no two subjects a key; a revoked key never returns. */
export function bringKey(state: DirectoryState, subject: string, country: string, key: HeldKey): Effect {
  for (const { fingerprint, keyId } of key.facts.packets) {
    const holder = state.keyIds.get(keyId)
    if (holder !== undefined && holder !== fingerprint) throw new Error(`expected a new key id, got ${keyId}`)
    const owner = state.owners.get(fingerprint)
    if (owner !== undefined && owner.subject !== subject)
      throw new Error('expected a key that nobody else holds')
    if (state.revoked.has(fingerprint)) throw new Error('expected a key that is not revoked')
  }
  return () => {
    for (const { fingerprint, keyId } of key.facts.packets) {
      state.keyIds.set(keyId, fingerprint)
      state.owners.set(fingerprint, { subject, country, key })
    }
  }
}

/** Whether two keys have a packet id in common. */
export function sharesKeyId(a: HeldKey, b: HeldKey): boolean {
  return a.facts.packets.some(({ keyId }) => b.facts.packets.some((packet) => packet.keyId === keyId))
}

/** Expects one signature and no more, by one of `keys`. */
export async function exactlyOneOf(walk: Walk, keys: HeldKey[], message: string): Promise<void> {
  const fingerprints = keys.map((key) => key.facts.fingerprint)
  const [signature, ...others] = walk.entry.signatures
  if (signature === undefined || others.length > 0 || !fingerprints.includes(signature.by))
    throw new Error(message)
  await signersAmong(walk, keys)
}

export function expectPeriod(body: { from: string; to: string | null }): void {
  if (body.to !== null && body.to < body.from) throw new Error('expected an end that is not before the start')
}

export async function signedByAnchor(walk: Walk, country: string): Promise<void> {
  await exactlyOneOf(
    walk,
    anchorsOf(walk.state, country),
    `expected one signature by an anchor of ${country}`,
  )
}
