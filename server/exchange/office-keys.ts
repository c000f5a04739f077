import { readKey } from 'openpgp'

/** The encryption subkeys of one office that are valid now; ids and fingerprints in lower-case hex. */
export type OfficeKeys = { office: string; keys: { keyId: string; fingerprint: string }[] }

/**
 * Reads them from the office's armored public key: those that are meant for encryption, bound by the primary key, and at
 * `at` neither expired nor revoked. An unreadable or revoked key has none, so nothing can be sent to it.
 */
export async function officeKeys(office: string, armored: string, at: Date): Promise<OfficeKeys> {
  const key = await readKey({ armoredKey: armored }).catch(() => null)
  const keys = []
  for (const candidate of key?.getKeys() ?? []) {
    const usable = await key!.getEncryptionKey(candidate.getKeyID(), at).catch(() => null)
    if (usable) keys.push({ keyId: usable.getKeyID().toHex(), fingerprint: usable.getFingerprint() })
  }
  return { office, keys }
}
