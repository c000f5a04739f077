import { Fault } from '../../schema/wire/fault.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../core/log/checkpoint.ts'
import type { Cosigner } from '../core/log/cosign.ts'
import { fraudOfOneSize } from '../core/log/fraud.ts'
import type { VerifierKey } from '../core/log/note.ts'
import { emptyRoot, type Head, isConsistent, same } from '../core/log/tree.ts'
import type { Kept } from './kept.ts'
import { parseSubmission, type Submission } from './submission.ts'

/** What a witness answers, as C2SP tlog-witness has it. A body of another type than plain text says which. */
export type WitnessAnswer = { status: 200 | 400 | 403 | 404 | 409 | 422; body: string; type?: string }

export type Witness = {
  /** Checks one submission, and co-signs it where the log only grew. What the store throws, this throws. */
  addCheckpoint(body: Buffer): Promise<WitnessAnswer>
}

export type WitnessOptions = {
  cosigner: Cosigner
  /** The keys of the logs that it watches. */
  logs: readonly VerifierKey[]
  kept: Kept
  /** Milliseconds since 1970. */
  clock(): number
}

const NOTHING: Head = { size: 0, root: emptyRoot() }

/**
 * The core of a witness: for each log it keeps one checkpoint, and co-signs the next one only where its tree begins
 * with all of the kept one. It persists first: whoever holds its signature can count on its never signing less again.
 */
export function witnessOf({ cosigner, logs, kept, clock }: WitnessOptions): Witness {
  /** The end of what is being done for each log: one submission is looked at only when the one before has its answer. */
  const queues = new Map<string, Promise<unknown>>()

  function inTurn<T>(origin: string, act: () => Promise<T>): Promise<T> {
    const turn = (queues.get(origin) ?? Promise.resolve()).then(act, act)
    const ended = turn.catch(() => {})
    queues.set(origin, ended)
    return turn
  }

  async function judge(submission: Submission): Promise<WitnessAnswer> {
    const { checkpoint, old, path } = submission
    // Read anew for each submission: what is on the disk is what was promised.
    const { step, seen } = await kept.last(checkpoint.origin)
    const last = seen === null ? null : parseCheckpoint(Buffer.from(seen.checkpoint))
    const head = last ?? NOTHING
    const isOther = checkpoint.size === head.size && !same(checkpoint.root, head.root)
    if (isOther && last !== null) await kept.accuse(fraudOfOneSize(last, checkpoint))
    if (isOther || old !== head.size) return conflict(head.size)
    if (!isConsistent(head, checkpoint, path))
      return { status: 422, body: 'expected a proof that the log only grew, got another\n' }
    // A clock that was set back must not date a larger tree before a smaller one.
    const time = Math.max(Math.floor(clock() / 1_000), seen?.time ?? 0)
    const next = { step: step + 1, seen: { checkpoint: checkpoint.bytes.toString(), time } }
    if (!(await kept.persist(checkpoint.origin, next))) return judge(submission)
    // A crash here costs the log one answer. It is told the new size when it asks again, and asks from there.
    return { status: 200, body: cosigner.cosign(checkpoint.note.text, time) }
  }

  return {
    async addCheckpoint(body) {
      const read = attempt(() => parseSubmission(body))
      if (read instanceof Fault) return { status: 400, body: `${read.message}\n` }
      const { checkpoint, old } = read
      const own = logs.filter(({ name }) => name === checkpoint.origin)
      if (own.length === 0) return { status: 404, body: 'expected a log that is watched here, got another\n' }
      const opened = attempt(() => openCheckpoint(checkpoint.bytes, own))
      if (opened instanceof Fault) return { status: 403, body: `${opened.message}\n` }
      if (old > checkpoint.size)
        return { status: 400, body: `expected an old size of at most ${checkpoint.size}, got ${old}\n` }
      // Lines of unknown keys may be anybody's: they are not kept.
      const signed = { ...read, checkpoint: onlySignedBy(checkpoint, own) }
      return inTurn(checkpoint.origin, () => judge(signed))
    },
  }
}

function onlySignedBy(checkpoint: Checkpoint, keys: readonly VerifierKey[]): Checkpoint {
  const { text, signatures } = checkpoint.note
  const lines = signatures.filter(({ name, id }) => keys.some((key) => key.name === name && key.id === id))
  return parseCheckpoint(Buffer.from(`${text}\n${lines.map(({ line }) => `${line}\n`).join('')}`))
}

/** The size from which the log must prove that it grew. */
const conflict = (size: number): WitnessAnswer => ({
  status: 409,
  body: `${size}\n`,
  type: 'text/x.tlog.size',
})

function attempt<T>(act: () => T): T | Fault {
  try {
    return act()
  } catch (error) {
    if (error instanceof Fault && error.code === 'LOG') return error
    throw error
  }
}
