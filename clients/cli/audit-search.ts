import type { RecordDetail, TokenField } from '../../schema/wire/audit.ts'
import { moment, say } from '../../schema/words/index.ts'
import type { ReadRecord } from '../core/audit.ts'
import { auditorKeys, DAY, readLog, type Wanted } from './audit-read.ts'
import { coded, fieldName } from './claims.ts'
import { type Command, type Options, text } from './command.ts'
import { timeOf } from './page.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

/** `unread` counts periods that were wrapped to other auditors: one who took office last month reads on from there. */
type Found = { records: ReadRecord[]; unread: number }

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
    { flags: '--entity <id>', about: 'cli.optAuditEntity' },
    { flags: '--outcome <code>', about: 'cli.optAuditOutcome' },
    { flags: '--operation <name>', about: 'cli.optAuditOperation' },
    { flags: '--from <time>', about: 'cli.optAuditFrom' },
    { flags: '--to <time>', about: 'cli.optAuditTo' },
  ],
  examples: [
    { line: 'audit search --office-consulting ne-dst --from 2016-08-01', about: 'cli.tryAuditOffice' },
    { line: 'audit search --person it-sco.paola --outcome NOT_ALLOWED --json', about: 'cli.tryAuditPerson' },
  ],
  async run(shell, _, options) {
    const wanted = wantedIn(options)
    const { from, to } = await periodIn(shell, options)
    const keys = await auditorKeys(shell)
    const found: Found = { records: [], unread: 0 }
    const bar = progress(shell, say(shell.language, 'cli.searching'), Math.ceil((to - from) / DAY))
    try {
      for await (const { records, unread, until } of readLog(shell, keys, { wanted, span: { from, to } })) {
        found.records.push(...records)
        found.unread += unread.periods
        bar.step(Math.ceil((until - from) / DAY))
      }
    } finally {
      bar.stop()
    }
    const rows = rowsOf(found.records)
    if (found.unread > 0) shell.note(say(shell.language, 'cli.unreadPeriods', { count: found.unread }))
    shell.show(rows, () => showRows(shell, rows))
  },
}

function wantedIn(options: Options): Wanted {
  const fields: [TokenField, string | undefined][] = [
    ['person', text(options, 'person')],
    ['office', text(options, 'officeConsulting') ?? text(options, 'office')],
    ['case', text(options, 'forCase')],
    ['entity', text(options, 'entity')],
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
  /** What was sent was sealed in the older profile, although all who may open it read the newer. */
  downgraded: boolean
}

/** One row for each question: its answer, its interruption or, where there is neither yet, that it was asked. */
export function rowsOf(records: ReadRecord[]): AuditRow[] {
  const callers = new Map<number, Extract<RecordDetail, { kind: 'ASKED' }>>()
  const closed = new Set<number>()
  for (const { index, detail } of records)
    if (detail.kind === 'ASKED') callers.set(index, detail)
    else closed.add(detail.asked)
  return records.flatMap(({ index, detail }) => {
    if (detail.kind === 'ASKED') return closed.has(index) ? [] : [rowOf(index, detail, detail.caller, null)]
    const caller = detail.kind === 'ANSWERED' ? detail.caller : callers.get(detail.asked)?.caller
    return [rowOf(index, detail, caller, detail.detail)]
  })
}

type Answered = Extract<RecordDetail, { kind: 'ANSWERED' }>

function rowOf(
  index: number,
  { at }: RecordDetail,
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
    downgraded: detail?.downgraded ?? false,
  }
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
      row.operation,
      shownCell(shell, row.shown),
      row.downgraded ? `${row.outcome}\n${say(language, 'cli.downgraded')}` : row.outcome,
    ]),
  )
}

function shownCell(shell: Shell, shown: string[]): string {
  if (shown.length <= MOST_SHOWN) return shown.join('\n')
  const rest = say(shell.language, 'cli.andMore', { count: shown.length - MOST_SHOWN })
  return [...shown.slice(0, MOST_SHOWN), rest].join('\n')
}
