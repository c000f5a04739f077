import { createHash } from 'node:crypto'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined }

/**
 * One text for one value: keys sorted by UTF-16 code unit, no white space, `undefined` members left out.
 * RFC 8785 (JCS) for the values that we sign: ECMAScript already prints numbers and strings as it asks.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
  // Strings that are added share what they are made of; joined ones are copied, once for each level of a long payload.
  let members = ''
  for (const name of names)
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonical(value[name]!)}`
  return `{${members}}`
}

export function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

/** Bytes as Crockford base32, lower case: ids that a person can read out over a radio. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += CROCKFORD[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + CROCKFORD[(held << (5 - bits)) & 31] : text
}
