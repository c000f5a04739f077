import { broken, HASH_SIZE } from './tree.ts'

// How numbers and octets are written in the C2SP formats: one way each, so that nothing can be said in two.

/** Standard base64 with its padding and with no spare bit set, or null. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/** A SHA-256 hash in base64. `what` names it in the fault. */
export function readHash(line: string, what: string): Buffer {
  const bytes = decodeBase64(line)
  if (bytes?.length === HASH_SIZE) return bytes
  throw broken(`expected ${what} as 32 bytes in base64, got something else`)
}

/** A decimal without leading zeroes, up to 2^53 − 1. */
export function readNumber(text: string, what: string): number {
  const value = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw broken(`expected ${what} as a decimal number, got something else`)
}

/** UTF-8 without control characters other than newline, or a fault. */
export function readText(bytes: Uint8Array, what: string): string {
  const text = decodeUtf8(bytes)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  if (text !== null && !/[\x00-\x09\x0b-\x1f]/.test(text)) return text
  throw broken(`expected ${what} as text in UTF-8, got other octets`)
}

/** Null where the octets are not UTF-8. A byte order mark stays: it is signed with the rest. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
