import { Fault } from '../../../schema/wire/fault.ts'
import { reason, type Timer, unavailable } from '../sequencer.ts'
import { damaged } from './regrow.ts'
import { openLastShard, openShard, type Shard, type ShardOptions } from './shard.ts'

/** How often a checkpoint is made while there is something new (ms): each leaf is under one within a second. */
const EVERY_MS = 500
/** What could not be published is tried again after so long (ms). */
const AGAIN_MS = 1_000
/** How long records may be without a checkpoint before nothing is answered any more (ms). */
export const NO_CHECKPOINT_MS = 60_000
/** Leaves that are held while they wait; what is more than that is read from the log's own storage. */
const MOST_HELD = 1 << 18
const AT_ONCE = 1 << 14

export type FeedOptions = ShardOptions & {
  timer: Timer
  /** Milliseconds, never set back. */
  now(): number
  leafSize: number
  /** What is published together counts a multiple of this: how much there is shows in steps only. */
  step: number
  /** Appends leaves of nobody up to a multiple of `step`. Resolves when they are durable, and were taken. */
  pad(): Promise<void>
  /** A shard is published from now on, or again by another publisher. What it throws, is tried again as the rest is. */
  opened?(shard: Shard): Promise<void>
  /** Told once: another server writes this log, and nothing is published any more. */
  fenced?(fault: Fault): void
  /** The leaves from one index to before another, out of the log's own storage, where they are durable. */
  stored(from: number, to: number): Promise<Buffer>
}

/**
 * Publishes what is durable in the log, as it comes, and never sooner. Whatever goes wrong is tried again with everything
 * opened afresh, for as long as it lasts: the log's own storage has the leaves.
 */
export class Feed {
  #options: FeedOptions
  #shard: Shard | null = null
  /** The index of the next leaf to publish; unknown until a shard was opened. */
  #published: number | null = null
  /** The index after the last durable leaf. */
  #durable: number
  /** Those before `#durable`, as many as there are. */
  #held: Buffer[] = []
  #heldFrom: number
  #waitsSince: number | null = null
  #failure: Fault | null = null
  /** The last leaf that was published from here. */
  #last: Buffer | null = null
  /** Final: the log has leaves of another server. */
  #fenced: Fault | null = null
  #cancel: (() => void) | null = null
  #running: Promise<void> | null = null
  #closed = false

  constructor(options: FeedOptions, durable: number) {
    this.#options = options
    this.#durable = durable
    this.#heldFrom = durable
  }

  /**
   * Opens the newest shard and compares it with the log.
   * @throws Fault LOG_DAMAGED where more was published than the log has, or other leaves; and as `openPublisher`
   */
  async open(): Promise<void> {
    await this.#open()
    if (this.#published !== this.#durable) this.#waits()
  }

  /** Whole leaves that are durable from now on; the octets are the feed's. */
  take(leaves: Buffer): void {
    this.#durable += leaves.length / this.#options.leafSize
    this.#held.push(leaves)
    // What is dropped was written long before what is kept.
    while (this.#durable - this.#heldFrom > MOST_HELD) this.#drop()
    this.#waits()
  }

  /** Why nothing may be answered: what is on record is under no checkpoint for too long, or never will be. */
  failure(): Fault | null {
    const { now } = this.#options
    if (this.#fenced) return unavailable(`${this.#fenced.message}, for ${this.#fenced.code}`)
    if (this.#waitsSince === null || now() - this.#waitsSince <= NO_CHECKPOINT_MS) return null
    const why = this.#failure ? `, for ${this.#failure.code}` : ''
    return unavailable(
      `expected a checkpoint of the log within ${NO_CHECKPOINT_MS / 1_000} s, got none${why}`,
    )
  }

  /** Publishes what there is, as far as it can, and leaves the log to others. */
  async close(): Promise<void> {
    this.#cancel?.()
    await this.#running
    if (this.#waitsSince !== null && !this.#fenced) await this.#round()
    this.#closed = true
    await this.#shard?.publisher.close()
    this.#shard = null
  }

  #waits(): void {
    this.#waitsSince ??= this.#options.now()
    this.#schedule(EVERY_MS)
  }

  #schedule(after: number): void {
    if (this.#cancel || this.#running || this.#closed || this.#fenced) return
    this.#cancel = this.#options.timer(after, () => {
      this.#cancel = null
      this.#running = this.#round().finally(() => {
        this.#running = null
        if (this.#waitsSince !== null) this.#schedule(this.#failure ? AGAIN_MS : EVERY_MS)
      })
    })
  }

  async #round(): Promise<void> {
    try {
      await this.#options.pad()
      const started = this.#options.now()
      await this.#publish(this.#durable - (this.#durable % this.#options.step))
      this.#failure = null
      this.#waitsSince = this.#published === this.#durable ? null : started
    } catch (error) {
      this.#failure =
        (error as Fault).code === undefined
          ? unavailable(`expected the published log to take leaves, got ${reason(error)}`)
          : (error as Fault)
      await this.#shard?.publisher.close().catch(() => undefined)
      this.#shard = null
    }
  }

