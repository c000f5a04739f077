import { SweepAnswer } from '../../schema/wire/operator.ts'
import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { NO_CALLER, order } from './operator-order.ts'

export const operatorSweep: Command = {
  name: 'operator sweep',
  about: 'cli.aboutOperatorSweep',
  options: [
    { flags: '--remove', about: 'cli.optRemove' },
    { flags: '--home <folder>', about: 'cli.optServerHome' },
  ],
  without: [...NO_CALLER],
  examples: [
    {
      line: 'operator sweep --purpose ADMINISTRATION --justification "monthly upkeep"',
      about: 'cli.tryOperatorSweep',
    },
    {
      line: 'operator sweep --remove --purpose ADMINISTRATION --justification "after the power cut"',
      about: 'cli.tryOperatorSweepRemove',
    },
  ],
  async run(shell, _, options) {
    const remove = options.remove === true
    const swept = await order(shell, options, { path: '/sweep', body: { remove }, answer: SweepAnswer })
    shell.show(swept, () => {
      const counts = { held: swept.held, orphans: swept.orphans.length, removed: swept.removed.length }
      shell.line(say(shell.language, remove ? 'cli.sweptRemoved' : 'cli.swept', counts))
      for (const id of swept.orphans) shell.line(`  ${id}`)
    })
  },
}
