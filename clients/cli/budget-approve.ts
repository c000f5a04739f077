import { say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { Usage } from './terminal.ts'

const QUERY = `mutation budgetApprove($person: String!, $reason: String!) {
  approveBudget(person: $person, reason: $reason) }`

export const budgetApprove: Command = {
  name: 'budget approve',
  about: 'cli.aboutBudgetApprove',
  args: ['<person>'],
  options: [{ flags: '--reason <text>', about: 'cli.optBudgetReason' }],
  examples: [{ line: 'budget approve ne-dst.ibrahim --reason "convoy case"', about: 'cli.tryBudgetApprove' }],
  async run(shell, [person], options) {
    const reason = text(options, 'reason')
    if (reason === undefined) throw new Usage(say(shell.language, 'cli.needBudgetReason'))
    const done = await shell.ask<{ approveBudget: boolean }>(QUERY, { person, reason })
    shell.show(done, () => shell.line(say(shell.language, 'cli.budgetApproved', { person: person! })))
  },
}
