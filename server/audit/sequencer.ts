import { Fault } from '../../schema/wire/fault.ts'
import { isNoRoom } from '../no-room.ts'
import type { Entry } from './catalogue.ts'
import { type Encode, Group } from './group.ts'
import { LateLeaves } from './late-leaves.ts'
import type { Store } from './storage.ts'

/** Longest wait for durability: after it the caller gets no answer. */
export const ACKNOWLEDGE_MS = 500
const QUEUED_BYTES = 128 << 20
/** So many records do not wait for more: callers that go in step would leave disk and processor idle in turns. */
const HEAD_START = 8

export type Timer = (ms: number, run: () => void) => () => void

export const machineTimer: Timer = (ms, run) => {
  let due: NodeJS.Immediate | undefined
  // A process that was held up hears first from the disk, and only then that it is late.
  const handle = setTimeout(() => {
    due = setImmediate(run)
  }, ms)
  handle.unref()
  return () => {
    clearTimeout(handle)
    clearImmediate(due)
  }
}

export type Segment = { number: number; leaves: Store; details: Store; detailBytes: number }

export type SequencerOptions = {
  /** Index of the next record. */
  next: number
  segment: Segment
  segmentLeaves: number
  timer: Timer
  /** Longest wait for durability (ms), `ACKNOWLEDGE_MS` if left out. */
  acknowledge?: number | undefined
  /** The group is durable from byte `base` of the segment's details: readers may be told. The leaves are the taker's. */
  landed: (entries: Entry[], segment: Segment, base: number, leaves: Buffer) => void
  /** The segment is full: opens the one after it. */
  roll: (full: Segment) => Promise<Segment>
}

/**
 * Group commit. Records are encoded straight into the open group while the one before it is being synced; a group is
 * one write and one fdatasync of the details, and is then acknowledged. Its leaves are written after that, many
 * together, and synced when the segment is full: they are made from the details and from nothing else, so a crash that
 * takes some of them takes nothing, and **a leaf on disk always has its detail**, which is what recovery rests on.
 * Where the disk is full, what was begun is cut off, its waiters get AUDIT_UNAVAILABLE, and the next append is tried: it
 * works again once there is room. Any other error is final: every waiter and every later append gets AUDIT_UNAVAILABLE
 * until the log is opened anew, because after a failed sync nobody knows what the disk holds.
 */
export class Sequencer {
  #options: SequencerOptions
  #next: number
  /** Index after the last durable record. */
  #durable: number
  #segment: Segment
  #groups: Group[] = []
  #spare: Group[] = []
  #queued = 0
  #leaves = new LateLeaves()
  #busy = false
  #due: NodeJS.Immediate | undefined
  #failure: Fault | null = null
  #idle: (() => void)[] = []

  constructor(options: SequencerOptions) {
    this.#options = options
    this.#next = options.next
    this.#durable = options.next
    this.#segment = options.segment
  }

  get failure(): Fault | null {
    return this.#failure
  }

  get next(): number {
    return this.#next
  }

  get segment(): Segment {
    return this.#segment
  }

  /** Resolves when the record is durable. Throws or rejects with AUDIT_UNAVAILABLE; after 500 ms the record may yet land. */
  append(frameSize: number, encode: Encode): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#queued + frameSize > QUEUED_BYTES)
      return Promise.reject(unavailable('expected room in the queue, got none'))
    const group = this.#openGroup(frameSize)
    group.add(frameSize, encode)
    this.#queued += frameSize
    this.#next = group.next
    if (!this.#busy) this.#start()
    else if (this.#due && group.entries.length === HEAD_START) this.#begin()
    return group.durable()
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  fail(fault: Fault): void {
    this.#failure ??= fault
    for (const group of this.#groups.splice(0)) group.reject(this.#failure)
  }

  #openGroup(frameSize: number): Group {
    const last = this.#groups.at(-1)
    // A group never straddles two segments.
    const isEnd = this.#next % this.#options.segmentLeaves === 0
    return last?.takes(frameSize) && !isEnd ? last : this.#newGroup()
  }

  #newGroup(): Group {
    const group = this.#spare.pop() ?? new Group()
    group.start = this.#next
    const { timer, acknowledge = ACKNOWLEDGE_MS } = this.#options
    group.cancel = timer(acknowledge, () => {
      group.late = true
      group.reject(unavailable(`expected a durable record within ${acknowledge} ms, got none`))
    })
    this.#groups.push(group)
    return group
  }

  /** Writing begins once the callers that are runnable now have put their records in. */
  #start(): void {
    this.#busy = true
    this.#due = setImmediate(() => this.#begin())
  }

