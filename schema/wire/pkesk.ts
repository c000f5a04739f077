import { Fault } from './fault.ts'
import { ROW_IN_KEY, refuseReadable } from './randomness.ts'

/**
 * One session key packet. `keyId` is 16 lower-case hex digits; version 6 names the whole `fingerprint`.
 * `bits` is the size of the first multiprecision integer (RSA, ECDH); `size` counts the encrypted fields in octets.
 */
export type Pkesk = {
  version: 3 | 6
  keyId: string
  fingerprint?: string
  algorithm: number
  bits?: number
  size: number
}

/** Reads the body of a PKESK packet (RFC 9580 §5.1), or throws BAD_PACKET. */
export function readPkesk(body: Uint8Array): Pkesk {
  const version = body[0]
  if (version === 3) {
    if (body.length < 10) refuse(`expected at least 10 octets in a session key packet, got ${body.length}`)
    const keyId = hex(body.subarray(1, 9))
    if (/^0+$/.test(keyId)) refuse('expected a named recipient, got a hidden one')
    return { version, keyId, algorithm: body[9]!, ...readSecret(body[9]!, body.subarray(10), version) }
  }
  if (version !== 6) refuse(`expected a session key packet of version 3 or 6, got ${version}`)
  const named = readRecipient(body)
  const algorithm = body[2 + body[1]!]
  if (algorithm === undefined) refuse('expected an algorithm, got the end of the packet')
  return { version, ...named, algorithm, ...readSecret(algorithm, body.subarray(3 + body[1]!), version) }
}

const FINGERPRINT_OCTETS = new Map([
  [4, 20],
  [6, 32],
])

function readRecipient(body: Uint8Array): { keyId: string; fingerprint: string } {
  const [named, keyVersion] = [body[1], body[2]]
  if (named === 0) refuse('expected a named recipient, got a hidden one')
  const octets = FINGERPRINT_OCTETS.get(keyVersion ?? 0)
  if (octets === undefined) refuse(`expected a recipient key of version 4 or 6, got ${keyVersion}`)
  if (named !== octets + 1) refuse(`expected a fingerprint of ${octets} octets, got ${(named ?? 0) - 1}`)
  const octetsNamed = body.subarray(3, 3 + octets)
  if (octetsNamed.length < octets)
    refuse(`expected a fingerprint of ${octets} octets, got ${octetsNamed.length}`)
  const fingerprint = hex(octetsNamed)
  if (/^0+$/.test(fingerprint)) refuse('expected a named recipient, got a hidden one')
  return { fingerprint, keyId: keyVersion === 4 ? fingerprint.slice(24) : fingerprint.slice(0, 16) }
}

type Secret = { bits?: number; size: number }

const RSA = 1
const ECDH = 18
/** Algorithm → octets of its ephemeral public key: X25519 and X448 (RFC 9580 §5.1.6–7). */
const MONTGOMERY = new Map([
  [25, 32],
  [26, 56],
])
/** Point size in bits → what it is: prefixed Curve25519, then uncompressed P-256, P-384, P-521 and the Brainpool curves. */
const POINT_BITS = new Set([263, 515, 771, 1059, 1027])
/** AES key wrap of a padded session key (RFC 6637 §8) and of a bare AES key: 128, 192 and 256 bits. */
const WRAPPED_PADDED = new Set([32, 40, 48])
const WRAPPED_BARE = new Set([24, 32, 40])
const AES = new Set([7, 8, 9])

function readSecret(algorithm: number, fields: Uint8Array, version: 3 | 6): Secret {
  if (algorithm === RSA) return readRsa(fields)
  if (algorithm === ECDH) return readEcdh(fields)
  const octets = MONTGOMERY.get(algorithm)
  if (octets === undefined)
    refuse(`expected RSA (1), ECDH (18), X25519 (25) or X448 (26), got algorithm ${algorithm}`)
  return readMontgomery(fields, octets, version)
}

/**
 * One integer below a modulus of 2048 to 4096 bits. An honest one falls 64 bits short of the smallest modulus once in
 * 2^64 messages. Larger keys are refused because they make every recipient's machine work for an attacker.
 */
function readRsa(fields: Uint8Array): Secret {
  const bits = readInteger(fields)
  if (bits < 2048 - 64 || bits > 4096) refuse(`expected an RSA session key of 2048 to 4096 bits, got ${bits}`)
  const octets = Math.ceil(bits / 8)
  if (fields.length !== 2 + octets)
    refuse(`expected ${octets} octets for ${bits} bits, got ${fields.length - 2}`)
  refuseText(fields.subarray(2))
  return { bits, size: fields.length }
}

function readEcdh(fields: Uint8Array): Secret {
  const bits = readInteger(fields)
  if (!POINT_BITS.has(bits)) refuse(`expected a curve point, got an integer of ${bits} bits`)
  const at = 2 + Math.ceil(bits / 8)
  const prefix = bits === 263 ? 0x40 : 0x04
  if (fields[2] !== prefix) refuse(`expected point prefix ${prefix}, got ${fields[2]}`)
  const wrapped = fields[at]
  if (wrapped === undefined || !WRAPPED_PADDED.has(wrapped))
    refuse(`expected a wrapped key of 32, 40 or 48 octets, got ${wrapped ?? 'none'}`)
  if (fields.length !== at + 1 + wrapped)
    refuse(`expected ${wrapped} octets of wrapped key, got ${fields.length - at - 1}`)
  refuseText(concat(fields.subarray(3, at), fields.subarray(at + 1)))
  return { bits, size: fields.length }
}

function readMontgomery(fields: Uint8Array, octets: number, version: 3 | 6): Secret {
  const declared = fields[octets]
  if (declared === undefined) refuse(`expected an ephemeral key of ${octets} octets, got ${fields.length}`)
  if (fields.length !== octets + 1 + declared)
    refuse(`expected ${declared} octets of wrapped key, got ${fields.length - octets - 1}`)
  // Version 3 shows the cipher in clear before the wrapped key; version 6 keeps it in the data packet.
  const shown = version === 3 ? 1 : 0
  if (!WRAPPED_BARE.has(declared - shown)) refuse(`expected a wrapped AES key, got ${declared} octets`)
  if (version === 3 && !AES.has(fields[octets + 1]!))
    refuse(`expected an AES cipher (7, 8, 9), got ${fields[octets + 1]}`)
  refuseText(concat(fields.subarray(0, octets), fields.subarray(octets + 1 + shown)))
  return { size: fields.length }
}

/** Size in bits of the integer at the start; its top bit must be where the size says (RFC 9580 §3.2). */
function readInteger(fields: Uint8Array): number {
  if (fields.length < 3) refuse(`expected an integer, got ${fields.length} octets`)
  const bits = fields[0]! * 256 + fields[1]!
  const top = 32 - Math.clz32(fields[2]!)
  if (top === 0 || (bits - 1) % 8 !== top - 1)
    refuse(`expected an integer of ${bits} bits, got a first octet of ${top} bits`)
  return bits
}

/** Whoever declares a packet to be a session key may not write in it instead. */
const refuseText = (octets: Uint8Array): void =>
  refuseReadable(octets, 'an encrypted session key', ROW_IN_KEY)

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function refuse(message: string): never {
  throw new Fault('BAD_PACKET', message)
}
