import { createHmac } from 'node:crypto'
import { base32 } from '../schema/wire/canonical.ts'

/**
 * Ids are HMACs under the instance's key of who asked, under which idempotency key, for what: the same report sent
 * again has the same ids, nobody can guess one, and none says in which order things came.
 */
export type Ids = {
  /** An id of 26 characters. */
  id(...parts: string[]): string
  /** The same for keys that are compared and never shown, 64 hexadecimal characters. */
  key(...parts: string[]): string
}

export function idsOf(instanceKey: Uint8Array): Ids {
  const mac = (parts: string[]) => {
    const hmac = createHmac('sha256', instanceKey)
    // Length before text: no two lists of parts read the same.
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:${part}`)
    return hmac.digest()
  }
  return {
    id: (...parts) => base32(mac(['id', ...parts]).subarray(0, 16)),
    key: (...parts) => mac(['key', ...parts]).toString('hex'),
  }
}
