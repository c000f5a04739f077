import { moment, say } from '../../schema/words/index.ts'
import { fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { canReseal, outboxOf, subjectOf } from './outbox.ts'
import { table } from './table.ts'

export const outboxList: Command = {
  name: 'outbox list',
  about: 'cli.aboutOutboxList',
  examples: [{ line: 'outbox list', about: 'cli.tryOutboxList' }],
  async run(shell) {
    const { language } = shell
    const kept = (await (await outboxOf(shell)).list()).map((one) => ({
      id: one.id,
      at: one.at,
      operation: one.operation,
      subject: subjectOf(one),
      state: one.refused ? (canReseal(one) ? 'RESEAL' : 'REFUSED') : 'WAITING',
      faults: one.refused?.faults ?? [],
    }))
    shell.show(kept, () => {
      const head = [
        say(language, 'cli.headNumber'),
        fieldName(language, 'time'),
        say(language, 'cli.headChange'),
        say(language, 'cli.headState'),
      ]
      const rows = kept.map(({ id, at, operation, subject, state, faults }) => [
        id,
        at && moment(language, new Date(at)),
        `${operation}\n${subject}`,
        [
          say(language, `cli.outbox${state}` as 'cli.outboxWAITING'),
          ...faults.map(({ message }) => message),
        ].join('\n'),
      ])
      table(shell, head, rows)
    })
  },
}
