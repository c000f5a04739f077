import type { PrivateKey } from 'openpgp'
import type { AuditPage, AuditPeriod, AuditRecord, TokenField } from '../../schema/wire/audit.ts'
import { decodeHeader } from '../../schema/wire/audit-frame.ts'
import { Fault } from '../../schema/wire/fault.ts'
import {
  carries,
  openPeriods,
  type PeriodKeys,
  questionOf,
  type ReadRecord,
  readRecords,
} from '../core/audit.ts'
import type { ErasedRead, Erasures, PruningRecord } from '../core/erased.ts'
import type { Shell } from './shell.ts'

// How an auditor's commands read the log of his state: every answer checked, every record opened here.

const PERIODS =
  'query auditPeriods($from: Time!, $to: Time!) { auditPeriods(from: $from, to: $to) { id country from to wrapped } }'
const ENTRIES =
  'query auditEntries($question: Json!) { auditEntries(question: $question) { after records { index leaf frame } } }'

export const DAY = 86_400_000
/** The server gives the keys of at most 31 days at once. */
const WINDOW = 31 * DAY
/** A question's tokens for so many periods stay below the size of a request. */
const MOST_PERIODS = 400
const PAGE = 200

type Asking = Pick<Shell, 'ask'>
export type Wanted = Partial<Record<TokenField, string>>
export type Span = { from: number; to: number }

/** A part of what was read. `unread` are records that no key here opens, and the periods that were given to others. */
export type Part = {
  records: ReadRecord[]
  /** Whose they were, nobody can tell: they come whatever is wanted. */
  erased: ErasedRead[]
  /** Up to where details are gone after their time, once it is told. */
  pruned: PruningRecord | null
  unread: { records: number; periods: number }
  until: number
}

/** Every key of the auditor's office that this machine has. Throws NOT_FOUND where it has none. */
export async function auditorKeys(shell: Shell): Promise<PrivateKey[]> {
  const { caller } = await shell.link()
  const keys = (await shell.officeKeys([caller.office])).map(({ key }) => key)
  if (keys.length > 0) return keys
  throw new Fault(
    'NOT_FOUND',
    `expected the private key of office:${caller.office} on this machine, got none`,
  )
}

/**
 * The records between two times that carry what is wanted, in the order of the log, page by page. The tokens are
 * computed here: the server learns neither whom nor what an auditor looks for. With `countUnread` the records of periods
 * whose keys were given to others are fetched too, only to say how many they are.
 */
export async function* readLog(
  shell: Asking,
  keys: PrivateKey[],
  { wanted, span, countUnread = false }: { wanted: Wanted; span: Span; countUnread?: boolean },
): AsyncGenerator<Part> {
  const [seen, erasures]: [Set<number>, Erasures] = [new Set(), new Map()]
  for (let from = span.from; from < span.to; from += WINDOW) {
    const part = { from, to: Math.min(from + WINDOW, span.to) }
    const times = { from: new Date(part.from).toISOString(), to: new Date(part.to).toISOString() }
    const { auditPeriods } = await shell.ask<{ auditPeriods: AuditPeriod[] }>(PERIODS, times)
    const opened = await openPeriods(auditPeriods, keys)
    const reading = { shell, wanted, keys: opened, seen, erasures }
    for (let i = 0; i < opened.length; i += MOST_PERIODS)
      yield* readPeriods(reading, opened.slice(i, i + MOST_PERIODS), part)
    const closed = auditPeriods.filter(({ id }) => !opened.some((one) => one.id === id))
    const { records, erased } = countUnread
      ? await countOf(reading, closed, part)
      : { records: 0, erased: [] }
    // Of a time without any keys nothing else is asked that would tell why.
    const pruned = auditPeriods.length === 0 ? await prunedIn(shell, part) : null
    yield { records: [], erased, pruned, unread: { records, periods: closed.length }, until: part.to }
  }
}

type Reading = {
  shell: Asking
  wanted: Wanted
  keys: PeriodKeys[]
  seen: Set<number>
  erasures: Erasures
}

async function* readPeriods(
  { shell, wanted, keys, seen, erasures }: Reading,
  asked: PeriodKeys[],
  span: Span,
): AsyncGenerator<Part> {
  for await (const page of pages(shell, (after) => questionOf(asked, { ...wanted, ...span }, after))) {
    const fresh = page.filter((record) => !seen.has(record.index) && !isLater(record, keys))
    for (const { index } of fresh) seen.add(index)
    for (const record of fresh) checkCarries(record, { keys, wanted, seen })
    const { records, erased, pruned, unread } = readRecords(fresh, keys, erasures)
    const until = records.at(-1)?.detail.at ?? span.from
    yield { records, erased, pruned, unread: { records: unread.length, periods: 0 }, until }
  }
}

/** What closes a question after a restart may be under keys of a time that is not read yet, or never. */
function isLater({ frame }: AuditRecord, keys: PeriodKeys[]): boolean {
  const header = decodeHeader(Buffer.from(frame, 'base64'))
  return header?.kind === 'INTERRUPTED' && !keys.some(({ id }) => id === header.period)
}

/** How many records stand under keys that cannot be opened here, and which of theirs were erased. */
async function countOf(
  { shell, seen, erasures }: Reading,
  closed: AuditPeriod[],
  span: Span,
): Promise<{ records: number; erased: ErasedRead[] }> {
  const indexes = new Set<number>()
  const gone: ErasedRead[] = []
  for (let i = 0; i < closed.length; i += MOST_PERIODS) {
    const periods = closed.slice(i, i + MOST_PERIODS).map(({ id }) => ({ id, all: [] }))
    for await (const page of pages(shell, (after) => ({ periods, ...span, ...after }))) {
      const { erased, unread } = readRecords(page, [], erasures)
      for (const index of unread) indexes.add(index)
      gone.push(...erased.filter(({ index }) => !seen.has(index)))
      for (const { index } of erased) seen.add(index)
    }
  }
  return { records: indexes.size, erased: gone }
}

async function prunedIn(shell: Asking, span: Span): Promise<PruningRecord | null> {
  const question = { periods: [], ...span }
  const { auditEntries }: { auditEntries: AuditPage } = await shell.ask(ENTRIES, { question })
  return readRecords(auditEntries.records, []).pruned
}

type After = { after: number; first: number }

async function* pages(shell: Asking, questionAfter: (after: After) => object): AsyncGenerator<AuditRecord[]> {
  let after: number | null = -1
  while (after !== null) {
    const question = questionAfter({ after, first: PAGE })
    const { auditEntries }: { auditEntries: AuditPage } = await shell.ask(ENTRIES, { question })
    yield auditEntries.records
    after = auditEntries.after
  }
}

/**
 * A server could pad the answer with others' records, or with records of another office. What closes a question that was
 * interrupted carries no token of its caller, for the server knew him no more: it comes with the question, which does. An
 * erased record carries none any more: that it is one, the record of its erasure says.
 */
function checkCarries(
  record: AuditRecord,
  { keys, wanted, seen }: Pick<Reading, 'keys' | 'wanted' | 'seen'>,
): void {
  const header = decodeHeader(Buffer.from(record.frame, 'base64'))
  if (header?.erased || header?.kind === 'ERASED' || header?.kind === 'PRUNED') return
  if (header?.kind === 'INTERRUPTED' && seen.has(header.asked)) return
  const period = keys.find(({ id }) => id === header?.period)
  for (const [field, value] of Object.entries(wanted) as [TokenField, string][])
    if (!period || !carries(record, period, field, value))
      throw new Fault('SEAL', `expected a record of what was searched for, got record ${record.index}`)
}
