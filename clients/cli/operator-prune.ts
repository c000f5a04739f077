import { PruneAnswer } from '../../schema/wire/operator.ts'
import { moment, say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { NO_CALLER, order } from './operator-order.ts'
import { timeOf } from './page.ts'
import { Usage } from './terminal.ts'

export const operatorPrune: Command = {
  name: 'operator prune',
  about: 'cli.aboutOperatorPrune',
  options: [
    { flags: '--before <day>', about: 'cli.optPruneBefore' },
    { flags: '--remove', about: 'cli.optPruneRemove' },
    { flags: '--home <folder>', about: 'cli.optServerHome' },
  ],
  without: [...NO_CALLER],
  examples: [
    {
      line: 'operator prune --before 2024-01-01 --purpose ADMINISTRATION --justification "yearly pruning"',
      about: 'cli.tryOperatorPrune',
    },
    {
      line: 'operator prune --before 2024-01-01 --remove --purpose ADMINISTRATION --justification "five years are over"',
      about: 'cli.tryOperatorPruneRemove',
    },
  ],
  async run(shell, _, options) {
    const { language } = shell
    const day = text(options, 'before')
    if (day === undefined) throw new Usage(say(language, 'cli.badTime', { option: '--before' }))
    const before = timeOf(shell, day, '--before').slice(0, 10)
    const body = { before, remove: options.remove === true }
    const pruned = await order(shell, options, { path: '/prune', body, answer: PruneAnswer })
    shell.show(pruned, () => {
      const { records: count, from, removed } = pruned
      const time = moment(language, new Date(pruned.before))
      shell.line(say(language, removed ? 'cli.pruned' : 'cli.prunable', { count, from: String(from), time }))
    })
  },
}
