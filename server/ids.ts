import { base32 } from '../schema/wire/canonical.ts'
import { Mac } from './mac.ts'

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
  const mac = new Mac(instanceKey)
  // Length before text: no two lists of parts read the same.
  const tag = (parts: string[]) =>
    Buffer.from(mac.text(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('')), 'latin1')
  return {
    id: (...parts) => base32(tag(['id', ...parts]).subarray(0, 16)),
    key: (...parts) => tag(['key', ...parts]).toString('hex'),
  }
}
