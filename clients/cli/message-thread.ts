import type { Language } from '../../schema/wire/codes.ts'

import { Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { given } from './message-compose.ts'
import { more, PAGE, pageOf } from './page.ts'
import type { Mail } from './sequences.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

type Owed = {
  message: string
  to: string
  office: string
  state: string
  due: string
  acknowledged: string | null
  settled: string | null
}
type Thread = { id: string; latest: string; state: string | null; owed: Owed[]; messages: Mail[] }
type Page<T> = { hasNextPage: boolean; endCursor: string | null; nodes: T[] }

const OWED = 'owed { message to office state due acknowledged settled }'
const THREADS = `query messageThreads($first: Int, $after: String, $state: ThreadState) {
  threads(first: $first, after: $after, state: $state) { hasNextPage endCursor nodes { id latest state ${OWED}
    messages { id envelope sender signer received } } } }`
const THREAD = `query messageThread($id: ID!) { thread(id: $id) { id latest state ${OWED}
  messages { id envelope sender signer received } } }`
const OVERDUE = `query messageOverdue($first: Int, $after: String) { overdue(first: $first, after: $after) {
  hasNextPage endCursor nodes { message to office state due acknowledged settled } } }`

export const messageThreads: Command = {
  name: 'message threads',
  about: 'cli.aboutMessageThreads',
  options: [...PAGE, { flags: '--state <code>', about: 'cli.optState' }],
  examples: [{ line: 'message threads --state OPEN', about: 'cli.tryMessageThreads' }],
  async run(shell, _, options) {
    const { first, after } = pageOf(shell, options)
    const { state = null } = given(shell, options, 'state', 'ThreadState')
    const { threads } = await shell.ask<{ threads: Page<Thread> }>(THREADS, { first, after, state })
    const { language } = shell
    shell.show(threads, () => {
      const head = ['time', 'state', 'type', 'sender', 'recipients', 'case'].map((name) =>
        fieldName(language, name),
      )
      table(shell, [...head, say(language, 'cli.headThread')], threads.nodes.map(row))
      more(shell, threads)
    })

    function row({ id, latest, state, messages }: Thread) {
      const opening = messages[0] && Envelope.safeParse(JSON.parse(messages[0].envelope)).data
      const type = opening && coded(language, 'MessageType', opening.type)
      const facts = [type, opening?.sender, opening?.recipients.join('\n'), opening?.case]
      return [
        moment(language, new Date(latest)),
        state && coded(language, 'ThreadState', state),
        ...facts,
        id,
      ]
    }
  },
}

export const messageThread: Command = {
  name: 'message thread',
  about: 'cli.aboutMessageThread',
  args: ['<thread>'],
  examples: [{ line: 'message thread 4t2m…', about: 'cli.tryMessageThread' }],
  async run(shell, [id]) {
    const { thread } = await shell.ask<{ thread: Thread | null }>(THREAD, { id })
    if (!thread) throw new Fault('NOT_FOUND', `expected a thread of your office, got ${id}`)
    shell.show(thread, () => {
      table(
        shell,
        [...['time', 'type', 'sender', 'recipients'].map(name), say(shell.language, 'cli.headMessage')],
        thread.messages.map(({ envelope, received, id: message }) => {
          const { data } = Envelope.safeParse(JSON.parse(envelope))
          const type = data && coded(shell.language, 'MessageType', data.type)
          const time = moment(shell.language, new Date(received))
          return [time, type ?? '?', data?.sender, data?.recipients.join('\n'), message]
        }),
      )
      owedTable(shell, thread.owed)
    })

    function name(field: string): string {
      return fieldName(shell.language, field)
    }
  },
}

export const messageOverdue: Command = {
  name: 'message overdue',
  about: 'cli.aboutMessageOverdue',
  options: PAGE,
  examples: [{ line: 'message overdue', about: 'cli.tryMessageOverdue' }],
  async run(shell, _, options) {
    const { first, after } = pageOf(shell, options)
    const { overdue } = await shell.ask<{ overdue: Page<Owed> }>(OVERDUE, { first, after })
    shell.show(overdue, () => {
      owedTable(shell, overdue.nodes)
      more(shell, overdue)
    })
  },
}

/** Who owes whom, by when, and what came of it. */
function owedTable(shell: Shell, owed: Owed[]): void {
  const { language } = shell
  const head = ['state', 'due', 'owes', 'owedTo', 'acknowledged', 'settled'].map((field) =>
    fieldName(language, field),
  )
  const rows = owed.map(({ state, due, office, to, acknowledged, settled, message }) => [
    coded(language, 'ThreadState', state),
    timeIn(language, due),
    office,
    to,
    timeIn(language, acknowledged),
    timeIn(language, settled),
    message,
  ])
  table(shell, [...head, say(language, 'cli.headMessage')], rows)
}

const timeIn = (language: Language, time: string | null) => (time ? moment(language, new Date(time)) : '')
