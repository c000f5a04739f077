import { randomBytes } from 'node:crypto'
import { canonical, type Json } from '../schema/wire/canonical.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { Audit, AuditedCaller, Open } from './audit/log.ts'
import type { Clock } from './clock.ts'
import type { Directory } from './directory.ts'

export type RecordParts = { audit: Audit; directory: Pick<Directory, 'genesis'>; clock: Clock }

/** Something that is done to what all states have here, and by whom. */
export type Deed = {
  caller: Omit<AuditedCaller, 'country'>
  operation: string
  purpose: string
  justification: string
  /** What is to be done, whole. */
  order: { [name: string]: Json }
}

/** What came of it: the answer, and the ids of what it committed; `changed` where it changed the graph for the first question. */
export type Done<T> = { answer: T; committed: string[]; changed?: boolean }

/**
 * Record before reveal (law 2), for what no caller asks as for a question: on record with the auditors of every state before
 * it is done, and once more before anybody hears what came of it. `work` is given the first of the questions.
 */
export async function onRecord<T extends { [name: string]: Json }>(
  { audit, directory, clock }: RecordParts,
  { caller, operation, purpose, justification, order }: Deed,
  work: (first: Open) => Promise<Done<T>>,
): Promise<T> {
  const request = Buffer.from(canonical(order))
  const open: Open[] = []
  for (const country of new Set(directory.genesis.anchors.map((anchor) => anchor.country)))
    open.push(
      await audit.asked({
        caller: { ...caller, country },
        at: clock(),
        request,
        // No caller's request: nothing that could come again.
        replay: randomBytes(16),
        detail: { operation, purpose, justification, ...order },
      }),
    )
  const done = await work(open[0]!).catch((error: unknown) => error as Error)
  const failed = done instanceof Error
  const said = { operation, purpose, justification, statements: [], shown: [] }
  const detail = failed
    ? { ...said, outcome: done instanceof Fault ? done.code : 'INTERNAL' }
    : { ...said, outcome: 'OK', committed: done.committed }
  const body = Buffer.from(JSON.stringify(failed ? {} : done.answer))
  const changed = !failed && done.changed === true
  for (const [nth, one] of open.entries())
    await audit.answered(one, { status: failed ? 500 : 200, body, detail, changed: changed && nth === 0 })
  if (failed) throw done
  return done.answer
}