  #begin(): void {
    clearImmediate(this.#due)
    this.#due = undefined
    void this.#run()
  }

  async #run(): Promise<void> {
    let writing: Group | undefined
    let durable: Group | undefined
    let leaves: Promise<void> = Promise.resolve()
    try {
      do {
        writing = this.#groups.shift()
        const commit = writing && this.#commit(writing, leaves)
        // The disk gets its next work before the callers of the last group go on: they may take the processor a while.
        if (durable) this.#acknowledge(durable)
        await both(commit, leaves)
        durable = writing
        if (durable) leaves = this.#settle(durable)
      } while (durable || this.#groups.length > 0)
    } catch (error) {
      const fault = unavailable(`expected the audit storage to take a record, got ${reason(error)}`)
      const isCut = error instanceof Full && (await this.#cutOff())
      if (!isCut) this.#failure ??= fault
      writing?.reject(fault)
      for (const group of this.#groups.splice(0)) group.reject(fault)
      // At once with that: whoever comes next gets the index of the first that was rejected.
      this.#queued = 0
      this.#next = this.#durable
    }
    this.#busy = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Makes a group's details durable. `leaves` are those of the group before. */
  async #commit(group: Group, leaves: Promise<void>): Promise<void> {
    if (this.#isNextSegment(group)) {
      await leaves
      await this.writeLeaves()
      this.#segment = await this.#options.roll(this.#segment)
    }
    const { details } = this.#segment
    await details.append(group.details).catch(full)
    await details.sync()
  }

  /** Takes back what a full disk has a part of: nothing of it was acknowledged. */
  async #cutOff(): Promise<boolean> {
    try {
      await this.#segment.details.truncate(this.#segment.detailBytes)
      return true
    } catch {
      return false
    }
  }

  /** Tells readers of a durable group, and keeps its leaves until there are enough to be worth a write. */
  async #settle(group: Group): Promise<void> {
    const segment = this.#segment
    const base = segment.detailBytes
    segment.detailBytes += group.detailBytes
    this.#queued -= group.detailBytes
    this.#durable = group.next
    const leaves = Buffer.from(group.leaves)
    this.#options.landed(group.entries, segment, base, leaves)
    this.#leaves.keep(leaves)
    if (this.#leaves.areDue) await this.writeLeaves()
  }

  /** Puts the leaves that wait into the file of the segment. */
  writeLeaves(): Promise<void> {
    return this.#leaves.write(this.#segment.leaves)
  }

  #isNextSegment({ start }: Group): boolean {
    const { segmentLeaves } = this.#options
    return start > this.#segment.number * segmentLeaves && start % segmentLeaves === 0
  }

  #acknowledge(group: Group): void {
    group.acknowledge()
    group.restart()
    if (this.#spare.length < 2 && group.isSpare) this.#spare.push(group)
  }
}

/** No room for what was begun; nothing else is wrong. */
class Full extends Error {
  code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

function full(error: NodeJS.ErrnoException): never {
  if (isNoRoom(error)) throw new Full(error.code!)
  throw error
}

/** Waits for both, whatever becomes of either: nothing is being written when this rejects. */
async function both(one: Promise<void> | undefined, other: Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled([one, other]))
    if (result.status === 'rejected') throw result.reason
}

export const unavailable = (message: string) => new Fault('AUDIT_UNAVAILABLE', message)

/** An error code such as ENOSPC, never a path. */
export function reason(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'an unknown error'
}
