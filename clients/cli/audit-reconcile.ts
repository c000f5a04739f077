import { resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { moment, plain, say } from '../../schema/words/index.ts'
import { type Finding, type LogMatch, matchLogs, type Promised } from '../core/reconcile.ts'
import { promisedBy, readReceipts } from '../gateway/kept-receipts.ts'
import { KEPT_DAYS } from '../gateway/let-go-receipts.ts'
import { RECEIPTS } from '../gateway/road.ts'
import type { Span } from './audit-read.ts'
import { type DeskResult, reconcileDesk } from './audit-reconcile-desk.ts'
import { type OpenLog, openLog } from './audit-reconcile-log.ts'
import { bySignature, letGo, type Signatures, tellSignatures } from './audit-reconcile-receipts.ts'
import { fieldName } from './claims.ts'
import { type Command, type Options, text } from './command.ts'
import { expectQuorum, type Signed, TRUST, tellSigned, trustIn } from './log-trust.ts'
import { timeOf } from './page.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

export const auditReconcile: Command = {
  name: 'audit reconcile',
  about: 'cli.aboutAuditReconcile',
  // Here an office is the one whose receipts they are.
  without: ['office', 'case'],
  options: [
    { flags: '--receipts <folder>', about: 'cli.optReceipts', many: true },
    { flags: '--log <where>', about: 'cli.optReconcileLog', many: true },
    ...TRUST,
    { flags: '--office <code>', about: 'cli.optReconcileOffice' },
    { flags: '--from <time>', about: 'cli.optReconcileFrom' },
    { flags: '--to <time>', about: 'cli.optReconcileTo' },
  ],
  examples: [
    {
      line: 'audit reconcile --log https://log.example/2026h2 --policy quorum',
      about: 'cli.tryAuditReconcileLog',
    },
    {
      line: 'audit reconcile --office ne-dst --receipts desk1 --receipts desk2 --log copy/2026h2 --key sahel.keys',
      about: 'cli.tryAuditReconcile',
    },
  ],
  async run(shell, _, options) {
    const office = text(options, 'office')
    const where = [options.log ?? []].flat().map(String)
    if (office === undefined && where.length === 0)
      throw new Usage(say(shell.language, 'cli.needLogOrOffice'))
    const policy = where.length === 0 ? null : await trustIn(shell, options)
    const span = office === undefined ? spanIn(shell, options) : await minutesIn(shell, options)
    const kept = await readReceipts(await receiptFolders(shell, options))
    const ofOffice = kept.receipts.filter((one) => office === undefined || one.office === office)
    const { believed, signatures, findings: unsigned } = await bySignature(shell, ofOffice)
    const promised = promisedBy(believed)
    // After the receipts: what they promise is then below its checkpoint, or a minute old at most.
    const logs = policy && (await Promise.all(where.map((one) => openLog(shell, one, policy))))
    const proven = new Set<string>()
    const inLog = logs && (await againstLogs(shell, promised.filter(isIn(span)), logs, proven))
    const desk = office === undefined ? null : await reconcileDesk(shell, { office, span, promised, logs })
    const findings = [...unsigned, ...(inLog?.findings ?? []), ...(desk?.findings ?? [])]
    const isOwn = options.receipts === undefined && signatures !== null
    const gone = isOwn && isWitnessed(logs) ? await letGo(shell, kept, proven) : []
    const { receipts, torn } = kept
    tell(shell, { receipts: receipts.length, torn, signatures, letGo: gone, log: inLog, desk, findings })
  },
}

/** Where receipts are read: `--receipts`, or the home's own. */
export async function receiptFolders(shell: Shell, options: Options): Promise<string[]> {
  const named = [options.receipts ?? []].flat().map((folder) => resolve(shell.terminal.cwd, String(folder)))
  return named.length > 0 ? named : [(await shell.home()).path(RECEIPTS)]
}

export const within = ({ from, to }: Span, at: number): boolean => at >= from && at < to
const isIn =
  (span: Span) =>
  ({ minute }: Promised) =>
    within(span, minute * MINUTE)

const MINUTE = 60_000
const WEEK = 7 * 86_400_000
const wholeMinute = (time: number) => Math.floor(time / MINUTE) * MINUTE

/** From when to when by `--from` and `--to`; for ever where they do not say. */
export function spanIn(shell: Shell, options: Options): Span {
  const [first, last] = [text(options, 'from'), text(options, 'to')]
  const from = first ? Date.parse(timeOf(shell, first, '--from')) : Number.NEGATIVE_INFINITY
  const to = last ? Date.parse(timeOf(shell, last, '--to', 'T23:59:59.999Z')) : Number.POSITIVE_INFINITY
  if (from < to) return { from, to }
  throw new Usage(say(shell.language, 'cli.badTime', { option: '--to' }))
}

/**
 * The same in whole minutes, for leaves tell no more, and never to now: what is under way has a record, and no receipt
 * yet.
 */
async function minutesIn(shell: Shell, options: Options): Promise<Span> {
  const span = spanIn(shell, options)
  const latest = wholeMinute((await shell.link()).now()) - 2 * MINUTE
  const to = Math.min(Math.ceil(span.to / MINUTE) * MINUTE, latest)
  const from = Number.isFinite(span.from) ? wholeMinute(span.from) : to - WEEK
  if (from < to) return { from, to }
  throw new Usage(say(shell.language, 'cli.badTime', { option: '--from' }))
}

/** Against a log that lacks its quorum nothing is settled. */
const isWitnessed = (logs: readonly OpenLog[] | null): boolean =>
  logs?.every(({ signed }) => signed.quorum !== null) ?? false

type InLog = LogMatch & { leaves: number; logs: Signed[] }

async function againstLogs(
  shell: Shell,
  promised: readonly Promised[],
  logs: readonly OpenLog[],
  proven: Set<string>,
): Promise<InLog> {
  const bar = progress(shell, say(shell.language, 'cli.readingLog'), 0)
  const now = shell.terminal.clock()
  const found = ({ bytes }: Promised) => void proven.add(bytes.toString('latin1'))
  const match = await matchLogs(promised, logs, now, bar.step, found).finally(() => bar.stop())
  return { leaves: promised.length, logs: logs.map(({ signed }) => signed), ...match }
}

type Result = {
  receipts: number
  torn: string[]
  signatures: Signatures | null
  /** Files of days that were let go. */
  letGo: string[]
  log: InLog | null
  desk: DeskResult | null
  findings: Finding[]
}

/** @throws Fault RECEIPT_MISMATCH where anything does not match; LOG where the checkpoint lacks its quorum */
function tell(shell: Shell, result: Result): void {
  const { receipts, torn, signatures, letGo, log, desk, findings } = result
  const { language } = shell
  const unread = desk?.unread ?? 0
  const data = {
    receipts,
    torn,
    signatures,
    letGo,
    log: log && { ...log, findings: undefined },
    desk: desk && { ...desk, ...isoOf(desk), findings: undefined },
    findings: findings.map((one) => ({
      ...one,
      at: one.at === null ? null : new Date(one.at).toISOString(),
    })),
  }
  shell.show(data, () => {
    shell.line(say(language, 'cli.receiptsRead', { count: receipts }))
    if (torn.length > 0) shell.line(say(language, 'cli.receiptsTorn', { count: torn.length }))
    for (const where of torn) shell.line(`  ${plain(where)}`)
    tellSignatures(shell, signatures)
    if (letGo.length > 0)
      shell.line(say(language, 'cli.receiptsLetGo', { count: letGo.length, days: KEPT_DAYS }))
    if (log) tellLog(shell, log)
    if (desk) tellDesk(shell, desk)
    if (findings.length > 0) tellFindings(shell, findings)
    else if (unread + (log?.elsewhere ?? 0) === 0) shell.line(say(language, 'cli.reconciled'))
  })
  for (const signed of log?.logs ?? []) expectQuorum(signed)
  const elsewhere = log?.elsewhere ?? 0
  if (findings.length + unread + elsewhere === 0) return
  throw new Fault(
    'RECEIPT_MISMATCH',
    `expected a record for each receipt and a receipt for each record, got ${findings.length} that do not match, ${unread} hours unread and ${elsewhere} leaves without their log`,
  )
}

const isoOf = ({ from, to }: Span) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
})

