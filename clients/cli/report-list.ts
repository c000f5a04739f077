import { date, moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import { type Command, text } from './command.ts'
import { AS_OF, more, PAGE, pageOf } from './page.ts'
import { table } from './table.ts'

type Report = {
  id: string
  office: string
  reference: string | null
  purpose: string
  recorded: string
  reviewDue: string
  status: string
}
type Page = { totalCount: number; hasNextPage: boolean; endCursor: string | null; nodes: Report[] }

const QUERY = `query reportList($office: String, $reference: String, $first: Int, $after: String, $asOf: Time) {
  reports(office: $office, reference: $reference, first: $first, after: $after, asOf: $asOf) {
    totalCount hasNextPage endCursor nodes { id office reference purpose recorded reviewDue status } } }`

export const reportList: Command = {
  name: 'report list',
  about: 'cli.aboutReportList',
  options: [
    { flags: '--by <office>', about: 'cli.optBy' },
    { flags: '--reference <reference>', about: 'cli.optReference' },
    ...PAGE,
    AS_OF,
  ],
  examples: [{ line: 'report list --by ne-dst --first 50', about: 'cli.tryReportList' }],
  async run(shell, _, options) {
    const { reports } = await shell.ask<{ reports: Page }>(QUERY, {
      office: text(options, 'by') ?? null,
      reference: text(options, 'reference') ?? null,
      ...pageOf(shell, options),
    })
    const { language } = shell
    shell.show(reports, () => {
      shell.line(say(language, 'cli.reports', { count: reports.totalCount }))
      const head = [
        ...['recordedAt', 'office'].map((name) => fieldName(language, name)),
        say(language, 'cli.headReference'),
        ...['status', 'reviewDue', 'report'].map((name) => fieldName(language, name)),
      ]
      const rows = reports.nodes.map((one) => [
        moment(language, new Date(one.recorded)),
        one.office,
        one.reference,
        coded(language, 'ReportStatus', one.status),
        date(language, one.reviewDue),
        one.id,
      ])
      table(shell, head, rows)
      more(shell, reports)
    })
  },
}
