import { CODES, type MessageType } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { type Command, type Options, text, texts } from './command.ts'
import {
  contentOf,
  type Draft,
  envelopeOf,
  factsOf,
  given,
  HANDLING_OPTIONS,
  inReplyTo,
  TEXT_OPTIONS,
} from './message-compose.ts'
import { send } from './message-dispatch.ts'
import { reasonOf } from './reason.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

export const messageSend: Command = {
  name: 'message send',
  about: 'cli.aboutMessageSend',
  options: [
    { flags: '--to <offices>', about: 'cli.optTo2', many: true },
    { flags: '--type <code>', about: 'cli.optMessageType' },
    ...TEXT_OPTIONS,
    { flags: '--in-reply-to <message>', about: 'cli.optInReplyTo' },
    { flags: '--concerns <messages>', about: 'cli.optConcerns', many: true },
    { flags: '--urgency <code>', about: 'cli.optUrgency' },
    { flags: '--urgency-reason <code>', about: 'cli.optUrgencyReason' },
    { flags: '--access <code>', about: 'cli.optAccess' },
    { flags: '--due <time>', about: 'cli.optDue' },
    { flags: '--necessity <code>', about: 'cli.optNecessity' },
    { flags: '--necessity-text <text>', about: 'cli.optNecessityText' },
    ...HANDLING_OPTIONS,
  ],
  examples: [
    {
      line: 'message send --to it-sco,ml-dnlt --type REQUEST --necessity LINK_CASES --case NE-2016/0117 --text "…" --attach photo.jpg',
      about: 'cli.tryMessageSend',
    },
    {
      line: 'message send --to dz-dgsn,it-sco --type LIFE_AT_RISK --case NE-2016/0117 --text "…"',
      about: 'cli.tryMessageAlarm',
    },
  ],
  async run(shell, _, options) {
    const recipients = texts(options, 'to')
    if (recipients.length === 0) throw new Usage(say(shell.language, 'cli.missingOption', { option: '--to' }))
    const type = reasonOf(shell, text(options, 'type'), 'MessageType', CODES.MessageType, '--type')
    const words = await contentOf(shell, options)
    const envelope = await envelopeOf(shell, options, {
      type: type as MessageType,
      recipients,
      ...(await about(shell, options)),
      ...asking(shell, options, type),
    })
    // What the officer states to the server as his reason is what he tells the other office, unless he says more.
    const necessityText = text(options, 'necessityText') ?? (await shell.purpose()).justification
    await send(shell, envelope, { ...words, ...(type === 'REQUEST' && { necessityText }) })
  },
}

/** The thread that it goes into, and the messages that it speaks of. */
async function about(shell: Shell, options: Options): Promise<Partial<Draft>> {
  const answers = text(options, 'inReplyTo')
  const concerns = texts(options, 'concerns')
  return {
    ...(answers && inReplyTo(await factsOf(shell, answers))),
    ...(concerns.length > 0 && { concerns }),
  }
}

function asking(shell: Shell, options: Options, type: string): Partial<Draft> {
  const isAlarm = type === 'LIFE_AT_RISK'
  return {
    ...(isAlarm && { urgency: 'URGENT', sensitivity: 'S4_LIFE', onward: 'WITHIN_RELEASE' }),
    ...given(shell, options, 'urgency', 'Urgency'),
    ...given(shell, options, 'urgencyReason', 'UrgencyReason', '--urgency-reason'),
    ...given(shell, options, 'access', 'Access'),
    ...(type === 'REQUEST' && {
      necessity: reasonOf(shell, text(options, 'necessity'), 'Necessity', CODES.Necessity, '--necessity'),
    }),
  } as Partial<Draft>
}
