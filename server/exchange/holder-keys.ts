import { enums } from 'openpgp'
import type { Holder } from '../../schema/wire/holder.ts'
import { knownKey } from './known-keys.ts'

/** An encryption subkey; id and fingerprint in lower-case hex, its algorithm by the number in RFC 9580 §9.1. */
export type HolderKey = { keyId: string; fingerprint: string; algorithm: number }
/** Those of one holder that are valid now. */
export type HolderKeys = { holder: Holder; keys: HolderKey[] }

/**
 * Reads them from the holder's armored public key: those that are meant for encryption, bound by the primary key, and at
 * `at` neither expired nor revoked. An unreadable or revoked key has none, so nothing can be sent to it.
 */
export async function holderKeys(holder: Holder, armored: string, at: Date): Promise<HolderKeys> {
  const key = await knownKey(armored).catch(() => null)
  const keys: HolderKey[] = []
  for (const candidate of key?.getKeys() ?? []) {
    if (SIGNING_ONLY.has(candidate.keyPacket.algorithm)) continue
    const usable = await key!.getEncryptionKey(candidate.getKeyID(), at).catch(() => null)
    if (!usable) continue
    const { algorithm } = usable.keyPacket
    keys.push({ keyId: usable.getKeyID().toHex(), fingerprint: usable.getFingerprint(), algorithm })
  }
  return { holder, keys }
}

/** What cannot encrypt need not be asked whether it may. */
const SIGNING_ONLY = new Set<number>([
  enums.publicKey.dsa,
  enums.publicKey.ecdsa,
  enums.publicKey.eddsaLegacy,
  enums.publicKey.ed25519,
  enums.publicKey.ed448,
])
