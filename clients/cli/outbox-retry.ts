import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { canReseal, outboxOf } from './outbox.ts'
import { resealed } from './outbox-reseal.ts'

export const outboxRetry: Command = {
  name: 'outbox retry',
  about: 'cli.aboutOutboxRetry',
  args: ['[id]'],
  examples: [
    { line: 'outbox retry', about: 'cli.tryOutboxRetryAll' },
    { line: 'outbox retry 7-1f00', about: 'cli.tryOutboxRetry' },
  ],
  async run(shell, [id]) {
    const { language } = shell
    const outbox = await outboxOf(shell)
    const kept = await outbox.list()
    const chosen = kept.filter((one) => one.refused && (id === undefined ? canReseal(one) : one.id === id))
    if (id !== undefined && !kept.some((one) => one.id === id))
      throw new Fault('NOT_FOUND', `expected a change in the outbox, got ${id}`)
    for (const one of chosen) {
      const body = canReseal(one) ? await resealed(shell, one) : one.body
      await outbox.again(one.id, body)
    }
    const link = await shell.link()
    const delivered = await link.flush()
    const waiting = await outbox.waiting()
    shell.show({ resealed: chosen.filter(canReseal).map((one) => one.id), delivered, waiting }, () =>
      shell.line(say(language, link.isGateway ? 'cli.gatewaySends' : 'cli.outboxLeft', { waiting })),
    )
  },
}
