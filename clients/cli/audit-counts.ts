import type { MonthOfConsultations } from '../../schema/wire/consultation.ts'
import { number, say } from '../../schema/words/index.ts'
import { monthIn } from './audit-report.ts'
import type { Command } from './command.ts'
import { table } from './table.ts'

const COUNTS = `query auditCounts($month: String!) {
  consultations(month: $month) { month floor step offices { office count } others } }`

export const auditCounts: Command = {
  name: 'audit counts',
  about: 'cli.aboutAuditCounts',
  options: [{ flags: '--month <month>', about: 'cli.optCountsMonth' }],
  examples: [{ line: 'audit counts --month 2026-10', about: 'cli.tryAuditCounts' }],
  async run(shell, _, options) {
    const { language } = shell
    const { month } = monthIn(shell, options)
    const { consultations } = await shell.ask<{ consultations: MonthOfConsultations }>(COUNTS, { month })
    shell.show(consultations, () => {
      const { offices, others, floor, step } = consultations
      table(
        shell,
        [say(language, 'cli.headOffice'), say(language, 'cli.headConsultations')],
        offices.map(({ office, count }) => [office, number(language, count)]),
      )
      shell.line(
        others > 0
          ? say(language, 'cli.countsOthers', { floor, sum: others })
          : say(language, 'cli.countsNoOthers', { floor }),
      )
      shell.line(say(language, 'cli.countsNote', { step }))
    })
  },
}
