import { erasureIn, isErased, leafNameOf } from '../../schema/wire/audit-erasure.ts'
import {
  decodeHeader,
  FRAME_HEADER,
  type FrameHeader,
  frameSize,
  isWhole,
  leafOf,
  MAGIC,
} from '../../schema/wire/audit-frame.ts'
import { LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import { pruningIn } from '../../schema/wire/audit-pruning.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Entry } from './catalogue.ts'
import type { Segment } from './sequencer.ts'
import type { Store } from './storage.ts'

/** What a segment holds: where its whole records end, leaves that a crash took, and bytes of a write cut short. */
export type Scanned = { leafBytes: number; detailBytes: number; made: Map<number, Buffer>; torn: number }

export type Frame = { header: FrameHeader; bytes: Buffer; offset: number }
/** `END` nothing more; `TORN` begun and not finished; `BAD` other bytes than were written. */
type Flaw = 'END' | 'TORN' | 'BAD'

const CHUNK = 512 << 10

/**
 * Reads a segment through and calls `note` for each record that stands. What a crash can leave is told from the rest:
 *
 * - Details that stop inside a record, or whose last group has bytes in it that the disk had not yet written: nothing of
 *   that group was acknowledged. `torn` says how many bytes, without the zeros that may lie behind any end.
 * - Leaves that are absent, or zero, under details that stand: leaves are synced late. They are made again.
 * - Anything else (bytes that are wrong before a record which was written when they were durable, a leaf that its detail
 *   does not make, a leaf without a detail) no crash explains: Fault AUDIT_UNAVAILABLE naming the index, and nobody
 *   repairs it silently.
 */
export async function scan(segment: Segment, first: number, note: (entry: Entry) => void): Promise<Scanned> {
  const leaves = await segment.leaves.read(0, await segment.leaves.size())
  const frames = new FrameReader(segment.details, await segment.details.size())
  const made = new Map<number, Buffer>()
  for (let index = first; ; index++) {
    const leafBytes = (index - first) * LEAF_SIZE
    const detailBytes = frames.offset
    const frame = await frames.next()
    if (typeof frame === 'string') {
      const isBad = frame === 'BAD'
      if (isBad && (await frames.durableBefore()) > index) throw damaged(index, 'a whole record')
      if (!isZero(leaves.subarray(leafBytes)))
        throw damaged(index, isBad ? 'a whole record' : 'the detail of its leaf')
      return {
        leafBytes,
        detailBytes,
        made,
        torn: frame === 'END' ? 0 : (await frames.written()) - detailBytes,
      }
    }
    if (frame.header.index !== index) throw damaged(index, 'its own index')
    if (frame.header.erased && !isErased(frame.bytes, frame.header))
      throw damaged(index, 'nothing of a detail that was erased')
    const leaf = leafOf(frame.header, frame.bytes)
    const stored = leaves.subarray(leafBytes, leafBytes + LEAF_SIZE)
    if (isZero(stored) || isCutShort(stored, leaf)) made.set(leafBytes, leaf)
    else if (!stored.equals(leaf)) throw damaged(index, 'the leaf that its detail makes')
    note(entryOf(frame))
  }
}

/** The last leaf in the file, of which the beginning was written. */
const isCutShort = (stored: Buffer, leaf: Buffer) =>
  stored.length < LEAF_SIZE && stored.equals(leaf.subarray(0, stored.length))

function entryOf({ header, bytes, offset }: Frame): Entry {
  const { kind, more, changed, index, at, period, asked } = header
  const erased = header.erased ? leafNameOf(header, bytes) : null
  const entry: Entry = { index, kind, more, changed, erased, at, period, asked, offset, length: bytes.length }
  if (kind === 'ERASED') return { ...entry, erases: erasureIn(bytes, header)?.records ?? [] }
  if (kind === 'PRUNED') return { ...entry, prunes: pruningIn(bytes, header) ?? undefined }
  return kind === 'PERIOD' ? { ...entry, opens: JSON.parse(bodyOf(bytes, header).toString()) } : entry
}

export const bodyOf = (frame: Buffer, header: FrameHeader) =>
  frame.subarray(FRAME_HEADER, FRAME_HEADER + header.bodyLength)

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
    if (!header && (await this.written()) === this.offset) return 'END'
    if (!header) return head.length < FRAME_HEADER ? 'TORN' : 'BAD'
    const length = frameSize(header.bodyLength, header.tokens)
    if (this.offset + length > this.size) return 'TORN'
    const bytes = await this.#bytes(length)
    if (!isWhole(bytes)) return 'BAD'
    const frame = { header, bytes, offset: this.offset }
    this.offset += length
    return frame
  }

  /** Where the last octet stands that is not zero: behind it is room that was made ready (`steady-file.ts`), or nothing. */
  async written(): Promise<number> {
    for (let to = this.size; to > this.offset; to -= CHUNK) {
      const from = Math.max(this.offset, to - CHUNK)
      const last = (await this.#store.read(from, to - from)).findLastIndex((byte) => byte !== 0)
      if (last >= 0) return from + last + 1
    }
    return this.offset
  }

  /** Before which index all was durable when anything of what comes now was written: the greatest that a later header says. */
  async durableBefore(): Promise<number> {
    let most = 0
    for (let from = this.offset; from < this.size; from += CHUNK) {
      // A header may lie over the end of a chunk.
      const bytes = await this.#store.read(from, Math.min(CHUNK + FRAME_HEADER, this.size - from))
      for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 1))
        most = Math.max(most, decodeHeader(bytes, at)?.start ?? 0)
    }
    return most
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
}

const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0)

export const damaged = (index: number, expected: string) =>
  new Fault('AUDIT_UNAVAILABLE', `expected record ${index} to hold ${expected}, got damage`)
