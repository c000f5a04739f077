import { readKey } from 'openpgp'
import type { Holder } from '../../schema/wire/holder.ts'

/** The encryption subkeys of one holder that are valid now; ids and fingerprints in lower-case hex. */
export type HolderKeys = { holder: Holder; keys: { keyId: string; fingerprint: string }[] }

/**
 * Reads them from the holder's armored public key: those that are meant for encryption, bound by the primary key, and at
 * `at` neither expired nor revoked. An unreadable or revoked key has none, so nothing can be sent to it.
 */
export async function holderKeys(holder: Holder, armored: string, at: Date): Promise<HolderKeys> {
  const key = await readKey({ armoredKey: armored }).catch(() => null)
  const keys = []
  for (const candidate of key?.getKeys() ?? []) {
    const usable = await key!.getEncryptionKey(candidate.getKeyID(), at).catch(() => null)
    if (usable) keys.push({ keyId: usable.getKeyID().toHex(), fingerprint: usable.getFingerprint() })
  }
  return { holder, keys }
}
