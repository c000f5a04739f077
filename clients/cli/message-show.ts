import { Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { moment, say } from '../../schema/words/index.ts'
import { fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { factRows } from './message-facts.ts'
import type { Receipt } from './message-read.ts'
import { table } from './table.ts'

type Shown = {
  id: string
  envelope: string
  signer: string
  received: string
  erased: boolean
  reached: string[] | null
  receipts: Receipt[]
}
const QUERY = `query messageShow($id: ID!) { message(id: $id) {
  id envelope signer received erased reached receipts { office signer time } } }`

/** The facts of a message without opening it: who has it, and who has let know that he read it. */
export const messageShow: Command = {
  name: 'message show',
  about: 'cli.aboutMessageShow',
  args: ['<message>'],
  examples: [{ line: 'message show 4t2m…', about: 'cli.tryMessageShow' }],
  async run(shell, [id]) {
    const { message } = await shell.ask<{ message: Shown | null }>(QUERY, { id })
    if (!message) throw new Fault('NOT_FOUND', `expected a message of your office, got ${id}`)
    const { language } = shell
    shell.show(message, () => {
      const { data } = Envelope.safeParse(JSON.parse(message.envelope))
      const rows: [string, string][] = [
        ...(data ? factRows(language, data) : []),
        [fieldName(language, 'time'), moment(language, new Date(message.received))],
        [say(language, 'cli.headErased'), message.erased ? say(language, 'cli.yes') : ''],
        [say(language, 'cli.headReached'), message.reached?.join(', ') ?? ''],
      ]
      table(
        shell,
        [say(language, 'cli.headMessage'), message.id],
        rows.filter(([, value]) => value !== ''),
      )
      if (message.receipts.length === 0) return
      const head = ['office', 'person', 'acknowledged'].map((field) => fieldName(language, field))
      table(
        shell,
        head,
        message.receipts.map(({ office, signer, time }) => [
          office,
          signer,
          moment(language, new Date(time)),
        ]),
      )
    })
  },
}
