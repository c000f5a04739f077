import { ERASE_REASONS } from '../../schema/wire/codes.ts'
import { type Command, text } from './command.ts'
import { reasonOf } from './reason.ts'
import { SUBMITTED, type Submitted, showSubmitted } from './submitted.ts'

const QUERY = `mutation reportErase($report: ID!, $key: String!, $reason: EraseReason!) {
  eraseReport(report: $report, key: $key, reason: $reason) ${SUBMITTED} }`

export const reportErase: Command = {
  name: 'report erase',
  about: 'cli.aboutReportErase',
  args: ['<report>'],
  options: [{ flags: '--reason <code>', about: 'cli.optReason' }],
  examples: [{ line: 'report erase 4t2m… --reason COURT_ORDER', about: 'cli.tryReportErase' }],
  async run(shell, [report], options) {
    const reason = reasonOf(shell, text(options, 'reason'), 'EraseReason', ERASE_REASONS)
    const done = await shell.ask<{ eraseReport: Submitted }>(QUERY, {
      report,
      key: `erase.${report}`,
      reason,
    })
    showSubmitted(
      shell,
      { ...done.eraseReport, report: done.eraseReport.report ?? { id: report!, status: 'ERASED' } },
      'cli.reportErased',
    )
  },
}
