import type { PrivateKey } from 'openpgp'
import type { AuditPeriod } from '../../schema/wire/audit.ts'
import { say } from '../../schema/words/index.ts'
import { signatureCheck } from '../core/asked-by.ts'
import { openPeriods, type PeriodKeys, type ReadRecord } from '../core/audit.ts'
import type { ErasedRead, PruningRecord } from '../core/erased.ts'
import { hiddenLeaves } from '../core/hidden-leaves.ts'
import type { Finding, Promised } from '../core/reconcile.ts'
import { type DeskMatch, type DeskRecords, matchDesk } from '../core/reconcile-desk.ts'
import { auditorKeys, DAY, readLog, type Span, type Wanted } from './audit-read.ts'
import type { OpenLog } from './audit-reconcile-log.ts'
import { once } from './key-ring.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'

export type DeskSide = {
  office: string
  span: Span
  promised: readonly Promised[]
  logs: readonly OpenLog[] | null
}
export type DeskResult = DeskMatch & Span & { office: string; unread: number }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A session lasts eight hours: its login lies no further back. */
const BEFORE = 9 * HOUR

/**
 * The auditor's side: what he is shown of an office, against its receipts and, where there is a log, against that. With a
 * log he reads all records of his state, for an officer's leaves may be of several offices.
 */
export async function reconcileDesk(shell: Shell, side: DeskSide): Promise<DeskResult> {
  const { office, span, promised, logs } = side
  const keys = await auditorKeys(shell)
  // A record may be sealed in the hour after the one in which it was made; and an interruption is found by the next start.
  const wide = { from: span.from - MINUTE, to: span.to + HOUR }
  const { records, erased, pruned, unread } = await recordsOf(shell, keys, {
    wanted: logs ? {} : { office },
    span: wide,
  })
  const check = once(async () => {
    const before = { from: wide.from - BEFORE, to: wide.from }
    const former = await recordsOf(shell, keys, { wanted: { office }, span: before })
    return signatureCheck([...former.records, ...records], await shell.directory())
  })
  const signed = async (asked: ReadRecord) => (await check())(asked)
  const match = await matchDesk(promised, { records, erased, pruned }, { office, ...span, signed })
  const hidden = logs
    ? await hiddenFrom(shell, side, { records, erased, pruned, periods: await keysOf(shell, keys, wide) })
    : []
  const findings = [...match.findings, ...hidden].sort((left, right) => left.index - right.index)
  return { office, ...span, ...match, findings, unread }
}

async function recordsOf(shell: Shell, keys: PrivateKey[], asked: { wanted: Wanted; span: Span }) {
  const records: ReadRecord[] = []
  const erased: ErasedRead[] = []
  let pruned: PruningRecord | null = null
  let unread = 0
  const { from, to } = asked.span
  const bar = progress(shell, say(shell.language, 'cli.searching'), Math.ceil((to - from) / DAY))
  try {
    for await (const part of readLog(shell, keys, asked)) {
      records.push(...part.records)
      erased.push(...part.erased)
      pruned = part.pruned ?? pruned
      unread += part.unread.periods
      bar.step(Math.ceil((part.until - from) / DAY))
    }
  } finally {
    bar.stop()
  }
  return { records, erased, pruned, unread }
}

const PERIODS =
  'query auditPeriods($from: Time!, $to: Time!) { auditPeriods(from: $from, to: $to) { id country from to wrapped } }'
/** The server gives the keys of at most 31 days at once. */
const WINDOW = 31 * DAY

async function keysOf(shell: Shell, keys: PrivateKey[], { from, to }: Span): Promise<PeriodKeys[]> {
  const opened = new Map<number, PeriodKeys>()
  for (let start = from; start < to; start += WINDOW) {
    const end = Math.min(start + WINDOW, to)
    const times = { from: new Date(start).toISOString(), to: new Date(end).toISOString() }
    const { auditPeriods } = await shell.ask<{ auditPeriods: AuditPeriod[] }>(PERIODS, times)
    for (const period of await openPeriods(auditPeriods, keys)) opened.set(period.id, period)
  }
  return [...opened.values()]
}

type Shown = DeskRecords & { periods: readonly PeriodKeys[] }

async function hiddenFrom(
  shell: Shell,
  { office, span, promised, logs }: DeskSide,
  { records, erased, periods }: Shown,
): Promise<Finding[]> {
  const { assignments } = await shell.directory()
  const assigned = [...assignments.values()].filter((one) => one.office === office).map((one) => one.person)
  const persons = new Set([...assigned, ...promised.map(({ person }) => person)])
  const shown = [...records, ...erased].map(({ leaf }) => leaf)
  const known = [...shown, ...promised.map(({ bytes }) => bytes)]
  const options = { periods, persons, known, ...span }
  const bar = progress(shell, say(shell.language, 'cli.readingLog'), 0)
  const findings: Finding[] = []
  try {
    for (const log of logs!) findings.push(...(await hiddenLeaves(log, options, bar.step)))
  } finally {
    bar.stop()
  }
  return findings
}