function tellLog(shell: Shell, { logs, leaves, matched, pending, elsewhere }: InLog): void {
  const { language } = shell
  shell.line(say(language, 'cli.leavesMatched', { count: leaves, matched }))
  if (pending > 0) shell.line(say(language, 'cli.leavesPending', { count: pending }))
  if (elsewhere > 0) shell.line(say(language, 'cli.leavesElsewhere', { count: elsewhere }))
  for (const signed of logs) {
    const { origin, size } = signed
    shell.line(say(language, 'cli.reconciledLog', { count: size, origin }))
    tellSigned(shell, signed)
  }
}

function tellDesk(
  shell: Shell,
  { office, records, matched, interrupted, unheard, erased, pruned, unread }: DeskResult,
) {
  const { language } = shell
  shell.line(say(language, 'cli.recordsMatched', { count: records, matched, office }))
  if (interrupted > 0) shell.line(say(language, 'cli.recordsInterrupted', { count: interrupted }))
  if (unheard > 0) shell.line(say(language, 'cli.recordsUnheard', { count: unheard }))
  if (erased > 0) shell.line(say(language, 'cli.recordsErased', { count: erased }))
  if (pruned > 0) shell.line(say(language, 'cli.recordsPruned', { count: pruned }))
  if (unread > 0) shell.line(say(language, 'cli.unreadPeriods', { count: unread }))
}

function tellFindings(shell: Shell, findings: readonly Finding[]): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headEntry'),
    ...['time', 'person'].map((name) => fieldName(language, name)),
    say(language, 'cli.headOperation'),
    say(language, 'cli.headFinding'),
  ]
  const rows = findings.map(({ index, at, person, operation, kind, finding }) => [
    index,
    at === null ? '' : moment(language, new Date(at)),
    person,
    operation ?? kind,
    say(language, `cli.finding${finding}`),
  ])
  table(shell, head, rows)
}
