import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { outboxOf } from './outbox.ts'

export const outboxDrop: Command = {
  name: 'outbox drop',
  about: 'cli.aboutOutboxDrop',
  args: ['<id>'],
  examples: [{ line: 'outbox drop 7-1f00', about: 'cli.tryOutboxDrop' }],
  async run(shell, [id]) {
    await (await outboxOf(shell)).drop(id!)
    shell.show({ dropped: id }, () => shell.line(say(shell.language, 'cli.outboxDropped', { id: id! })))
  },
}
