import { LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import type { Fault } from '../../schema/wire/fault.ts'
import type { Entry } from './catalogue.ts'

const MOST_BYTES = 8 << 20

/** Where one record goes in the buffers of its group, and the index of the group's first: all before it will be durable first. */
export type Spot = { leaves: Buffer; leafAt: number; details: Buffer; frameAt: number; start: number }

/** Writes one record's frame and leaf in place, and says what it is. Synchronous: order of calls is order in the log. */
export type Encode = (index: number, spot: Spot) => Entry

/** Records that are written and made durable together. Its buffers are used again. */
export class Group {
  /** Index of its first record. */
  start = 0
  entries: Entry[] = []
  detailBytes = 0
  /** Its waiters were told that it took too long; who comes later must not join them. */
  late = false
  cancel: () => void = () => {}
  #leaves: Buffer = Buffer.alloc(64 * LEAF_SIZE)
  #details: Buffer = Buffer.alloc(64 << 10)
  /** One promise for all who wait. */
  #waiting: PromiseWithResolvers<void> | null = null

  /** Index after its last record. */
  get next(): number {
    return this.start + this.entries.length
  }

  get details(): Buffer {
    return this.#details.subarray(0, this.detailBytes)
  }

  get leaves(): Buffer {
    return this.#leaves.subarray(0, this.entries.length * LEAF_SIZE)
  }

  takes(frameSize: number): boolean {
    return !this.late && (this.detailBytes === 0 || this.detailBytes + frameSize <= MOST_BYTES)
  }

  add(frameSize: number, encode: Encode): void {
    const leafAt = this.entries.length * LEAF_SIZE
    this.#details = grown(this.#details, this.detailBytes + frameSize)
    this.#leaves = grown(this.#leaves, leafAt + LEAF_SIZE)
    const { start, detailBytes: frameAt } = this
    const spot = { leaves: this.#leaves, leafAt, details: this.#details, frameAt, start }
    this.entries.push(encode(this.next, spot))
    this.detailBytes += frameSize
  }

  durable(): Promise<void> {
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  acknowledge(): void {
    this.cancel()
    this.#waiting?.resolve()
  }

  reject(fault: Fault): void {
    this.cancel()
    this.#waiting?.reject(fault)
  }

  /** Whether its buffers are worth keeping for the next. */
  get isSpare(): boolean {
    return this.#details.length <= MOST_BYTES
  }

  /** Begins anew: whoever comes now waits for what is written next. */
  restart(): void {
    this.#waiting = null
    this.entries = []
    this.detailBytes = 0
    this.late = false
  }
}

function grown(buffer: Buffer, needed: number): Buffer {
  if (needed <= buffer.length) return buffer
  const larger = Buffer.alloc(Math.max(buffer.length * 2, needed))
  buffer.copy(larger)
  return larger
}
