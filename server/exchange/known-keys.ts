import { type Key, readKey } from 'openpgp'

/** Keys kept parsed: one of each office, custodian, country and officer of a large deployment. */
const MOST = 2_048
const known = new Map<string, Promise<Key>>()

/**
 * The public key in this armor. To parse it and to prove its bindings costs more than all else at the gate, and the library
 * remembers on the key what it has proven. What may change, expiry and revocation by date, is asked of the key each time;
 * whatever changes in the directory is another armor. The key least lately asked for is let go. Throws what the library throws.
 */
export function knownKey(armored: string): Promise<Key> {
  const key = known.get(armored) ?? readKey({ armoredKey: armored })
  known.delete(armored)
  known.set(armored, key)
  if (known.size > MOST) known.delete(known.keys().next().value!)
  return key
}
