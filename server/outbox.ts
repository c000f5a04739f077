import { hash } from 'node:crypto'
import { type Change, outboxClear } from '../cypher/outbox/outbox.ts'
import type { Record } from './ask.ts'
import type { Open } from './audit/log.ts'
import type { Graph } from './graph.ts'

/** A question on record, as a change names it. */
export type Intent = { asked: number; leaf: string; country: string }

export const intentOf = ({ index, leaf, caller }: Pick<Open, 'index' | 'leaf' | 'caller'>): Intent => ({
  asked: index,
  leaf: hash('sha256', leaf),
  country: caller.country,
})

/**
 * Of a write that no question asked for: an event that is told, a compartment that is numbered. Such a write follows from
 * what stands and is made again where it is missing, so nothing is left of it.
 */
export const NOBODY_ASKED: readonly Change[] = []

/** What a change for this question will leave in the outbox. Throws where nothing was asked. */
export function changeOf({ intent }: Record, ids: string[]): Change {
  if (!intent) throw new Error('expected a question on record before a change')
  return { ...intent, ids, closed: false }
}

/** Notes down that a change stands. */
export function committed(record: Record, change: Change): void {
  record.committed.push(...change.ids)
  record.changes.push(change)
}

/**
 * What changes leave in the graph, in their own transactions, until their answers are durable. A crash after the commit and
 * before the answer's record is found here by the next start; whatever is answered is forgotten, behind the answers.
 */
export type Outbox = {
  /** The answer to these is on record. */
  answered(changes: readonly Change[]): void
  /** The graph was given a new beginning: it holds nothing of before. */
  restored(): void
  /** Forgets what it still can; what it cannot, the next start does. */
  close(): Promise<void>
}

/** So many together, or what has come within so long (ms), in one transaction. */
const GROUP = 256
const PACE_MS = 1_000
/** A stop waits so long for a store that hangs (ms). */
const CLEAR_MS = 5_000

/** @param left what the server before has left here */
export function openOutbox(graph: Graph, left: readonly Change[]): Outbox {
  const closed = left.filter((one) => one.closed).map(({ asked }) => asked)
  const waiting = new Set(closed)
  let marked = Math.max(-1, ...closed)
  let timer: NodeJS.Timeout | undefined
  let last: Promise<void> = Promise.resolve()

  /** The latest one stays, marked, until a later one stands. */
  async function forget(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const asked = [...waiting]
    const head = Math.max(...asked)
    if (asked.length === 0 || (asked.length === 1 && head === marked)) return
    await graph.write(outboxClear, { asked, head }, CLEAR_MS, NOBODY_ASKED)
    marked = head
    for (const one of asked) if (one < head) waiting.delete(one)
  }

  /** One after another; what fails is tried again with the next. */
  function turn(): Promise<void> {
    last = last.then(forget).catch(() => undefined)
    return last
  }

  return {
    answered(changes) {
      for (const { asked } of changes) waiting.add(asked)
      if (changes.length === 0) return
      if (waiting.size === GROUP) void turn()
      timer ??= setTimeout(() => void turn(), PACE_MS).unref()
    },
    restored() {
      waiting.clear()
      marked = -1
    },
    close: turn,
  }
}
