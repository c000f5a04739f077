import type { Answered, Audit } from '../../server/audit/log.ts'
import { type Mutant, swap } from './broken.ts'
import { between } from './record-order.ts'

// What breaks law 2 in a stream only, one way at a time: each event is an answer of its own.

const nothing = {
  asked: Buffer.alloc(0),
  answered: Buffer.alloc(0),
  s1: Buffer.alloc(0),
  s2: Buffer.alloc(0),
  signature: Buffer.alloc(0),
}
const isEvent = ({ more, detail }: Answered) => more === true && detail.shown.length > 0
/** A log that does something else with the records that `which` names. */
const recording = (which: (answer: Answered) => boolean, as: (audit: Audit) => Audit['answered']) => () =>
  swap(between, 'audit', (audit) => ({
    ...audit,
    answered: (open, answer) => (which(answer) ? as(audit) : audit.answered)(open, answer),
  }))
const unawaited =
  (audit: Audit): Audit['answered'] =>
  async (open, answer) => {
    audit.answered(open, answer).catch(() => {})
    return nothing
  }

export const STREAM_MUTANTS: Mutant[] = [
  ['the record of an event is not waited for', recording(isEvent, unawaited)],
  ['the record of the beginning is not waited for', recording(({ more }) => more === true, unawaited)],
  ['an event is not recorded', recording(isEvent, () => async () => nothing)],
  [
    'an event has the receipt of the one before',
    () => {
      let last = nothing
      return recording(isEvent, (audit) => async (open, answer) => {
        const [before, now] = [last, await audit.answered(open, answer)]
        last = now as typeof nothing
        return before.s1.length > 0 ? before : now
      })()
    },
  ],
  [
    'the end is not recorded',
    recording(
      ({ more }) => more === false,
      () => async () => nothing,
    ),
  ],
  [
    'what an event shows is not recorded',
    recording(
      isEvent,
      (audit) => (open, answer) =>
        audit.answered(open, { ...answer, detail: { ...answer.detail, shown: [] } }),
    ),
  ],
  [
    'another event is recorded than the one that leaves',
    recording(
      isEvent,
      (audit) => (open, answer) => audit.answered(open, { ...answer, body: Buffer.from('event: next\n\n') }),
    ),
  ],
  [
    'an event that cannot be recorded leaves all the same',
    recording(isEvent, (audit) => (open, answer) => audit.answered(open, answer).catch(() => nothing)),
  ],
  [
    'signs of life go on when nothing can be recorded',
    () => swap(between, 'audit', (audit) => ({ ...audit, failure: () => null })),
  ],
]
