import { createDecipheriv, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c, encodeLeaf, LEAF_SIZE, sha256 } from './audit-leaf.ts'

/**
 * The frame is the record; its leaf is made from it and from nothing else. Only the server's disk and the state's
 * auditors have frames. See `erasedFrame` for what is left of one.
 *
 *   0 magic(4)  4 kind  5 more  6 changed  7 erased  8 index(6)  14 at(6)  20 period(6)  26 asked(6)  32 replay(16)
 *  48 callerTag(16)  64 commitment(32)  96 link(16)  112 body length(4)  116 token count(4)  120 start(6)  126 zero(14)
 * 140 CRC-32C of the first 140, then body, then tokens of 16 bytes, then CRC-32 of all before it(4)
 *
 * The body of ASKED, ANSWERED, INTERRUPTED and PADDING is salt(32) ‖ ciphertext ‖ GCM tag(16), the header being additional
 * authenticated data. PERIOD holds the wrapped keys, RECOVERED a count of what was dropped, ERASED which records were
 * erased, PRUNED up to where: none is about a person.
 */
export const FRAME_HEADER = 144
/** A record of PADDING is about nobody, and its leaf is one of ASKED or ANSWERED: only who opens it can tell. */
export const FRAME_KINDS = [
  'ASKED',
  'ANSWERED',
  'INTERRUPTED',
  'PERIOD',
  'RECOVERED',
  'PADDING',
  'ERASED',
  'PRUNED',
] as const
export type FrameKind = (typeof FRAME_KINDS)[number]
const CHECKED = FRAME_HEADER - 4
export const TOKEN_SIZE = 16
/** A disk writes its sectors in any order: a header that stands says nothing of what comes after it. */
const TRAILER = 4
export const MAGIC = Buffer.from('PAF3')
const SALT = 32
const TAG = 16
const HASH = 32
const MINUTE = 60_000

export type FrameHeader = {
  kind: FrameKind
  /** Of an answer that is one event of a stream: the question stays open. It is not in the leaf, which tells nobody of streams. */
  more: boolean
  /** Something stands in the graph for the question that this answers: so a graph that was put back is noticed. Not in the leaf. */
  changed: boolean
  /** Its detail was erased; what stands there makes the same leaf. */
  erased: boolean
  index: number
  /** Milliseconds since the epoch. */
  at: number
  /** The index of the PERIOD record whose keys this one is under. */
  period: number
  /** The record that this one answers; its own index where it answers none. */
  asked: number
  /** Tag of (session, nonce), in clear so that the replay window can be rebuilt; zero but for ASKED. */
  replay: Uint8Array
  /** These three are the leaf's (`audit-leaf.ts`). */
  callerTag: Uint8Array
  commitment: Uint8Array
  link: Uint8Array
  bodyLength: number
  tokens: number
  /** All records before this index were durable when it was written: what is missing of them is no write cut short. */
  start: number
}

export const frameSize = (bodyLength: number, tokens: number) =>
  FRAME_HEADER + bodyLength + tokens * TOKEN_SIZE + TRAILER

/** Ends a frame whose other octets stand. */
export function putTrailer(frame: Buffer): void {
  frame.writeUInt32BE(crc32(frame.subarray(0, -TRAILER)), frame.length - TRAILER)
}

/** Whether what was written is what stands there. It finds damage, not forgery. */
export const isWhole = (frame: Buffer): boolean =>
  crc32(frame.subarray(0, -TRAILER)) === frame.readUInt32BE(frame.length - TRAILER)

/** The search tokens of a frame, those of chance among them. */
export function* tokensOf(frame: Buffer, { bodyLength }: FrameHeader): Generator<Buffer> {
  for (let at = FRAME_HEADER + bodyLength; at < frame.length - TRAILER; at += TOKEN_SIZE)
    yield frame.subarray(at, at + TOKEN_SIZE)
}

