import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonical, type Json } from './canonical.ts'
import { CHUNK_SIZES, MAX_CHUNKS, ObjectId, Profile, setOf } from './envelope.ts'
import { MAX_RECIPIENTS } from './packet.ts'
import { OfficeCode } from './principal.ts'
import { Purpose } from './purpose.ts'

// An attachment travels in chunks, each a whole OpenPGP message of the one shape, beside the message that names it. All
// chunks have one session key and therefore the same session key packets: a handover wraps one key, not 256.

/** Where chunks go up by PUT and come down by POST. */
export const OBJECT_PATH = '/object'
export const OBJECT_TYPE = 'application/octet-stream'

/** Octets of one sealed chunk: the largest plain text, 64 session key packets of RSA-4096, and the data packet around it. */
export const MAX_CHUNK = CHUNK_SIZES.most + 2 ** 16
const MAX_FACTS = 2 ** 14
/** Octets of a request on this road. */
export const MAX_OBJECT_BODY = MAX_CHUNK + MAX_FACTS

const number = z.int().min(1).max(MAX_CHUNKS)

/** What a PUT says of the chunk that it carries. All but `purpose` and `chunk` is the same for each chunk of an attachment. */
export const ChunkFacts = z.strictObject({
  purpose: Purpose,
  object: ObjectId,
  /** Counted from 1. */
  chunk: number,
  chunks: number,
  /** The offices of the message that will name it. */
  audience: setOf(OfficeCode, 1, MAX_RECIPIENTS),
  profile: Profile,
})
export type ChunkFacts = z.infer<typeof ChunkFacts>

/** What a POST asks for: a chunk of an attachment that this message names. */
export const ChunkQuestion = z.strictObject({
  purpose: Purpose,
  message: ObjectId,
  object: ObjectId,
  chunk: number,
})
export type ChunkQuestion = z.infer<typeof ChunkQuestion>

export type AttachmentFacts = Pick<ChunkFacts, 'object' | 'chunks' | 'audience' | 'profile'>

/** The smallest size of chunk, in octets, at which a file of that length has no more than 256 of them. */
export function chunkSizeFor(length: number): number {
  let size = CHUNK_SIZES.least
  while (size < CHUNK_SIZES.most && length > size * MAX_CHUNKS) size *= 2
  return size
}

const NEWLINE = 10

/**
 * A body of this road: the octets, a newline, the facts in JSON. Canonical JSON has no newline, so the last one parts
 * them. The octets come first for the sake of hashing once: the hash of the octets is the hash of the body, halfway.
 */
export const factsOctets = (facts: Json): Buffer => Buffer.from(`\n${canonical(facts)}`)

export type ReadBody = {
  octets: Uint8Array
  /** From the newline on; empty where there is none. */
  facts: Uint8Array
  /** SHA-256 of the octets, hex. */
  hash: string
  /** SHA-256 of the body. */
  digest: Buffer
}

/** Takes a body apart and hashes it, in one pass. What a stranger wrote may have no facts at all. */
export function readBody(body: Uint8Array): ReadBody {
  const newline = body.subarray(-MAX_FACTS).lastIndexOf(NEWLINE)
  const end = newline < 0 ? body.length : Math.max(0, body.length - MAX_FACTS) + newline
  const [octets, facts] = [body.subarray(0, end), body.subarray(end)]
  return { octets, facts, ...hashesOf([octets, facts]) }
}

/** SHA-256 of the octets of a body, and of the whole body. */
export function hashesOf([octets, facts]: [Uint8Array, Uint8Array]): Pick<ReadBody, 'hash' | 'digest'> {
  const hash = createHash('sha256').update(octets)
  return { hash: hash.copy().digest('hex'), digest: hash.update(facts).digest() }
}

/** What the upload statement of an attachment has in the place of a ciphertext: the hash of each sealed chunk, in order. */
export function chunkList(hashes: readonly string[]): Uint8Array {
  return Buffer.from(canonical({ statement: 'portolan.chunks.1', chunks: [...hashes] }))
}
