import type { RecordDetail, TokenField } from '../../schema/wire/audit.ts'
import { isExport, kindsOf } from '../../schema/wire/audit-kinds.ts'
import type { AuditOperation, EraseReason, Language } from '../../schema/wire/codes.ts'
import { moment, number, say } from '../../schema/words/index.ts'
import type { ReadRecord } from '../core/audit.ts'
import { openDeeds } from '../core/desk/deeds.ts'
import { openTally, type Repeated } from '../core/desk/figures.ts'
import { openVolumes } from '../core/desk/volumes.ts'
import type { ErasedRead, PruningRecord } from '../core/erased.ts'
import { auditedEntity } from './audit-names.ts'
import { auditorKeys, DAY, readLog, type Wanted } from './audit-read.ts'
import { coded, fieldName } from './claims.ts'
import { type Command, type Options, text } from './command.ts'
import { timeOf } from './page.ts'
import { progress } from './progress.ts'
import { prunedText } from './pruned.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

/** `unread` counts periods that were wrapped to other auditors: one who took office last month reads on from there. */
type Found = { records: ReadRecord[]; erased: ErasedRead[]; pruned: PruningRecord | null; unread: number }

export const auditSearch: Command = {
  name: 'audit search',
  about: 'cli.aboutAuditSearch',
  // Here an office and a case are what is searched for.
  without: ['office', 'case'],
  options: [
    { flags: '--person <person>', about: 'cli.optAuditPerson' },
    { flags: '--office-consulting <code>', about: 'cli.optAuditOffice' },
    { flags: '--office <code>', about: 'cli.optAuditOffice' },
    { flags: '--for-case <reference>', about: 'cli.optAuditCase' },
    { flags: '--entity <name-or-id>', about: 'cli.optAuditEntity' },
    { flags: '--outcome <code>', about: 'cli.optAuditOutcome' },
    { flags: '--operation <name>', about: 'cli.optAuditOperation' },
    { flags: '--refused', about: 'cli.optAuditRefused' },
    { flags: '--exports', about: 'cli.optAuditExports' },
    { flags: '--repeated', about: 'cli.optAuditRepeated' },
    { flags: '--from <time>', about: 'cli.optAuditFrom' },
    { flags: '--to <time>', about: 'cli.optAuditTo' },
  ],
  examples: [
    { line: 'audit search --office-consulting ne-dst --from 2016-08-01', about: 'cli.tryAuditOffice' },
    { line: 'audit search --person it-sco.paola --outcome NOT_ALLOWED --json', about: 'cli.tryAuditPerson' },
    { line: 'audit search --entity Agadez-transport-2 --from 2016-08-01', about: 'cli.tryAuditEntity' },
    { line: 'audit search --office ne-dst --repeated', about: 'cli.tryAuditRepeated' },
  ],
  async run(shell, _, options) {
    const { from, to } = await periodIn(shell, options)
    const keys = await auditorKeys(shell)
    const named = text(options, 'entity')
    const entity = named && (await auditedEntity(shell, keys, named, { from, to }))
    const wanted = { ...wantedIn(options), ...(entity && { entity }) }
    const found: Found = { records: [], erased: [], pruned: null, unread: 0 }
    const bar = progress(shell, say(shell.language, 'cli.searching'), Math.ceil((to - from) / DAY))
    try {
      for await (const part of readLog(shell, keys, { wanted, span: { from, to } })) {
        const { records, erased, pruned, unread, until } = part
        found.pruned = pruned ?? found.pruned
        found.records.push(...records)
        found.erased.push(...erased)
        found.unread += unread.periods
        bar.step(Math.ceil((until - from) / DAY))
      }
    } finally {
      bar.stop()
    }
    if (found.unread > 0) shell.note(say(shell.language, 'cli.unreadPeriods', { count: found.unread }))
    if (found.pruned) shell.note(prunedText(shell.language, found.pruned))
    if (found.erased.length > 0)
      shell.note(say(shell.language, 'cli.erasedFound', { count: found.erased.length }))
    if (options.repeated === true) return showReasons(shell, repeatedIn(found.records))
    const rows = rowsOf(found.records, found.erased).filter(
      (row) =>
        (options.refused !== true || row.outcome !== 'OK') && (options.exports !== true || row.isExport),
    )
    shell.show(rows, () => showRows(shell, rows))
  },
}

function wantedIn(options: Options): Wanted {
  const fields: [TokenField, string | undefined][] = [
    ['person', text(options, 'person')],
    ['office', text(options, 'officeConsulting') ?? text(options, 'office')],
    ['case', text(options, 'forCase')],
    ['outcome', text(options, 'outcome')],
    ['operation', text(options, 'operation')],
  ]
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}

async function periodIn(shell: Shell, options: Options): Promise<{ from: number; to: number }> {
  const { now } = await shell.link()
  const [first, last] = [text(options, 'from'), text(options, 'to')]
  // A minute beyond now: the last records are seconds old.
  const to = last ? Date.parse(timeOf(shell, last, '--to', 'T23:59:59.999Z')) : Math.ceil(now()) + 60_000
  const from = first ? Date.parse(timeOf(shell, first, '--from')) : to - 7 * DAY
  if (from < to) return { from, to }
  throw new Usage(say(shell.language, 'cli.badTime', { option: '--to' }))
}

