import { randomBytes } from 'node:crypto'

// OpenPGP packets octet by octet, well formed and not, for the gate to judge.

export const join = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts)
export const octets = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** A packet in the new format with the shortest length. */
export function packet(tag: number, body: Uint8Array): Uint8Array {
  return join(octets(0xc0 | tag), newLength(body.length), body)
}

export function newLength(length: number): Uint8Array {
  if (length < 192) return octets(length)
  if (length < 8384) return octets(((length - 192) >> 8) + 192, (length - 192) & 255)
  return fiveOctets(length)
}

export function fiveOctets(length: number): Uint8Array {
  return octets(255, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255)
}

/** A packet in the old format: `type` 0, 1, 2 for a length of 1, 2, 4 octets, 3 for none. */
export function oldPacket(tag: number, body: Uint8Array, type: number): Uint8Array {
  const size = type === 3 ? 0 : 1 << type
  const length = Buffer.alloc(size)
  if (size > 0) length.writeUIntBE(body.length, 0, size)
  return join(octets(0x80 | (tag << 2) | type), length, body)
}

/** A data packet in chunks: powers of two, then a last length. */
export function partial(tag: number, body: Uint8Array, exponents: number[]): Uint8Array {
  const parts = [octets(0xc0 | tag)]
  let at = 0
  for (const exponent of exponents) {
    parts.push(octets(224 + exponent), body.subarray(at, at + 2 ** exponent))
    at += 2 ** exponent
  }
  return join(...parts, newLength(body.length - at), body.subarray(at))
}

export const PKESK = 1
export const SEIPD = 18

export const KEY_A = Buffer.from('a1b2c3d4e5f60718', 'hex')
export const KEY_B = Buffer.from('0123456789abcdef', 'hex')

/** An integer of exactly so many bits with random octets below its top one. */
export function integer(bits: number, top = 1 << ((bits - 1) % 8)): Uint8Array {
  const value = randomBytes(Math.ceil(bits / 8))
  value[0] = top
  return join(octets(bits >> 8, bits & 255), value)
}

export const rsa3 = (keyId: Uint8Array = KEY_A, bits = 3072): Uint8Array =>
  join(octets(3), keyId, octets(1), integer(bits))

/** Curve25519 in its older form: a point of 263 bits that begins with 0x40. */
export function ecdh3(keyId: Uint8Array = KEY_A, wrapped = 48): Uint8Array {
  return join(octets(3), keyId, octets(18), integer(263, 0x40), octets(wrapped), randomBytes(wrapped))
}

export const x25519v3 = (keyId: Uint8Array = KEY_A, cipher = 9): Uint8Array =>
  join(octets(3), keyId, octets(25), randomBytes(32), octets(41, cipher), randomBytes(40))

export const FINGERPRINT_V4 = Buffer.from('00112233445566778899aabba1b2c3d4e5f60718', 'hex')
export const FINGERPRINT_V6 = Buffer.from(`a1b2c3d4e5f60718${'5c'.repeat(24)}`, 'hex')

export function x25519v6(fingerprint: Uint8Array = FINGERPRINT_V6, wrapped = 40): Uint8Array {
  const version = fingerprint.length === 20 ? 4 : 6
  return join(
    octets(6, fingerprint.length + 1, version),
    fingerprint,
    octets(25),
    randomBytes(32),
    octets(wrapped),
    randomBytes(wrapped),
  )
}

export const seipd1 = (size = 700): Uint8Array => join(octets(1), randomBytes(size - 1))

/** `size` counts what follows the salt. The chunk octet 6 means 4096 octets to a chunk. */
export const seipd2 = (size = 700, cipher = 9, aead = 2, chunk = 6): Uint8Array =>
  join(octets(2, cipher, aead, chunk), randomBytes(32), randomBytes(size))

export const pkesk = packet(PKESK, rsa3())
export const data = packet(SEIPD, seipd1())
export const whole = join(pkesk, data)
/** French in UTF-8, so many octets of it. */
export const text = (size: number): Uint8Array =>
  Buffer.from('Aïcha a vu le passeur au ghetto de la gare. '.repeat(Math.ceil(size / 45))).subarray(0, size)
const keyId = (n: number) => Buffer.from(n.toString(16).padStart(16, '0'), 'hex')
export const many = (n: number) =>
  join(...Array.from({ length: n }, (_, i) => packet(PKESK, ecdh3(keyId(i + 1)))))
