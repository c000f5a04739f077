import {
  type DecryptOptions,
  decrypt,
  decryptSessionKeys,
  encryptSessionKey,
  type PrivateKey,
  readMessage,
  type SessionKey,
} from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import { type Packets, walk } from '../../schema/wire/packet.ts'
import { BoundedCompressedPacket } from './compressed-packet.ts'
import { openpgpConfig } from './openpgp-config.ts'
import type { Recipient } from './seal.ts'

export type Rewrap = {
  ciphertext: Uint8Array
  /** Unlocked private keys that the session key may be wrapped to. */
  decryptWith: PrivateKey[]
  /** Whose packets are made, one for each: what stays as it is need not be named. */
  to: Recipient[]
  /** The server's time, as login told it. */
  at: Date
}

const config = { ...openpgpConfig, additionalAllowedPackets: [BoundedCompressedPacket] }

/**
 * Wraps the session key of a sealed object anew, and returns the new session key packets alone: `splice` puts them before
 * the data packet, which nobody touches. Signature and content are not read.
 * @throws Fault SEAL when no key of ours opens it, or one of `to` cannot be encrypted to
 */
export async function rewrap({ ciphertext, decryptWith, to, at }: Rewrap): Promise<Uint8Array> {
  const { seipd } = walk(ciphertext)
  const { data, algorithm } = await sessionKeyOf({ ciphertext, decryptWith, at })
  try {
    return await encryptSessionKey({
      data,
      ...algorithmsOf(seipd, algorithm),
      encryptionKeys: to.map(({ key }) => key),
      format: 'binary',
      date: at,
      config: openpgpConfig,
    })
  } catch {
    fail('expected keys that can be encrypted to now, got one that cannot')
  }
}

/**
 * Whether an object opens whole with these keys: decrypted to its integrity check, and let go unread. Whoever takes over a
 * desk tries this before the former packets are let go.
 */
export const opens = ({ ciphertext, decryptWith, at }: Omit<Rewrap, 'to'>): Promise<boolean> =>
  decrypts(ciphertext, at, { decryptionKeys: decryptWith })

async function sessionKeyOf({ ciphertext, decryptWith, at }: Omit<Rewrap, 'to'>): Promise<SessionKey> {
  const message = await readMessage({ binaryMessage: ciphertext, config })
  const keys = (await decryptSessionKeys({ message, decryptionKeys: decryptWith, date: at, config }).catch(
    () => [],
  )) as SessionKey[]
  if (keys.length === 1) return keys[0]!
  // An RSA key unwraps in constant time to one candidate for each cipher; the data packet tells which is the session key.
  for (const key of keys) if (await decrypts(ciphertext, at, { sessionKeys: [key] })) return key
  fail('expected a session key that opens with this key, got one that does not')
}

type With = Pick<DecryptOptions, 'decryptionKeys' | 'sessionKeys'>

async function decrypts(ciphertext: Uint8Array, at: Date, keys: With): Promise<boolean> {
  const message = await readMessage({ binaryMessage: ciphertext, config })
  return decrypt({ message, ...keys, format: 'binary', date: at, config }).then(
    () => true,
    () => false,
  )
}

/** RFC 9580 §9.6: the mode by its number. */
const AEADS = new Map<number, 'ocb' | 'gcm'>([
  [2, 'ocb'],
  [3, 'gcm'],
])

/** A packet of version 6 does not say which cipher its session key is for: the data packet does, and the walk let AES-256 in alone. */
function algorithmsOf(seipd: Packets['seipd'], shown: SessionKey['algorithm']) {
  if (seipd.version === 1) return { algorithm: shown }
  return { algorithm: 'aes256' as const, aeadAlgorithm: AEADS.get(seipd.aead)! }
}

function fail(message: string): never {
  throw new Fault('SEAL', message)
}