export function encodeHeader(into: Buffer, offset: number, header: FrameHeader): void {
  into.fill(0, offset, offset + FRAME_HEADER)
  into.set(MAGIC, offset)
  into[offset + 4] = FRAME_KINDS.indexOf(header.kind) + 1
  into[offset + 5] = header.more ? 1 : 0
  into[offset + 6] = header.changed ? 1 : 0
  into[offset + 7] = header.erased ? 1 : 0
  into.writeUIntBE(header.index, offset + 8, 6)
  into.writeUIntBE(header.at, offset + 14, 6)
  into.writeUIntBE(header.period, offset + 20, 6)
  into.writeUIntBE(header.asked, offset + 26, 6)
  into.set(header.replay, offset + 32)
  into.set(header.callerTag, offset + 48)
  into.set(header.commitment, offset + 64)
  into.set(header.link, offset + 96)
  into.writeUInt32BE(header.bodyLength, offset + 112)
  into.writeUInt32BE(header.tokens, offset + 116)
  into.writeUIntBE(header.start, offset + 120, 6)
  into.writeUInt32BE(crc32c(into, offset, offset + CHECKED), offset + CHECKED)
}

/** The header at `offset`, or null when there is none: too short, wrong magic, kind or checksum. */
export function decodeHeader(bytes: Buffer, offset = 0): FrameHeader | null {
  if (bytes.length < offset + FRAME_HEADER) return null
  if (bytes.compare(MAGIC, 0, MAGIC.length, offset, offset + MAGIC.length) !== 0) return null
  const kind = FRAME_KINDS[bytes[offset + 4]! - 1]
  if (!kind || crc32c(bytes, offset, offset + CHECKED) !== bytes.readUInt32BE(offset + CHECKED)) return null
  const copy = (from: number, to: number) => Buffer.from(bytes.subarray(offset + from, offset + to))
  return {
    kind,
    more: bytes[offset + 5] === 1,
    changed: bytes[offset + 6] === 1,
    erased: bytes[offset + 7] === 1,
    index: bytes.readUIntBE(offset + 8, 6),
    at: bytes.readUIntBE(offset + 14, 6),
    period: bytes.readUIntBE(offset + 20, 6),
    asked: bytes.readUIntBE(offset + 26, 6),
    replay: copy(32, 48),
    callerTag: copy(48, 64),
    commitment: copy(64, 96),
    link: copy(96, 112),
    bodyLength: bytes.readUInt32BE(offset + 112),
    tokens: bytes.readUInt32BE(offset + 116),
    start: bytes.readUIntBE(offset + 120, 6),
  }
}

/** The leaf of a frame: whoever has the one can make the other, so a leaf that differs was not made by the log. */
export function putLeaf(
  into: Buffer,
  offset: number,
  { kind, index, at, callerTag, commitment, link, erased }: FrameHeader,
  frame: Uint8Array,
): void {
  const detailHash = erased ? keptHash(frame) : sha256(frame)
  const minute = Math.floor(at / MINUTE)
  const shown = kind === 'PADDING' ? (link.every((byte) => byte === 0) ? 'ASKED' : 'ANSWERED') : kind
  encodeLeaf(into, offset, { kind: shown, index, minute, callerTag, commitment, link, detailHash })
}

/** Of an erased frame: the hash of what stood there. */
const keptHash = (frame: Uint8Array) => frame.subarray(FRAME_HEADER, FRAME_HEADER + HASH)

export function leafOf(header: FrameHeader, frame: Uint8Array): Buffer {
  const leaf = Buffer.alloc(LEAF_SIZE)
  putLeaf(leaf, 0, header, frame)
  return leaf
}

/**
 * What stands in the place of a frame whose detail is erased: as long, its header but for the mark, the hash by which it
 * makes the same leaf, and zeros where salt, ciphertext and search tokens were. It tells what the leaf tells, and the time.
 */
export function erasedFrame(header: FrameHeader, detailHash: Uint8Array): Buffer {
  const frame = Buffer.alloc(frameSize(header.bodyLength, header.tokens))
  encodeHeader(frame, 0, { ...header, erased: true })
  frame.set(detailHash, FRAME_HEADER)
  putTrailer(frame)
  return frame
}

/** The frame that stands there once this one is erased; itself where it is. */
export const erasedOf = (header: FrameHeader, frame: Uint8Array): Buffer =>
  erasedFrame(header, header.erased ? keptHash(frame) : sha256(frame))

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
