import { Fault } from '../../../schema/wire/fault.ts'
import type { Clock } from '../../clock.ts'
import { reason, unavailable } from '../sequencer.ts'
import { type Head, readCheckpoint, signCheckpoint } from './checkpoint.ts'
import { Edge } from './edge.ts'
import { type Part, partialsOf } from './layout.ts'
import type { NoteSigner, SigningKey } from './note.ts'
import type { Memory, Objects } from './objects.ts'
import { checkLog, damaged, expectRoot, loadEdge, regrow, rootAt } from './regrow.ts'

/** A head and the signed checkpoint that says so. */
export type Published = Head & { checkpoint: Buffer }

export type Publisher = {
  /** What is published. */
  head(): Published
  /**
   * Puts `leaves` after those that are published, and resolves once a checkpoint over all of them stands. Calls take their
   * turns. After one has thrown, all later ones throw the same: the log is opened afresh, and its head then says what
   * stands. How often to publish is the caller's matter; each time makes a checkpoint, and some partial tiles.
   *
   * @throws Fault LOG_FENCED another publisher has this log; LOG_DAMAGED what is stored is not what was written;
   * AUDIT_UNAVAILABLE the storage failed.
   */
  publish(leaves: readonly Uint8Array[]): Promise<Published>
  /** Lets what is under way come to its end, and leaves the objects to others. */
  close(): Promise<void>
}

export type PublisherOptions = {
  objects: Objects
  /** The log's own key, whose name is the origin; what other algorithms sign stands beside it. */
  signers: readonly [SigningKey, ...NoteSigner[]]
  /** Where the last checkpoint is remembered outside of `objects`: without it a log put back in time goes unnoticed. */
  memory?: Memory
  /** Reads every leaf at the start, not the edge alone. */
  whole?: boolean
  /** The time (ms) in a leaf, and what to do when the clock or the next leaf is earlier than the last leaf. */
  time?: { clock: Clock; of(leaf: Uint8Array): number; ranBack(by: number): void }
}

/** How many parts are written before the next are made: what bounds memory. */
const GROUP = 64

/**
 * Opens a log for publishing. What is stored must be what its checkpoint says, and must not be older than what is
 * remembered. Where there is nothing yet and nothing is remembered, a checkpoint over no leaves begins the log. The objects
 * are the publisher's from then on; where this throws, the caller closes them.
 *
 * @throws Fault LOG_DAMAGED, naming what was expected; LOG_FENCED; AUDIT_UNAVAILABLE.
 */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  let stored: Buffer | null = null
  try {
    stored = await options.objects.checkpoint()
    return new LogPublisher(options, ...(await load(options, stored)))
  } catch (error) {
    throw await faultOf(error, options.objects, stored)
  }
}

async function load(options: PublisherOptions, stored: Buffer | null): Promise<[Published, Edge]> {
  const { objects, signers, memory, whole } = options
  const [key] = signers
  const remembered = (await memory?.recall()) ?? null
  const known = remembered && readCheckpoint(remembered, key)
  if (remembered && !known) throw damaged(`a remembered checkpoint signed by ${key.name}`, 'another')
  if (!stored && known) throw damaged(`a checkpoint of at least ${known.size} leaves`, 'none')
  if (!stored) return begin(options)
  const head = readCheckpoint(stored, key)
  if (!head) throw damaged(`a checkpoint signed by ${key.name}`, 'another')
  if (known && head.size < known.size)
    throw damaged(`a checkpoint of at least ${known.size} leaves`, `one of ${head.size}`)
  const edge = await loadEdge(objects, head.size)
  expectRoot(head, edge.root())
  if (known) expectRoot(known, await rootAt(objects, known.size, head.size))
  if (whole) await checkLog(objects, head)
  if (!remembered?.equals(stored)) await memory?.keep(stored)
  return [{ ...head, checkpoint: stored }, edge]
}

async function begin({ objects, signers, memory }: PublisherOptions): Promise<[Published, Edge]> {
  const edge = new Edge()
  const head = { size: 0, root: edge.root() }
  const checkpoint = signCheckpoint(head, signers)
  if (!(await objects.swap(null, checkpoint))) throw fenced()
  await memory?.keep(checkpoint)
  return [{ ...head, checkpoint }, edge]
}

