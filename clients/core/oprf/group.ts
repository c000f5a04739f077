import { createHash } from 'node:crypto'
import sodium from 'libsodium-wrappers-sumo'
import { Fault } from '../../../schema/wire/fault.ts'

// The prime-order group ristretto255 with SHA-512, as RFC 9497 §4.1 has it, on libsodium. Elements and scalars are 32 octets.
// Its arithmetic takes the same time whatever the secret; what JavaScript copies in between is zeroed where we hold it, and
// what the WebAssembly memory keeps of it until it is used again is not.

/** The group's functions need this once, before any of them is called. */
export const ready = (): Promise<void> => sodium.ready

const OCTETS = 32
const ZERO = new Uint8Array(OCTETS)

export const sameOctets = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** An element that came from elsewhere; throws BAD_INPUT unless it is one, in its only spelling, and not the identity. */
export function elementOf(octets: Uint8Array): Uint8Array {
  // The identity is 32 octets of nought. It would give the same output for whatever key.
  if (
    octets.length === OCTETS &&
    !sameOctets(octets, ZERO) &&
    sodium.crypto_core_ristretto255_is_valid_point(octets)
  )
    return octets
  throw new Fault(
    'BAD_INPUT',
    'expected an element of the group that is not its identity, got something else',
  )
}

/** A scalar that came from elsewhere; throws BAD_INPUT unless it is one, in its only spelling, and not nought. */
export function scalarOf(octets: Uint8Array): Uint8Array {
  if (octets.length === OCTETS && !sameOctets(octets, ZERO) && sameOctets(reduced(octets), octets))
    return octets
  throw new Fault('BAD_INPUT', 'expected a scalar of the group that is not nought, got something else')
}

const reduced = (octets: Uint8Array) =>
  sodium.crypto_core_ristretto255_scalar_reduce(Buffer.concat([octets], 2 * OCTETS))

export const randomScalar = (): Uint8Array => sodium.crypto_core_ristretto255_scalar_random()

/** A small number as a scalar: the place of an evaluator. */
export function smallScalar(value: number): Uint8Array {
  const octets = new Uint8Array(OCTETS)
  new DataView(octets.buffer).setUint32(0, value, true)
  return octets
}

/** Throws BAD_INPUT where the product is the identity. */
export function multiply(scalar: Uint8Array, element: Uint8Array): Uint8Array {
  try {
    return sodium.crypto_scalarmult_ristretto255(scalar, element)
  } catch {
    throw new Fault('BAD_INPUT', 'expected a product that is not the identity, got something else')
  }
}

/** The public key of a scalar. Throws BAD_INPUT for one that is not of the group. */
export const publicKeyOf = (scalar: Uint8Array): Uint8Array =>
  sodium.crypto_scalarmult_ristretto255_base(scalarOf(scalar))

export const addElements = (elements: Uint8Array[]): Uint8Array =>
  elements.reduce((sum, element) => sodium.crypto_core_ristretto255_add(sum, element))

export const plus = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  sodium.crypto_core_ristretto255_scalar_add(a, b)
export const minus = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  sodium.crypto_core_ristretto255_scalar_sub(a, b)
export const times = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  sodium.crypto_core_ristretto255_scalar_mul(a, b)
export const inverse = (a: Uint8Array): Uint8Array => sodium.crypto_core_ristretto255_scalar_invert(a)

/** Writes nought over secrets that are done with. */
export function forget(...secrets: Uint8Array[]): void {
  for (const secret of secrets) sodium.memzero(secret)
}

/** RFC 9497 §3.1, mode VOPRF. */
export const CONTEXT = 'OPRFV1-\x01-ristretto255-SHA512'

/** A number as two octets. */
export const two = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255)

/** Octets after their length, as every transcript of RFC 9497 has them. */
export const measured = (octets: Uint8Array): Uint8Array[] => [two(octets.length), octets]

export function sha512(...parts: Uint8Array[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** RFC 9497 §4.1. Throws BAD_INPUT for what hashes to the identity, which nobody can find. */
export const hashToGroup = (input: Uint8Array): Uint8Array =>
  elementOf(sodium.crypto_core_ristretto255_from_hash(expand([input], `HashToGroup-${CONTEXT}`)))

/** RFC 9497 §4.1; another `tag` is another function. */
export const hashToScalar = (parts: Uint8Array[], tag = `HashToScalar-${CONTEXT}`): Uint8Array =>
  sodium.crypto_core_ristretto255_scalar_reduce(expand(parts, tag))

const BLOCK = new Uint8Array(128)

/** RFC 9380 §5.3.1, expand_message_xmd with SHA-512: 64 octets, which is one block of it. */
function expand(message: Uint8Array[], tag: string): Uint8Array {
  const tagged = Buffer.from(tag)
  const ending = Buffer.concat([tagged, Uint8Array.of(tagged.length)])
  const first = sha512(BLOCK, ...message, two(64), Uint8Array.of(0), ending)
  return sha512(first, Uint8Array.of(1), ending)
}
