import { Fault } from '../../../schema/wire/fault.ts'
import type { Clock } from '../../clock.ts'
import { machineTimer, reason, type Timer, unavailable } from '../sequencer.ts'
import { askWitness, type Candidate } from './ask-witness.ts'
import { readCheckpoint } from './checkpoint.ts'
import { type Cosignature, cosignatureIn } from './cosignature.ts'
import { type NoteVerifier, readNote } from './note.ts'
import type { Memory, Objects } from './objects.ts'
import { proverOf } from './proof.ts'
import type { Publisher } from './publisher.ts'
import { damaged } from './regrow.ts'
import { expectReachable, quorumTime, type Witness, type WitnessPolicy } from './witness-policy.ts'

/** Has a log's checkpoints co-signed. Witnesses never hold the log up: it only becomes known that they are silent. */
export type Cosigning = {
  /** Asks for what is published now, as soon as the last asking has its quorum or all its answers. */
  submit(): void
  /** The newest checkpoint that a quorum has co-signed, with their lines; it is durable. Null before the first. */
  cosigned(): Buffer | null
  /** When it had its quorum, by the witnesses' own clocks (ms), as every client reads it there too. Null before the first. */
  since(): number | null
  /** Breaks off what is under way. */
  close(): Promise<void>
}

export type CosigningOptions = {
  policy: WitnessPolicy
  log: Pick<Publisher, 'head'>
  /** Where that log lies. */
  objects: Pick<Objects, 'read'>
  /** The log's own key. */
  key: NoteVerifier
  /** Where the last co-signed checkpoint is kept, for this log alone. */
  memory: Memory
  clock: Clock
  /** Told what was wrong with a witness, once until it is well again, and with what is ours (`witness` is then null). */
  complain?(fault: Fault, witness: string | null): void
  /** Between two askings (ms). */
  every?: number
  /** How long one witness may take for one (ms). */
  timeout?: number
  timer?: Timer
}

/** One checkpoint, shown to all witnesses: only signatures of one and the same make a quorum. */
type Round = Candidate & {
  number: number
  at: number
  signed: Map<Witness, Cosignature>
  reached: boolean
}

type Kept = { number: number; size: number; bytes: Buffer; since: number; signed: Map<Witness, Cosignature> }

/** A witness that is asked: what it has seen as far as we know, and what was told of it last. */
type Asked = {
  witness: Witness & { url: string }
  known: number
  told: string
  running: Promise<void> | null
}

/**
 * Begins to ask. What was kept before counts again if it is of this log and a quorum of this policy.
 *
 * @throws Fault LOG_DAMAGED where a quorum has seen more than is published, so that the log was put back in time; CONFIG
 * where the witnesses that have an address are not enough for a quorum.
 */
export async function openCosigning(options: CosigningOptions): Promise<Cosigning> {
  expectReachable(options.policy)
  const cosigning = new Rounds(options, await recall(options))
  cosigning.submit()
  return cosigning
}

async function recall({ policy, log, key, memory }: CosigningOptions): Promise<Kept | null> {
  const bytes = await memory.recall()
  const head = bytes && readCheckpoint(bytes, key)
  const note = head && readNote(bytes)
  if (!note) return null
  const published = log.head()
  if (head.size > published.size || (head.size === published.size && !head.root.equals(published.root)))
    throw damaged(`the ${head.size} leaves that were co-signed`, `${published.size}`)
  const signed = new Map<Witness, Cosignature>()
  for (const witness of policy.witnesses) {
    const cosignature = cosignatureIn(note.lines, note.text, witness.key)
    if (cosignature) signed.set(witness, cosignature)
  }
  const since = policy.quorum && quorumTime(policy.quorum, signed)
  return since === null ? null : { number: 0, size: head.size, bytes, since, signed }
}

class Rounds implements Cosigning {
  #options: CosigningOptions
  #asked: Asked[]
  #kept: Kept | null
  #keeping: Promise<void> = Promise.resolve()
  #round: Round | null = null
  /** A round was asked for that has not begun. */
  #wanted = false
  /** What was told of the memory last. */
  #told = ''
  #closing = new AbortController()
  #cancel = () => {}

