import { join, resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { openDeeds } from '../core/desk/deeds.ts'
import { type Figures, openTally, type Tally } from '../core/desk/figures.ts'
import { HISTORY_DAYS, openVolumes } from '../core/desk/volumes.ts'
import type { PruningRecord } from '../core/erased.ts'
import { writeWhole } from '../core/write-whole.ts'
import { auditorKeys, DAY, readLog, type Span } from './audit-read.ts'
import { reportCsv } from './audit-report-csv.ts'
import { reportText } from './audit-report-text.ts'
import { type Command, type Options, text } from './command.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

/** `unread` is told of the whole state: whose a record is that nobody here opens, nobody here can tell. */
export type OfficeReport = Omit<Figures, 'recipients'> & {
  made: string
  isOver: boolean
  unread: { records: number; periods: number; periodsBefore: number }
  /** Of these too, whose they were nobody can tell. */
  erased: number
  /** Up to where details are gone after their time, the days before the month among them. */
  pruned: PruningRecord | null
  recipients: { office: string; country: string; count: number }[]
  /** How many of the disclosures went to an office of another state. */
  transfers: number
}

export const auditReport: Command = {
  name: 'audit report',
  about: 'cli.aboutAuditReport',
  // Here an office is what is reported on.
  without: ['office'],
  options: [
    { flags: '--month <month>', about: 'cli.optAuditMonth' },
    { flags: '--office <code>', about: 'cli.optAuditReportOffice' },
    { flags: '--out <folder>', about: 'cli.optAuditReportOut' },
  ],
  examples: [
    { line: 'audit report --month 2026-10 --out october', about: 'cli.tryAuditReport' },
    { line: 'audit report --month 2026-10 --office ne-dst', about: 'cli.tryAuditReportOffice' },
  ],
  async run(shell, _, options) {
    const { month, span } = monthIn(shell, options)
    const office = text(options, 'office')
    const now = Math.floor((await shell.link()).now())
    const { tally, unread, erased, pruned } = await counted(shell, { month, span, office })
    const offices = office === undefined ? tally.offices() : [office]
    const made = { made: new Date(now).toISOString(), isOver: now >= span.to, unread, erased, pruned }
    const reports = await Promise.all(
      offices.map(async (code) => ({ ...made, ...(await withCountries(shell, tally.figures(code))) })),
    )
    const out = text(options, 'out')
    if (out !== undefined) await keep(shell, resolve(shell.terminal.cwd, out), reports)
    shell.show(reports, () => {
      if (out === undefined) for (const one of reports) shell.line(reportText(shell.language, one))
      if (reports.length === 0) shell.line(say(shell.language, 'cli.nothing'))
    })
  },
}

export function monthIn(shell: Shell, options: Options): { month: string; span: Span } {
  const month = text(options, 'month') ?? ''
  const [, year, number] = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(month) ?? []
  if (!year) throw new Usage(say(shell.language, 'cli.badMonth', { option: '--month' }))
  const at = (offset: number) => Date.UTC(Number(year), Number(number) - 1 + offset)
  return { month, span: { from: at(0), to: at(1) } }
}

type Counted = { tally: Tally } & Pick<OfficeReport, 'unread' | 'erased' | 'pruned'>

/** Reads the month and the days before it: those are only told what was usual. */
async function counted(
  shell: Shell,
  { month, span, office }: { month: string; span: Span; office: string | undefined },
): Promise<Counted> {
  const keys = await auditorKeys(shell)
  const volumes = openVolumes()
  const tally = openTally(month, volumes)
  const unread = { records: 0, periods: 0, periodsBefore: 0 }
  let erased = 0
  let pruned: PruningRecord | null = null
  const start = span.from - HISTORY_DAYS * DAY
  const bar = progress(shell, say(shell.language, 'cli.searching'), Math.ceil((span.to - start) / DAY))
  const wanted = office === undefined ? {} : { office }
  try {
    for (const part of [{ from: start, to: span.from }, span]) {
      const isMonth = part === span
      const deeds = openDeeds()
      for await (const read of readLog(shell, keys, { wanted, span: part, countUnread: isMonth })) {
        for (const record of read.records) {
          const deed = deeds.take(record)
          if (deed) volumes.add(deed)
          if (deed && isMonth) tally.add(deed)
        }
        pruned = read.pruned ?? pruned
        for (const { asked } of read.erased) deeds.erased(asked)
        if (isMonth) erased += read.erased.length
        if (isMonth) unread.records += read.unread.records
        unread[isMonth ? 'periods' : 'periodsBefore'] += read.unread.periods
        bar.step(Math.ceil((read.until - start) / DAY))
      }
      for (const deed of isMonth ? deeds.unanswered() : []) tally.add(deed)
    }
  } finally {
    bar.stop()
  }
  return { tally, unread, erased, pruned }
}

/** To which state each recipient belongs, by the directory as it was checked here; empty where it names none. */
async function withCountries(shell: Shell, figures: Figures) {
  const { caller } = await shell.link()
  const { offices } = await shell.directory()
  const recipients = figures.recipients.map(({ office, count }) => ({
    ...{ office, count },
    country: offices.get(office)?.body.country ?? '',
  }))
  const abroad = recipients.filter(({ country }) => country !== '' && country !== caller.country)
  return { ...figures, recipients, transfers: abroad.reduce((sum, { count }) => sum + count, 0) }
}

/** The file of records that name no office: no code begins with a hyphen. */
const NO_OFFICE = '-none'

async function keep(shell: Shell, folder: string, reports: OfficeReport[]): Promise<void> {
  for (const report of reports) {
    const name = report.office === '' ? NO_OFFICE : report.office
    // A record is a client's and a server's word: what is no code names no file.
    if (report.office !== '' && !/^[a-z0-9-]{1,64}$/.test(name))
      throw new Fault('SEAL', 'expected a code of an office in a record, got another text')
    const file = join(folder, `${name}-${report.month}`)
    await writeWhole(`${file}.md`, reportText(shell.language, report))
    await writeWhole(`${file}.csv`, reportCsv(report))
    shell.note(say(shell.language, 'cli.saved', { file: `${file}.md` }))
    shell.note(say(shell.language, 'cli.saved', { file: `${file}.csv` }))
  }
}