class LogPublisher implements Publisher {
  #options: PublisherOptions
  #objects: Objects
  #head: Published
  /** Of the published tree; rests on bytes that were read. */
  #edge: Edge
  /** What the next edge grows in; afterwards the two change places. */
  #spare = new Edge()
  #failed: Fault | null = null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: PublisherOptions, head: Published, edge: Edge) {
    this.#options = options
    this.#objects = options.objects
    this.#head = head
    this.#edge = edge
    this.#tellTime(options.time?.clock())
  }

  head(): Published {
    return this.#head
  }

  publish(leaves: readonly Uint8Array[]): Promise<Published> {
    const published = this.#turn.then(() => this.#publish(leaves))
    this.#turn = published.catch(() => {})
    return published
  }

  async close(): Promise<void> {
    this.#failed ??= unavailable('expected an open log, got a closed one')
    await this.#turn
    await this.#objects.close()
  }

  async #publish(leaves: readonly Uint8Array[]): Promise<Published> {
    if (this.#failed) throw this.#failed
    if (leaves.length === 0) return this.#head
    try {
      const full = await this.#write(leaves)
      await this.#readBack(leaves)
      await this.#swap()
      await this.#options.memory?.keep(this.#head.checkpoint)
      await this.#discardPartials(full)
      return this.#head
    } catch (error) {
      this.#failed = await faultOf(error, this.#objects, this.#head.checkpoint)
      throw this.#failed
    }
  }

  /** All parts of the larger tree, durable. Until the swap nothing refers to them, and whoever comes next writes the same. */
  async #write(leaves: readonly Uint8Array[]): Promise<string[]> {
    const { of } = this.#options.time ?? {}
    if (of) this.#tellTime(of(leaves[0]!))
    const edge = this.#spare.become(this.#edge)
    const full: string[] = []
    let group: Part[] = []
    const flush = async () => {
      await this.#objects.write(group)
      group = []
    }
    for (const part of edge.append(leaves)) {
      full.push(part.name)
      if (group.push(part) === GROUP) await flush()
    }
    group.push(...edge.partials(this.#edge))
    await flush()
    return full
  }

  /** The edge that is signed is grown anew, out of what the storage gives back. */
  async #readBack(leaves: readonly Uint8Array[]): Promise<void> {
    const size = this.#edge.size + leaves.length
    await regrow(this.#objects, this.#edge, size, { leaves, into: this.#spare })
  }

  /**
   * Signs only what was read back, and only while the last checkpoint still stands. Two publishers with different leaves
   * can't both come here for one size: a tree of that size has parts of the same names, which one of them found taken; and
   * they are discarded only after a swap, which the other sees here. Whose swap comes second has signed in vain, and dies.
   */
  async #swap(): Promise<void> {
    const edge = this.#spare
    const last = this.#head.checkpoint
    if (!(await this.#objects.checkpoint())?.equals(last)) throw fenced()
    const head = { size: edge.size, root: edge.root() }
    const checkpoint = signCheckpoint(head, this.#options.signers)
    if (!(await this.#objects.swap(last, checkpoint))) throw fenced()
    this.#head = { ...head, checkpoint }
    this.#spare = this.#edge
    this.#edge = edge
  }

  /** A full part serves in the place of its partial ones. What a crash leaves of them lies there unused. */
  async #discardPartials(full: string[]): Promise<void> {
    for (const name of full) await this.#objects.discard(partialsOf(name)).catch(() => {})
  }

  /** Told, never refused: the order of the leaves is the log's time, whatever the clock says. */
  #tellTime(now: number | undefined): void {
    const last = this.#edge.lastLeaf
    const { time } = this.#options
    if (!time || now === undefined || !last) return
    const by = time.of(last) - now
    if (by > 0) time.ranBack(by)
  }
}

const fenced = () => new Fault('LOG_FENCED', 'expected the checkpoint of this publisher, got that of another')

/** What looks like damage may be the work of another publisher: the checkpoint tells, and without it nobody knows. */
async function faultOf(error: unknown, objects: Objects, last: Buffer | null): Promise<Fault> {
  if (!(error instanceof Fault)) return unanswered(error)
  if (error.code !== 'LOG_DAMAGED') return error
  try {
    const stored = await objects.checkpoint()
    return (last === null ? stored === null : stored?.equals(last)) ? error : fenced()
  } catch (unread) {
    return unanswered(unread)
  }
}

const unanswered = (error: unknown) =>
  unavailable(`expected the log's storage to answer, got ${reason(error)}`)
