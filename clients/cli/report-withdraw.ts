import { WITHDRAW_REASONS } from '../../schema/wire/codes.ts'
import { type Command, text } from './command.ts'
import { reasonOf } from './reason.ts'
import { SUBMITTED, type Submitted, showSubmitted } from './submitted.ts'

const QUERY = `mutation reportWithdraw($report: ID!, $key: String!, $reason: WithdrawReason!) {
  withdrawReport(report: $report, key: $key, reason: $reason) ${SUBMITTED} }`

export const reportWithdraw: Command = {
  name: 'report withdraw',
  about: 'cli.aboutReportWithdraw',
  args: ['<report>'],
  options: [{ flags: '--reason <code>', about: 'cli.optReason' }],
  examples: [{ line: 'report withdraw 4t2m… --reason SOURCE_DISCREDITED', about: 'cli.tryReportWithdraw' }],
  async run(shell, [report], options) {
    const reason = reasonOf(shell, text(options, 'reason'), 'WithdrawReason', WITHDRAW_REASONS)
    // It happens once to a report, so the key is the report's: a repeated command repeats nothing.
    const done = await shell.ask<{ withdrawReport: Submitted }>(QUERY, {
      report,
      key: `withdraw.${report}`,
      reason,
    })
    showSubmitted(shell, done.withdrawReport, 'cli.reportWithdrawn')
  },
}
