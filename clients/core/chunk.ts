import { createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'
import type { Profile } from '../../schema/wire/envelope.ts'
import { letGo } from '../../schema/wire/let-go.ts'
import { openCfb } from './cfb.ts'

// Chunks are written here, octet by octet, and read by the library: it takes twice as long to write one and holds it five
// times in memory. Nothing of a key is opened here.
//
// One session key for all chunks of an attachment is sound. Version 1: what goes before the text is 16 octets that nobody can
// tell from random, each chunk's own, and they take the part of an initial vector; the keystream that covers them is the same
// in every chunk, which shows how two of them differ and nothing more. Version 2 derives a key of its own for each salt.
// Both are drawn from the key, the place and the text itself: the same chunk is the same octets whenever it is sealed, so
// that an upload goes on after a crash, and a file that was changed in between never meets the same vector. What a splice
// between chunks of one key would give, the hash of each text inside the signed message refuses.

export type ChunkKey = {
  object: string
  profile: Profile
  /** 256 bits. */
  sessionKey: Uint8Array
  /** The session key packets, the same before each chunk. */
  packets: Uint8Array
}

export type SealedChunk = { octets: Uint8Array; sha256: string }

/** Octets that a sealed chunk has more than its session key packets and its text, at most. */
export const MOST_AROUND = 1_024

/**
 * Seals the plain text of one chunk; `sha256` is the hash of that text, base64.
 * @param into where the sealed octets go: whoever seals many need not make room anew for each
 */
export function sealChunk(
  key: ChunkKey,
  chunk: number,
  text: Uint8Array,
  into: Uint8Array = Buffer.allocUnsafeSlow(key.packets.length + text.length + MOST_AROUND),
): SealedChunk {
  const hash = createHash('sha256').update(text).digest()
  const drawn = createHmac('sha256', key.sessionKey)
    .update(`portolan.chunk.1\n${key.object}\n${chunk}\n`)
    .update(hash)
    .digest()
  const literal = Buffer.concat([header(11, LITERAL.length + text.length), LITERAL])
  const octets =
    key.profile === 'compat'
      ? sealV1(key, { prefix: drawn.subarray(0, 16), inner: [literal, text], into })
      : sealV2(key, { salt: drawn, inner: Buffer.concat([literal, text]), into })
  return { octets, sha256: hash.toString('base64') }
}

/** Binary, without a name or a date: the message says what it is. */
const LITERAL = Buffer.from([0x62, 0, 0, 0, 0, 0])
const PIECE = 1 << 16

/** RFC 9580 §5.13.1: a prefix with its last two octets again, the literal packet, and SHA-1 of all that, in CFB. */
function sealV1(
  { sessionKey, packets }: ChunkKey,
  { prefix, inner, into }: { prefix: Uint8Array; inner: Uint8Array[]; into: Uint8Array },
): Uint8Array {
  const start = Buffer.concat([prefix, prefix.subarray(14)])
  const length = start.length + inner.reduce((sum, part) => sum + part.length, 0) + MDC.length + 20
  const writer = writerOf(into, [packets, header(18, 1 + length), Uint8Array.of(1)])
  const cfb = openCfb(sessionKey, writer.put)
  const sum = createHash('sha1')
  for (const part of [start, ...inner, MDC])
    for (let at = 0; at < part.length; at += PIECE) {
      const piece = part.subarray(at, at + PIECE)
      sum.update(piece)
      cfb.put(piece)
    }
  cfb.put(sum.digest())
  cfb.end()
  return writer.written()
}

const MDC = Uint8Array.of(0xd3, 20)

const TAG = 16
/** AES-256 in GCM, in pieces of 256 KiB. */
const V2 = { version: 2, cipher: 9, mode: 3, size: 12 }
const V2_PIECE = 2 ** (V2.size + 6)

/** RFC 9580 §5.13.2. */
function sealV2(
  { sessionKey, packets }: ChunkKey,
  { salt, inner, into }: { salt: Uint8Array; inner: Uint8Array; into: Uint8Array },
): Uint8Array {
  const { version, cipher, mode, size } = V2
  const facts = Uint8Array.of(version, cipher, mode, size)
  const about = Uint8Array.of(0xd2, ...facts)
  const derived = Buffer.from(hkdfSync('sha256', sessionKey, salt, about, 32 + 4))
  const pieces = Math.ceil(inner.length / V2_PIECE)
  const length = inner.length + (pieces + 1) * TAG
  const writer = writerOf(into, [packets, header(18, facts.length + salt.length + length), facts, salt])
  const seal = (piece: number, text: Uint8Array, more: Uint8Array) => {
    const gcm = createCipheriv(
      'aes-256-gcm',
      derived.subarray(0, 32),
      Buffer.concat([derived.subarray(32), wide(piece)]),
    )
    gcm.setAAD(Buffer.concat([about, more]))
    const sealed = gcm.update(text)
    writer.put(sealed)
    letGo(sealed)
    gcm.final()
    writer.put(gcm.getAuthTag())
  }
  for (let piece = 0; piece < pieces; piece++)
    seal(piece, inner.subarray(piece * V2_PIECE, (piece + 1) * V2_PIECE), new Uint8Array())
  seal(pieces, new Uint8Array(), wide(inner.length))
  return writer.written()
}

/** RFC 9580 §4.2.1, each length in its shortest spelling. */
function header(tag: number, length: number): Uint8Array {
  const first = 0xc0 | tag
  if (length < 192) return Uint8Array.of(first, length)
  if (length < 8384) return Uint8Array.of(first, 192 + ((length - 192) >> 8), (length - 192) & 255)
  const long = Buffer.alloc(6)
  long[0] = first
  long[1] = 255
  long.writeUInt32BE(length, 2)
  return long
}

function wide(value: number): Buffer {
  const octets = Buffer.alloc(8)
  octets.writeBigUInt64BE(BigInt(value))
  return octets
}

/** Fills a buffer from the front, with what is put there first. */
function writerOf(into: Uint8Array, before: Uint8Array[]) {
  let at = 0
  const put = (octets: Uint8Array) => {
    into.set(octets, at)
    at += octets.length
  }
  before.forEach(put)
  return { put, written: () => into.subarray(0, at) }
}
