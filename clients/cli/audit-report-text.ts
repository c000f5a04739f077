import type { Language } from '../../schema/wire/codes.ts'
import { CODES, type CodeList, type CodeOf } from '../../schema/wire/codes.ts'
import { country, date, label, list, moment, number, say } from '../../schema/words/index.ts'
import { HISTORY_DAYS, LEAST_DAYS, type Lead } from '../core/desk/volumes.ts'
import type { OfficeReport } from './audit-report.ts'
import { fieldName } from './claims.ts'
import { cell, markdownTable } from './markdown.ts'
import { prunedText } from './pruned.ts'

/** A month of an office as a text for people, in Markdown. It says what to look at, and judges nobody. */
export function reportText(language: Language, report: OfficeReport): string {
  const { office, month } = report
  const sections = [kinds, persons, refusals, exports, recipients, entities, justifications, volumes]
  return [
    `# ${say(language, 'cli.reportOf', { office: office || say(language, 'cli.reportNoOffice'), month })}`,
    say(language, 'cli.reportLaw', { time: moment(language, new Date(report.made)) }),
    ...basis(language, report),
    ...(report.requests > 0 ? sections.flatMap((section) => section(language, report)) : []),
    '',
  ].join('\n\n')
}

type Section = (language: Language, report: OfficeReport) => string[]

/** How many records, which, and how many could not be opened: never silently fewer. */
const basis: Section = (language, { records, unread, erased, pruned, isOver }) => [
  records
    ? say(language, 'cli.reportBasis', {
        count: records.count,
        first: String(records.first),
        last: String(records.last),
      })
    : say(language, 'cli.reportEmpty'),
  unread.records > 0
    ? `**${say(language, 'cli.reportUnread', { count: unread.records })}**`
    : say(language, 'cli.reportAllRead'),
  ...(pruned ? [`**${prunedText(language, pruned)}**`] : []),
  ...(erased > 0 ? [`**${say(language, 'cli.reportErasedRecords', { count: erased })}**`] : []),
  ...(isOver ? [] : [`**${say(language, 'cli.reportNotOver')}**`]),
]

const kinds: Section = (language, report) => {
  const purposes = [...new Set(report.kinds.flatMap((row) => Object.keys(row.purposes)))].sort()
  return section(
    say(language, 'cli.reportKinds'),
    [
      fieldName(language, 'kind'),
      say(language, 'cli.headCount'),
      ...purposes.map((purpose) =>
        purpose === '' ? say(language, 'cli.reportNoPurpose') : worded(language, 'Purpose', purpose),
      ),
    ],
    report.kinds.map((row) => [
      row.kind === 'OTHER' ? say(language, 'cli.reportOther') : worded(language, 'AuditOperation', row.kind),
      number(language, row.count),
      ...purposes.map((purpose) => number(language, row.purposes[purpose] ?? 0)),
    ]),
    say(language, 'cli.reportKindsNote'),
  )
}

const persons: Section = (language, report) =>
  section(
    say(language, 'cli.reportPersons'),
    [
      fieldName(language, 'person'),
      say(language, 'cli.headRequests'),
      worded(language, 'AuditOperation', 'CONSULTATION'),
      say(language, 'cli.headShown'),
      say(language, 'cli.headRefused'),
      say(language, 'cli.reportExports'),
    ],
    report.persons.map((row) => [
      row.person,
      ...[row.requests, row.kinds.CONSULTATION ?? 0, row.entities, row.refused, row.exports].map((count) =>
        number(language, count),
      ),
    ]),
  )

const refusals: Section = (language, report) =>
  section(
    say(language, 'cli.reportRefusals'),
    [fieldName(language, 'outcome'), say(language, 'cli.headCount'), fieldName(language, 'person')],
    report.refusals.map(({ outcome, count, persons: who }) => [
      outcome,
      number(language, count),
      list(language, who),
    ]),
  )

const exports: Section = (language, report) =>
  section(
    say(language, 'cli.reportExports'),
    [say(language, 'cli.headOperation'), fieldName(language, 'person'), say(language, 'cli.headCount')],
    report.exports.map(({ operation, person, count }) => [operation, person, number(language, count)]),
    say(language, 'cli.reportExportsNote'),
  )

const recipients: Section = (language, report) =>
  section(
    say(language, 'cli.reportRecipients'),
    [say(language, 'cli.headOffice'), fieldName(language, 'country'), say(language, 'cli.headCount')],
    report.recipients.map((one) => [
      one.office,
      one.country === '' ? '' : country(language, one.country),
      number(language, one.count),
    ]),
    say(language, 'cli.reportTransfers', { count: report.transfers }),
  )

const entities: Section = (language, report) =>
  section(
    say(language, 'cli.reportEntities', { shown: report.entities.length, count: report.entitiesInAll }),
    [fieldName(language, 'id'), say(language, 'cli.headCount'), fieldName(language, 'person')],
    report.entities.map(({ id, count, persons: who }) => [id, number(language, count), list(language, who)]),
  )

const justifications: Section = (language, report) =>
  section(
    say(language, 'cli.reportReasons'),
    [
      say(language, 'cli.headReasonText'),
      say(language, 'cli.headSessions'),
      say(language, 'cli.headDays'),
      say(language, 'cli.headRequests'),
      fieldName(language, 'person'),
    ],
    report.justifications.map((one) => [
      one.text,
      ...[one.sessions, one.days, one.times].map((count) => number(language, count)),
      list(language, one.persons),
    ]),
    say(language, 'cli.reportReasonsNote'),
  )

const volumes: Section = (language, { volumes: { leads, unmeasured }, unread }) => [
  ...section(
    say(language, 'cli.reportVolumes'),
    [
      say(language, 'cli.headDay'),
      fieldName(language, 'person'),
      say(language, 'cli.headMeasure'),
      say(language, 'cli.headCount'),
      say(language, 'cli.headUsual'),
      say(language, 'cli.headLimit'),
    ],
    leads.map((lead) => leadRow(language, lead)),
    say(language, 'cli.reportVolumesNote', { days: HISTORY_DAYS }),
  ),
  ...(unmeasured.length > 0
    ? [say(language, 'cli.reportUnmeasured', { count: unmeasured.length, least: LEAST_DAYS })]
    : []),
  ...(unread.periodsBefore > 0
    ? [say(language, 'cli.reportUnreadBefore', { count: unread.periodsBefore })]
    : []),
]

const leadRow = (language: Language, { day, person, measure, count, median, mad, limit, of }: Lead) => [
  date(language, day),
  person ?? say(language, 'cli.reportWholeOffice'),
  say(language, measure === 'REQUESTS' ? 'cli.headRequests' : 'cli.headShown'),
  number(language, count),
  say(language, 'cli.reportUsual', { median, mad, days: of }),
  number(language, limit),
]

/** A heading, a table or one sentence where there is nothing, and how to read it. */
function section(title: string, head: string[], rows: string[][], note?: string): string[] {
  return [`## ${title}`, ...(rows.length > 0 ? [markdownTable(head, rows)] : ['—']), ...(note ? [note] : [])]
}

/** The label of a code; a record of another version of the program may hold one that is not known here. */
function worded<L extends CodeList>(language: Language, codes: L, code: string): string {
  const known = (CODES[codes] as readonly string[]).includes(code)
  return known ? label(language, codes, code as CodeOf<L>) : cell(code)
}
