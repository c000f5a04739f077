import { Envelope } from '../../schema/wire/envelope.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { more, PAGE, pageOf } from './page.ts'
import type { Mail } from './sequences.ts'
import { table } from './table.ts'

type Inbox = { hasNextPage: boolean; endCursor: string | null; nodes: Mail[] }

const QUERY = `query messageInbox($first: Int, $after: String) { inbox(first: $first, after: $after) {
  hasNextPage endCursor nodes { id envelope sender signer received } } }`

export const messageInbox: Command = {
  name: 'message inbox',
  about: 'cli.aboutMessageInbox',
  options: PAGE,
  examples: [{ line: 'message inbox', about: 'cli.tryMessageInbox' }],
  async run(shell, _, options) {
    const { first, after } = pageOf(shell, options)
    const { inbox } = await shell.ask<{ inbox: Inbox }>(QUERY, { first, after })
    const { language } = shell
    shell.show(inbox, () => {
      const head = ['time', 'type', 'sender', 'recipients', 'urgency', 'case'].map((name) =>
        fieldName(language, name),
      )
      table(shell, [...head, say(language, 'cli.headMessage')], inbox.nodes.map(row))
      more(shell, inbox)
    })

    function row({ envelope, received, id }: Mail) {
      const { data } = Envelope.safeParse(JSON.parse(envelope))
      const time = moment(language, new Date(received))
      if (!data) return [time, '?', '', '', '', '', id]
      const { type, sender, recipients, urgency, case: reference } = data
      const words = [
        coded(language, 'MessageType', type),
        sender,
        recipients.join('\n'),
        coded(language, 'Urgency', urgency),
      ]
      return [time, ...words, reference, id]
    }
  },
}