  async #open(): Promise<void> {
    const shard = await openLastShard(this.#options)
    this.#shard = shard
    const published = shard ? shard.base + shard.publisher.head().size : 0
    if (this.#published === null) await this.#expectOwn(published, shard?.last ?? null)
    else await this.#expectOurs(published, shard?.last ?? null)
    this.#published = published
    this.#last = shard?.last ?? null
    if (shard) await this.#options.opened?.(shard)
  }

  /** At the start: what is published is in the log. */
  async #expectOwn(published: number, last: Buffer | null): Promise<void> {
    if (published > this.#durable)
      throw unavailable(`expected the ${published} records that are published, got ${this.#durable}`)
    if (last && !last.equals(await this.#options.stored(published - 1, published)))
      throw damaged(`leaf ${published - 1} as it is published`, 'another')
  }

  /**
   * Later on: it is what was published from here, also by what went out and was not heard of. Where no lock keeps a second
   * server out, its leaves would else be continued with ours.
   */
  async #expectOurs(published: number, last: Buffer | null): Promise<void> {
    const known = this.#published!
    const isRecorded = published > known && published <= this.#durable
    const ours = isRecorded ? await this.#leaves(published - 1, published) : this.#last
    // A shard that was begun and nothing more has no leaf, and stands behind those of the one before.
    if (last === null ? published === known : published <= this.#durable && ours?.equals(last)) return
    this.#fenced = fenced()
    this.#options.fenced?.(this.#fenced)
    throw this.#fenced
  }

  async #publish(to: number): Promise<void> {
    if (!this.#shard) await this.#open()
    while (this.#published! < to) {
      const until = Math.min(to, this.#published! + AT_ONCE)
      const leaves = cut(await this.#leaves(this.#published!, until), this.#options.leafSize)
      const name = this.#options.shardOf(leaves[0]!)
      // Never back: a clock that was set back must not open a shard that was ended.
      if (!this.#shard || name > this.#shard.name) await this.#next(name)
      const first = leaves.findIndex((leaf) => this.#options.shardOf(leaf) > this.#shard!.name)
      const some = first < 0 ? leaves : leaves.slice(0, first)
      await this.#shard!.publisher.publish(some)
      this.#published = this.#published! + some.length
      this.#last = some.at(-1)!
      while (this.#held.length > 0 && this.#heldFrom + this.#countOf(this.#held[0]!) <= this.#published)
        this.#drop()
    }
  }

  async #next(name: string): Promise<void> {
    await this.#shard?.publisher.close()
    this.#shard = null
    this.#shard = await openShard(this.#options, name, () => this.#published!)
    // Nobody else begins one while a lock keeps them out; what it holds is judged when it is opened afresh.
    if (this.#shard.publisher.head().size > 0) throw fenced()
    await this.#options.opened?.(this.#shard)
  }

  #drop(): void {
    this.#heldFrom += this.#countOf(this.#held.shift()!)
  }

  #countOf(leaves: Buffer): number {
    return leaves.length / this.#options.leafSize
  }

  /** Those that are held come from memory; what lies before them was written before them. */
  async #leaves(from: number, to: number): Promise<Buffer> {
    const { leafSize, stored } = this.#options
    const heldFrom = this.#heldFrom
    const held = Buffer.concat(this.#held)
    const part = (start: number) => held.subarray((start - heldFrom) * leafSize, (to - heldFrom) * leafSize)
    if (from >= heldFrom) return part(from)
    const before = await stored(from, Math.min(to, heldFrom))
    return to <= heldFrom ? before : Buffer.concat([before, part(heldFrom)])
  }
}

const fenced = () =>
  new Fault('LOG_FENCED', 'expected to be the only server that writes this log, got another')

function cut(leaves: Buffer, size: number): Buffer[] {
  return Array.from({ length: leaves.length / size }, (_, nth) =>
    leaves.subarray(nth * size, (nth + 1) * size),
  )
}
