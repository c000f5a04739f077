import {
  decodeHeader,
  detailHash,
  FRAME_HEADER,
  type FrameHeader,
  frameSize,
} from '../../schema/wire/audit-frame.ts'
import { decodeLeaf, LEAF_SIZE, type Leaf } from '../../schema/wire/audit-leaf.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Entry } from './catalogue.ts'
import type { Segment } from './sequencer.ts'
import type { Store } from './storage.ts'

/** Where a segment's whole records end, and what lay after them. */
export type Torn = { leafBytes: number; detailBytes: number; dropped: { bytes: number; records: number } }

type Frame = { header: FrameHeader; bytes: Buffer; offset: number }
/** `END` nothing more; `TORN` begun and not finished, or never written; `BAD` bytes that no interrupted write leaves. */
type Flaw = 'END' | 'TORN' | 'BAD'

const CHUNK = 4 << 20

/**
 * Reads a segment through and calls `note` for each record that stands. Two kinds of end are told apart:
 *
 * - A write cut short: the file stops inside a record, or in zeros, or details of the last group have no leaves yet.
 *   Nothing in it was acknowledged. Returned as `Torn`, for the caller to cut off.
 * - Anything else (a checksum wrong in a whole record, a leaf without its detail, a hash that differs, leaves missing
 *   of more than one group) no crash explains: Fault AUDIT_UNAVAILABLE naming the index, and nobody repairs it silently.
 */
export async function scan(
  segment: Segment,
  first: number,
  note: (entry: Entry) => void,
): Promise<Torn | null> {
  const leaves = await segment.leaves.read(0, await segment.leaves.size())
  const frames = new FrameReader(segment.details, await segment.details.size())
  for (let index = first; ; index++) {
    const leafAt = (index - first) * LEAF_SIZE
    const leaf = leafIn(leaves, leafAt)
    const offset = frames.offset
    const frame = await frames.next()
    if (leaf === 'BAD' || frame === 'BAD') throw damaged(index, 'a whole record')
    if (typeof leaf === 'object') {
      if (typeof frame !== 'object') throw damaged(index, 'the detail of its leaf')
      note(checked(index, leaf, frame))
      continue
    }
    if (leaf === 'END' && frame === 'END') return null
    const records = await surplus(frames, frame, index)
    const bytes = leaves.length - leafAt + frames.size - offset
    return { leafBytes: leafAt, detailBytes: offset, dropped: { bytes, records } }
  }
}

function leafIn(leaves: Buffer, at: number): Leaf | Flaw {
  if (at === leaves.length) return 'END'
  const bytes = leaves.subarray(at, at + LEAF_SIZE)
  if (bytes.length < LEAF_SIZE || isZero(leaves.subarray(at))) return 'TORN'
  return decodeLeaf(bytes) ?? 'BAD'
}

function checked(index: number, leaf: Leaf, { header, bytes, offset }: Frame): Entry {
  if (leaf.index !== index || header.index !== index) throw damaged(index, 'its own index')
  if (leaf.kind !== header.kind) throw damaged(index, 'one kind')
  if (!detailHash(bytes).equals(leaf.detailHash)) throw damaged(index, 'the detail that its leaf names')
  const { kind, at, period, asked } = header
  const entry: Entry = { index, kind, at, period, asked, offset, length: bytes.length }
  return kind === 'PERIOD' ? { ...entry, opens: JSON.parse(bodyOf(bytes, header).toString()) } : entry
}

export const bodyOf = (frame: Buffer, header: FrameHeader) =>
  frame.subarray(FRAME_HEADER, FRAME_HEADER + header.bodyLength)

/** Details without leaves: all must be of the one group whose leaves were still to come. Their number. */
async function surplus(frames: FrameReader, from: Frame | Flaw, index: number): Promise<number> {
  let records = 0
  let group: number | null = null
  for (let frame = from; frame !== 'END'; frame = await frames.next()) {
    records++
    if (frame === 'BAD') throw damaged(index + records - 1, 'a whole record')
    if (frame === 'TORN') break
    group ??= frame.header.group
    if (frame.header.group !== group || group > index) throw damaged(index, 'the leaves of its details')
  }
  return Math.max(records, 1)
}

/** The frames of a segment in order, read in chunks. */
export class FrameReader {
  readonly size: number
  /** Where the next frame begins. */
  offset: number
  #store: Store
  #chunk: Buffer = Buffer.alloc(0)
  #chunkAt: number

  constructor(store: Store, size: number, from = 0) {
    this.#store = store
    this.size = size
    this.offset = from
    this.#chunkAt = from
  }

  async next(): Promise<Frame | Flaw> {
    if (this.offset === this.size) return 'END'
    const head = await this.#bytes(FRAME_HEADER)
    const header = decodeHeader(head)
    if (!header) return head.length < FRAME_HEADER || (await this.#restIsZero()) ? 'TORN' : 'BAD'
    const length = frameSize(header.bodyLength, header.tokens)
    if (this.offset + length > this.size) return 'TORN'
    const frame = { header, bytes: await this.#bytes(length), offset: this.offset }
    this.offset += length
    return frame
  }

  /** A view that the next call leaves alone: a new chunk is a new buffer. */
  async #bytes(length: number): Promise<Buffer> {
    const start = this.offset - this.#chunkAt
    if (start + length <= this.#chunk.length) return this.#chunk.subarray(start, start + length)
    const wanted = Math.min(Math.max(length, CHUNK), this.size - this.offset)
    this.#chunk = await this.#store.read(this.offset, wanted)
    this.#chunkAt = this.offset
    return this.#chunk.subarray(0, length)
  }

  async #restIsZero(): Promise<boolean> {
    for (let at = this.offset; at < this.size; at += CHUNK)
      if (!isZero(await this.#store.read(at, Math.min(CHUNK, this.size - at)))) return false
    return true
  }
}

const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0)

const damaged = (index: number, expected: string) =>
  new Fault('AUDIT_UNAVAILABLE', `expected record ${index} to hold ${expected}, got damage`)
