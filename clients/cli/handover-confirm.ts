import { Fault } from '../../schema/wire/fault.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import { say } from '../../schema/words/index.ts'
import { confirmOpening } from '../core/handover.ts'
import type { Command } from './command.ts'
import { deskPage, presentKeys } from './desk.ts'
import { progress } from './progress.ts'

const QUERY = 'mutation handoverConfirm($input: [ConfirmInput!]!) { confirmPackets(input: $input) }'

export const handoverConfirm: Command = {
  name: 'handover confirm',
  about: 'cli.aboutHandoverConfirm',
  examples: [{ line: 'handover confirm', about: 'cli.tryHandoverConfirm' }],
  async run(shell) {
    const { caller, now } = await shell.link()
    const holder = officeHolder(caller.office)
    const keys = await shell.keysNamed(holder, presentKeys(await shell.directory(), caller.office, now()))
    if (keys.length === 0)
      throw new Fault('NOT_FOUND', `expected the present private key of ${holder} on this machine, got none`)
    const bar = progress(shell, say(shell.language, 'cli.opening'), 1)
    let walked = 0
    const done = await confirmOpening({
      openWith: keys.map(({ privateKey }) => privateKey),
      now,
      async page(after) {
        const next = await deskPage(shell, { states: ['WRAPPED'] }, after)
        if (next.totalCount !== undefined) bar.step(walked, Math.max(next.totalCount, 1))
        return next
      },
      async send(input) {
        await shell.ask(QUERY, { input })
      },
      step(more) {
        walked += more
        bar.step(walked)
      },
    }).finally(() => bar.stop())
    for (const id of done.unopened) shell.note(say(shell.language, 'cli.unopened', { object: id }))
    shell.show(done, () => shell.line(say(shell.language, 'cli.confirmed', { count: done.opened })))
  },
}
