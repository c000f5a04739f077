import { MATCH_BUDGET } from '../../schema/wire/match.ts'
import { say } from '../../schema/words/index.ts'
import { dayOf } from '../evaluator/days.ts'
import { tagOf } from '../evaluator/evaluator.ts'
import { tagKeyIn } from '../evaluator/open.ts'
import { type Counted, type DayReport, reportDay } from '../evaluator/report.ts'
import { type Command, type Options, text } from './command.ts'
import { openedVault, STATE, stateIn, WITHOUT_OFFICER } from './evaluator.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

export const evaluatorReport: Command = {
  name: 'evaluator report',
  about: 'cli.aboutEvaluatorReport',
  options: [
    { flags: '--day <date>', about: 'cli.optReportDay' },
    { flags: '--officer <person>', about: 'cli.optReportOfficer' },
    STATE,
  ],
  without: WITHOUT_OFFICER,
  examples: [
    { line: 'evaluator report --day 2027-03-14 --state evaluator', about: 'cli.tryEvaluatorReport' },
    {
      line: 'evaluator report --day 2027-03-14 --officer it-sco.paola --state evaluator',
      about: 'cli.tryEvaluatorReportOfficer',
    },
  ],
  async run(shell, _, options) {
    const day = text(options, 'day') ?? dayOf(shell.terminal.clock())
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new Usage(say(shell.language, 'cli.badDay'))
    const folder = stateIn(shell, options)
    const report = await onlyOf(shell, options, folder, await reportDay(folder, day))
    shell.show(report, () => tell(shell, report))
  },
}

/** Which of the tags is this officer's only the passphrase tells. */
async function onlyOf(shell: Shell, options: Options, folder: string, report: DayReport): Promise<DayReport> {
  const person = text(options, 'officer')
  if (person === undefined) return report
  const tag = tagOf(await tagKeyIn(await openedVault(shell, folder)), person)
  return {
    ...report,
    officers: report.officers.filter(({ of }) => of === tag),
    leads: report.leads.filter(({ of }) => of === tag),
  }
}

function tell(shell: Shell, { officers, states, leads }: DayReport): void {
  const { language } = shell
  const { officerDay, stateDay } = MATCH_BUDGET
  const rows = (counted: Counted[], most: number) =>
    counted.map(({ of, orders, selectors, renewed }) => [of, orders, `${selectors} / ${most}`, renewed])
  const head = (of: string) => [
    of,
    say(language, 'cli.headOrders'),
    say(language, 'cli.headSelectors'),
    say(language, 'cli.headRenewed'),
  ]
  table(shell, head(say(language, 'cli.headOfState')), rows(states, stateDay))
  if (officers.length > 0) table(shell, head(say(language, 'cli.headOfficerTag')), rows(officers, officerDay))
  for (const { lead, of, count } of leads) shell.line(say(language, `cli.lead${lead}`, { of, count }))
  if (leads.length > 0) shell.line(say(language, 'cli.leadsAreLeads'))
}
