import { createDecipheriv, createHmac, hash } from 'node:crypto'
import { crc32c, LEAF_KINDS, type LeafKind } from './audit-leaf.ts'

/**
 * The frame beside a leaf: what the leaf's `detailHash` covers. Only the server's disk and the state's auditors have it.
 *
 *   0 magic(4)  4 kind  5 zero(3)  8 index(6)  14 at(6)  20 period(6)  26 asked(6)  32 replay(16)
 *  48 group(6)  54 zero(2)  56 body length(4)  60 token count(4)  64 zero(12)  76 CRC-32C of the first 76
 *  80 body, then tokens of 16 bytes
 *
 * The body of ASKED, ANSWERED and INTERRUPTED is salt(32) ‖ ciphertext ‖ GCM tag(16), the header being additional
 * authenticated data. PERIOD holds the wrapped keys, RECOVERED a count of what was dropped: neither is about a person.
 */
export const FRAME_HEADER = 80
export const TOKEN_SIZE = 16
const MAGIC = 0x50414631
const SALT = 32
const TAG = 16

export type FrameHeader = {
  kind: LeafKind
  index: number
  /** Milliseconds since the epoch. */
  at: number
  /** The index of the PERIOD record whose keys this one is under. */
  period: number
  /** The record that this one answers; its own index where it answers none. */
  asked: number
  /** Tag of (session, nonce), in clear so that the replay window can be rebuilt; zero but for ASKED. */
  replay: Uint8Array
  /** The first index that was written together with this one: nothing in an unfinished group was acknowledged. */
  group: number
  bodyLength: number
  tokens: number
}

export const frameSize = (bodyLength: number, tokens: number) =>
  FRAME_HEADER + bodyLength + tokens * TOKEN_SIZE

export function encodeHeader(into: Buffer, offset: number, header: FrameHeader): void {
  into.fill(0, offset, offset + FRAME_HEADER)
  into.writeUInt32BE(MAGIC, offset)
  into[offset + 4] = LEAF_KINDS.indexOf(header.kind) + 1
  into.writeUIntBE(header.index, offset + 8, 6)
  into.writeUIntBE(header.at, offset + 14, 6)
  into.writeUIntBE(header.period, offset + 20, 6)
  into.writeUIntBE(header.asked, offset + 26, 6)
  into.set(header.replay, offset + 32)
  into.writeUIntBE(header.group, offset + 48, 6)
  into.writeUInt32BE(header.bodyLength, offset + 56)
  into.writeUInt32BE(header.tokens, offset + 60)
  into.writeUInt32BE(crc32c(into, offset, offset + 76), offset + 76)
}

/** The header at `offset`, or null when there is none: too short, wrong magic, kind or checksum. */
export function decodeHeader(bytes: Buffer, offset = 0): FrameHeader | null {
  if (bytes.length < offset + FRAME_HEADER || bytes.readUInt32BE(offset) !== MAGIC) return null
  const kind = LEAF_KINDS[bytes[offset + 4]! - 1]
  if (!kind || crc32c(bytes, offset, offset + 76) !== bytes.readUInt32BE(offset + 76)) return null
  return {
    kind,
    index: bytes.readUIntBE(offset + 8, 6),
    at: bytes.readUIntBE(offset + 14, 6),
    period: bytes.readUIntBE(offset + 20, 6),
    asked: bytes.readUIntBE(offset + 26, 6),
    replay: Buffer.from(bytes.subarray(offset + 32, offset + 48)),
    group: bytes.readUIntBE(offset + 48, 6),
    bodyLength: bytes.readUInt32BE(offset + 56),
    tokens: bytes.readUInt32BE(offset + 60),
  }
}

export const detailHash = (frame: Uint8Array) => hash('sha256', frame, 'buffer')

/** Sizes a detail can have before encryption: powers of two from 512 bytes, so that length tells little. */
export function paddedSize(length: number): number {
  let size = 512
  while (size < length) size *= 2
  return size
}

/** Token counts are powers of two from 16; what is missing is random, so the number of things shown is not told. */
export function paddedTokens(count: number): number {
  let size = 16
  while (size < count) size *= 2
  return size
}

export const sealedLength = (padded: number) => SALT + padded + TAG

/** HMAC(period's detail key, salt): one key per record, so one record can be disclosed or erased alone. */
export function recordKey(detailKey: Uint8Array, salt: Uint8Array): Buffer {
  return createHmac('sha256', detailKey).update('detail\0').update(salt).digest()
}

/** The text of a sealed frame (padded with spaces, which JSON ignores). Throws when key or bytes are not right. */
export function openFrame(frame: Buffer, header: FrameHeader, detailKey: Uint8Array): string {
  const body = frame.subarray(FRAME_HEADER, FRAME_HEADER + header.bodyLength)
  // Each key seals one record, so the nonce need not vary.
  const decipher = createDecipheriv(
    'aes-256-gcm',
    recordKey(detailKey, body.subarray(0, SALT)),
    Buffer.alloc(12),
  )
  decipher.setAAD(frame.subarray(0, FRAME_HEADER))
  decipher.setAuthTag(body.subarray(body.length - TAG))
  const text = decipher.update(body.subarray(SALT, body.length - TAG), undefined, 'utf8')
  return text + decipher.final('utf8')
}
