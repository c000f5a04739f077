import { csvOf } from '../core/desk/csv.ts'
import type { OfficeReport } from './audit-report.ts'

const HEAD = ['office', 'month', 'section', 'name', 'person', 'purpose', 'count', 'detail']

/** The figures for other programs, one a row, in codes and not in words: the same columns whatever they count. */
export function reportCsv(report: OfficeReport): string {
  const row = (
    section: string,
    name: string,
    count: number,
    { person = '', purpose = '', detail = '' }: { person?: string; purpose?: string; detail?: string } = {},
  ) => [report.office, report.month, section, name, person, purpose, count, detail]
  const { records, unread, erased, pruned } = report
  return csvOf([
    HEAD,
    row('BASIS', 'RECORDS', records?.count ?? 0, {
      detail: records ? `first ${records.first}, last ${records.last}` : '',
    }),
    row('BASIS', 'NOT_OPENED_IN_STATE', unread.records, { detail: `periods ${unread.periods}` }),
    row('BASIS', 'ERASED_IN_STATE', erased),
    row('BASIS', 'DETAILS_FROM', pruned?.pruning.from ?? 0),
    row('BASIS', 'PERIODS_BEFORE_NOT_OPENED', unread.periodsBefore),
    row('BASIS', 'REQUESTS', report.requests, { detail: report.isOver ? '' : 'month not over' }),
    ...report.kinds.flatMap(({ kind, purposes }) =>
      Object.entries(purposes).map(([purpose, count]) => row('KIND', kind, count, { purpose })),
    ),
    ...report.kinds.map(({ kind, count }) => row('KIND_TOTAL', kind, count)),
    ...report.persons.flatMap(({ person, requests, kinds, entities, refused, exports }) => [
      row('PERSON', 'REQUESTS', requests, { person }),
      row('PERSON', 'ENTITIES', entities, { person }),
      row('PERSON', 'REFUSED', refused, { person }),
      row('PERSON', 'EXPORTS', exports, { person }),
      ...Object.entries(kinds).map(([kind, count]) => row('PERSON', kind, count, { person })),
    ]),
    ...report.refusals.map(({ outcome, count, persons }) =>
      row('REFUSAL', outcome, count, { detail: persons.join(' ') }),
    ),
    ...report.exports.map(({ operation, person, count }) => row('EXPORT', operation, count, { person })),
    ...report.recipients.map(({ office, country, count }) =>
      row('RECIPIENT', office, count, { detail: country }),
    ),
    row('RECIPIENT', 'TRANSFERS', report.transfers),
    row('ENTITY', 'IN_ALL', report.entitiesInAll),
    ...report.entities.map(({ id, count, persons }) =>
      row('ENTITY', id, count, { detail: persons.join(' ') }),
    ),
    ...report.justifications.map(({ text, times, sessions, days, persons }) =>
      row('JUSTIFICATION', text, times, {
        detail: `sessions ${sessions}, days ${days}: ${persons.join(' ')}`,
      }),
    ),
    ...report.volumes.leads.map(({ day, person, measure, count, median, mad, limit, of }) =>
      row('LEAD', `${day} ${measure}`, count, {
        person: person ?? '',
        detail: `median ${median}, MAD ${mad}, limit ${limit}, of ${of}`,
      }),
    ),
    row('LEAD', 'DAYS_NOT_MEASURED', report.volumes.unmeasured.length),
  ])
}
