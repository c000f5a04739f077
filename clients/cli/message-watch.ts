import { moment, plain, say } from '../../schema/words/index.ts'
import { coded } from './claims.ts'
import { type Command, text } from './command.ts'

const QUERY = `subscription messageWatch { events { kind about thread type urgency due time cursor } }`

type Event = {
  kind: string
  about: string
  thread: string | null
  type: string | null
  urgency: string | null
  due: string | null
  time: string
  cursor: string
}

export const messageWatch: Command = {
  name: 'message watch',
  about: 'cli.aboutMessageWatch',
  options: [{ flags: '--after <cursor>', about: 'cli.optAfter' }],
  examples: [{ line: 'message watch', about: 'cli.tryMessageWatch' }],
  async run(shell, _, options) {
    const { language, terminal } = shell
    const [purpose, link] = [await shell.purpose(), await shell.link()]
    const stop = new AbortController()
    const end = () => stop.abort()
    process.once('SIGINT', end).once('SIGTERM', end)
    let after = text(options, 'after')
    try {
      const told = link.listen(QUERY, after, purpose, stop.signal)
      shell.note(say(language, 'cli.watching', { office: link.caller.office }))
      for await (const { id, data } of told) {
        if (data) show((data as { events: Event }).events)
        after = id ?? after
      }
    } finally {
      process.off('SIGINT', end).off('SIGTERM', end)
    }
    shell.note(say(language, 'cli.interrupted'))
    if (after) shell.note(say(language, 'cli.watchAgain', { cursor: after }))

    /** A line for each: a program reads them one by one, and so does a person. */
    function show(event: Event): void {
      if (shell.isJson) return void terminal.stdout.write(`${JSON.stringify(event)}\n`)
      const { kind, type, urgency, due, about, thread, time } = event
      const words = [
        moment(language, new Date(time)),
        coded(language, 'EventKind', kind),
        ...(type ? [coded(language, 'MessageType', type)] : []),
        ...(urgency ? [coded(language, 'Urgency', urgency)] : []),
        ...(due ? [say(language, 'cli.dueBy', { time: moment(language, new Date(due)) })] : []),
        plain(about),
        ...(kind === 'RESURGENCE' && thread
          ? [say(language, 'cli.afterNetwork', { network: plain(thread) })]
          : []),
      ]
      shell.line(words.join('  '))
    }
  },
}
