import { type Entry, entryBytes } from './directory.ts'
import { type DirectoryState, type HeldKey, isRevoked } from './directory-state.ts'
import { goodAt, type KeyTools } from './key-tools.ts'

export type Effect = () => void
/** One entry under examination, and what everything before it says. */
export type Walk = { state: DirectoryState; entry: Entry; tools: KeyTools; now: number | null }

/** The fingerprints of those of `keys` that signed the entry. Any signature that is unsound or foreign throws. */
export async function signersAmong(walk: Walk, keys: HeldKey[], instance?: string): Promise<Set<string>> {
  const { state, entry, tools, now } = walk
  const bytes = entryBytes(instance ?? state.genesis!.instance, entry.supersedes, entry.body)
  const signers = new Set<string>()
  for (const { by, signature } of entry.signatures) {
    const key = keys.find(({ facts }) => facts.fingerprint === by)
    if (key === undefined || signers.has(by)) throw new Error(`expected no signature by ${by}`)
    const made = await tools.verify({ bytes, signature, key: key.armored }).catch(() => {
      throw new Error(`expected a sound signature by ${by}`)
    })
    const use = key.facts.sign.find(({ keyId }) => keyId === made.keyId)
    if (use === undefined || isRevoked(state, key, use))
      throw new Error(`expected a key that may sign, got ${by}`)
    if (now !== null && !goodAt([use], now)) throw new Error(`expected a key that has not expired, got ${by}`)
    signers.add(by)
  }
  return signers
}

/** Reads a key that an entry brings. For a new entry it must be good now. */
export async function readKey(
  walk: Walk,
  armored: string,
  needs: { compat?: boolean; encrypts?: boolean },
): Promise<HeldKey> {
  const facts = await walk.tools.read(armored)
  if (needs.compat === true && !facts.compat)
    throw new Error('expected a key of the compat profile (version 4)')
  const kinds = [facts.sign, ...(needs.encrypts === true ? [facts.encrypt] : [])]
  if (kinds.some((uses) => (walk.now === null ? uses.length === 0 : !goodAt(uses, walk.now))))
    throw new Error(
      `expected a key that can ${needs.encrypts === true ? 'sign and be encrypted to' : 'sign'}`,
    )
  return { armored, facts }
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