export type AuditRow = {
  index: number
  at: string
  person: string
  office: string
  purpose: string
  justification: string
  case: string
  operation: string
  shown: string[]
  outcome: string
  /** Of Directive (EU) 2016/680, Art. 25. */
  kinds: AuditOperation[]
  isExport: boolean
  /** Other offices that were let see something. */
  disclosedTo: string[]
  /** What was sent was sealed in the older profile, although all who may open it read the newer. */
  downgraded: boolean
  /** Where the detail was erased: the index of the record that tells of it, and why. */
  erased: { by: number; reason: EraseReason } | null
}

/**
 * One row for each question: its answer, its interruption or, where there is neither yet, that it was asked. And one for each
 * record that was erased, also where the question of its answer still stands.
 */
export function rowsOf(records: ReadRecord[], erased: ErasedRead[] = []): AuditRow[] {
  const callers = new Map<number, Asked>()
  const closed = new Set<number>()
  for (const { index, detail } of records)
    if (detail.kind === 'ASKED') callers.set(index, detail)
    else closed.add(detail.asked)
  for (const { index, asked } of erased) if (index !== asked) closed.add(asked)
  const read = records.flatMap(({ index, detail }) => {
    if (detail.kind === 'ASKED') return closed.has(index) ? [] : [rowOf(index, detail, detail.caller, null)]
    const caller = detail.kind === 'ANSWERED' ? detail.caller : callers.get(detail.asked)?.caller
    return [rowOf(index, detail, caller, detail.detail)]
  })
  return [...read, ...erased.map((one) => erasedRow(one, callers.get(one.asked)))].sort(
    (left, right) => left.index - right.index,
  )
}

/** Who asked is known where the question still stands. */
function erasedRow({ index, at, by }: ErasedRead, asked: Asked | undefined): AuditRow {
  const { reason } = by.erasure
  return { ...rowOf(index, { at }, asked?.caller, null), outcome: 'ERASED', erased: { by: by.index, reason } }
}

type Asked = Extract<RecordDetail, { kind: 'ASKED' }>

type Answered = Extract<RecordDetail, { kind: 'ANSWERED' }>

function rowOf(
  index: number,
  { at }: Pick<RecordDetail, 'at'>,
  caller: Answered['caller'] | undefined,
  detail: Answered['detail'] | null,
): AuditRow {
  return {
    index,
    at: new Date(at).toISOString(),
    person: caller?.person ?? '',
    office: caller?.office ?? '',
    purpose: detail?.purpose ?? '',
    justification: detail?.justification ?? '',
    case: detail?.case ?? '',
    operation: detail?.operation ?? '',
    shown: detail?.shown ?? [],
    outcome: detail?.outcome ?? 'ASKED',
    kinds: detail ? kindsOf(detail) : [],
    isExport: detail ? isExport(detail) : false,
    disclosedTo: detail?.disclosedTo ?? [],
    downgraded: detail?.downgraded ?? false,
    erased: null,
  }
}

/** Whatever was found, counted as one office. */
function repeatedIn(records: ReadRecord[]): Repeated[] {
  const deeds = openDeeds()
  const tally = openTally('', openVolumes())
  for (const record of records) {
    const deed = deeds.take(record)
    if (deed) tally.add({ ...deed, office: '' })
  }
  return tally.figures('').justifications
}

function showReasons(shell: Shell, reasons: Repeated[]): void {
  const { language } = shell
  shell.show(reasons, () => {
    const head = ['cli.headReasonText', 'cli.headSessions', 'cli.headDays', 'cli.headRequests'] as const
    table(
      shell,
      [...head.map((key) => say(language, key)), fieldName(language, 'person')],
      reasons.map(({ text: said, sessions, days, times, persons }) => [
        said,
        ...[sessions, days, times].map((count) => number(language, count)),
        persons.join('\n'),
      ]),
    )
    if (reasons.length > 0) shell.line(say(language, 'cli.reportReasonsNote'))
  })
}

/** So many ids are listed in a cell; `--json` has them all. */
const MOST_SHOWN = 4

function showRows(shell: Shell, rows: AuditRow[]): void {
  const { language } = shell
  shell.line(say(language, 'cli.records', { count: rows.length }))
  const head = [
    ...['time', 'person', 'purpose'].map((name) => fieldName(language, name)),
    say(language, 'cli.headOperation'),
    say(language, 'cli.headShown'),
    fieldName(language, 'outcome'),
  ]
  table(
    shell,
    head,
    rows.map((row) => [
      moment(language, new Date(row.at)),
      `${row.person}\n${row.office}`,
      [row.purpose && coded(language, 'Purpose', row.purpose), row.justification, row.case]
        .filter(Boolean)
        .join('\n'),
      [row.operation, ...row.kinds.map((kind) => coded(language, 'AuditOperation', kind))].join('\n'),
      shownCell(shell, row.shown),
      outcomeCell(language, row),
    ]),
  )
}

function outcomeCell(language: Language, { outcome, downgraded, erased }: AuditRow): string {
  if (erased)
    return say(language, 'cli.outcomeErased', {
      ...{ reason: coded(language, 'EraseReason', erased.reason), by: String(erased.by) },
    })
  return downgraded ? `${outcome}\n${say(language, 'cli.downgraded')}` : outcome
}

function shownCell(shell: Shell, shown: string[]): string {
  if (shown.length <= MOST_SHOWN) return shown.join('\n')
  const rest = say(shell.language, 'cli.andMore', { count: shown.length - MOST_SHOWN })
  return [...shown.slice(0, MOST_SHOWN), rest].join('\n')
}