  constructor(options: CosigningOptions, kept: Kept | null) {
    this.#options = options
    this.#kept = kept
    this.#asked = options.policy.witnesses
      .filter((witness) => witness.url !== null)
      .map((witness) => {
        const known = kept?.signed.has(witness) ? kept.size : 0
        return { witness: witness as Asked['witness'], known, told: '', running: null }
      })
  }

  submit(): void {
    this.#wanted = true
    this.#begin()
  }

  cosigned(): Buffer | null {
    return this.#kept?.bytes ?? null
  }

  since(): number | null {
    return this.#kept?.since ?? null
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#cancel()
    await Promise.all(this.#asked.map(({ running }) => running))
    await this.#keeping
  }

  /** Whoever is late with the last round still ends it, and then comes to the newest: nobody waits for him. */
  #begin(): void {
    const { log, objects, policy, clock, every = 10_000, timer = machineTimer } = this.#options
    const last = this.#round
    const isUnderWay = last && !last.reached && this.#asked.some(({ running }) => running !== null)
    if (this.#closing.signal.aborted || !this.#wanted || isUnderWay) return
    this.#wanted = false
    this.#cancel()
    this.#cancel = timer(every, () => this.submit())
    const { size, checkpoint } = log.head()
    const { text } = readNote(checkpoint)!
    const round: Round = {
      ...{ size, checkpoint, text, prover: proverOf(objects, size) },
      ...{ number: (last?.number ?? 0) + 1, at: clock(), signed: new Map(), reached: policy.quorum === null },
    }
    this.#round = round
    if (round.reached) this.#keep(round)
    for (const asked of this.#asked) asked.running ??= this.#run(asked)
  }

  async #run(asked: Asked): Promise<void> {
    for (let done: Round | null = null; done !== this.#round && !this.#closing.signal.aborted; ) {
      done = this.#round!
      await this.#ask(asked, done)
    }
    asked.running = null
    this.#begin()
  }

  async #ask(asked: Asked, round: Round): Promise<void> {
    const { clock, timeout = 5_000 } = this.#options
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeout)])
    try {
      const cosignature = await askWitness(asked.witness, round, { known: asked.known, signal, clock })
      asked.known = round.size
      asked.told = ''
      this.#take(round, asked.witness, cosignature)
    } catch (error) {
      if (this.#closing.signal.aborted) return
      const fault = faultOf(error)
      if (fault.message !== asked.told) this.#options.complain?.(fault, asked.witness.key.name)
      asked.told = fault.message
    }
  }

  #take(round: Round, witness: Witness, cosignature: Cosignature): void {
    const { quorum } = this.#options.policy
    round.signed.set(witness, cosignature)
    if (quorum && quorumTime(quorum, round.signed) === null) return
    round.reached = true
    this.#keep(round)
  }

  /** Durable first, then shown: what was shown once is never taken back by a crash. */
  #keep(round: Round): void {
    this.#keeping = this.#keeping
      .then(async () => {
        const kept = this.#keptOf(round)
        const last = this.#kept
        if (last && last.number > kept.number) return
        if (!last?.bytes.equals(kept.bytes)) await this.#options.memory.keep(kept.bytes)
        this.#kept = kept
        this.#told = ''
      })
      .catch((error) => {
        const fault = faultOf(error)
        if (fault.message !== this.#told) this.#options.complain?.(fault, null)
        this.#told = fault.message
      })
  }

  #keptOf({ number, size, at, checkpoint, signed }: Round): Kept {
    const { witnesses, quorum } = this.#options.policy
    const lines = witnesses.map((witness) => signed.get(witness)?.line ?? '')
    const since = quorum === null ? at : quorumTime(quorum, signed)!
    return { number, size, bytes: Buffer.concat([checkpoint, Buffer.from(lines.join(''))]), since, signed }
  }
}

const faultOf = (error: unknown): Fault =>
  error instanceof Fault ? error : unavailable(`expected the log's storage to answer, got ${reason(error)}`)
