import { randomBytes } from 'node:crypto'
import {
  decrypt,
  decryptSessionKeys,
  encryptSessionKey,
  type PrivateKey,
  readMessage,
  type SessionKey,
} from 'openpgp'
import type { Profile } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { shapeOf } from '../../schema/wire/packet.ts'
import type { ChunkKey } from './chunk.ts'
import { openpgpConfig } from './openpgp-config.ts'
import { checkKey, type Recipient } from './seal.ts'

/**
 * Draws the session key of an attachment and wraps it to each recipient once. Throws SEAL where any one key cannot be
 * used, as a message does.
 */
export async function newAttachmentKey(
  object: string,
  { to, profile, at }: { to: Recipient[]; profile: Profile; at: Date },
): Promise<ChunkKey> {
  for (const recipient of to) await checkKey(recipient, profile, at)
  const sessionKey = randomBytes(32)
  const packets = await encryptSessionKey({
    data: sessionKey,
    algorithm: 'aes256',
    ...(profile === 'modern' && { aeadAlgorithm: 'gcm' as const }),
    encryptionKeys: to.map(({ key }) => key),
    format: 'binary',
    date: at,
    config: openpgpConfig,
  })
  return { object, profile, sessionKey, packets }
}

export type ChunkOpener = {
  /** The plain text of a sealed chunk. Throws SEAL where it does not open with the key of the first one. */
  open(octets: Uint8Array): Promise<Uint8Array>
}

/**
 * Opens the chunks of an attachment, all with the session key of the first: one that another key sealed is of another
 * attachment. A chunk has no signature: what it must be stands in the signed message, and whoever calls this compares it.
 */
export function chunkOpener(decryptWith: PrivateKey[], at: Date): ChunkOpener {
  let known: Promise<SessionKey[]> | null = null
  return {
    async open(octets) {
      shapeOf(octets)
      try {
        known ??= sessionKeysOf(octets, decryptWith, at)
        const sessionKeys = await known
        const message = await readMessage({ binaryMessage: octets, config: openpgpConfig })
        const { data } = await decrypt({
          message,
          sessionKeys,
          format: 'binary',
          date: at,
          config: openpgpConfig,
        })
        return data as Uint8Array
      } catch {
        throw new Fault('SEAL', 'expected a chunk that opens with this key, got one that does not')
      }
    },
  }
}

async function sessionKeysOf(
  octets: Uint8Array,
  decryptionKeys: PrivateKey[],
  date: Date,
): Promise<SessionKey[]> {
  const message = await readMessage({ binaryMessage: octets, config: openpgpConfig })
  return (await decryptSessionKeys({ message, decryptionKeys, date, config: openpgpConfig })) as SessionKey[]
}
