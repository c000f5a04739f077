import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import type { Command, Options } from './command.ts'
import { contentOf, factsOf, HANDLING_OPTIONS, inReplyTo, TEXT_OPTIONS } from './message-compose.ts'
import { sendDraft } from './message-dispatch.ts'
import type { Shell } from './shell.ts'

// What an office wrote itself it corrects and takes back, for everybody who had it.

const REACHED = 'query messageReached($id: ID!) { message(id: $id) { reached } }'

export const messageCorrect: Command = {
  name: 'message correct',
  about: 'cli.aboutMessageCorrect',
  args: ['<message>'],
  options: [...TEXT_OPTIONS, ...HANDLING_OPTIONS],
  examples: [{ line: 'message correct 4t2m… --text "…"', about: 'cli.tryMessageCorrect' }],
  run: async (shell, [id], options) =>
    revise(shell, id!, 'CORRECTION', options, await contentOf(shell, options)),
}

export const messageErase: Command = {
  name: 'message erase',
  about: 'cli.aboutMessageErase',
  args: ['<message>'],
  options: TEXT_OPTIONS,
  examples: [{ line: 'message erase 4t2m…', about: 'cli.tryMessageErase' }],
  run: async (shell, [id], options) =>
    revise(
      shell,
      id!,
      'ERASURE_NOTICE',
      options,
      await contentOf(shell, options, say(shell.language, 'cli.eraseText', { message: id! })),
    ),
}

type Words = Awaited<ReturnType<typeof contentOf>>

async function revise(
  shell: Shell,
  id: string,
  type: 'CORRECTION' | 'ERASURE_NOTICE',
  options: Options,
  words: Words,
): Promise<void> {
  const of = await factsOf(shell, id)
  const { message } = await shell.ask<{ message: { reached: string[] | null } | null }>(REACHED, { id })
  if (!message?.reached) throw new Fault('NOT_ALLOWED', `expected a message of your own office, got ${id}`)
  const { handling, sensitivity, evidenceUse, onward } = of
  const draft = {
    type,
    recipients: message.reached,
    ...inReplyTo(of),
    ...{ handling, sensitivity, evidenceUse, onward },
    concerns: [id],
  }
  await sendDraft(shell, options, draft, words)
}
