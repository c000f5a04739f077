import type { Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { type Command, text, texts } from './command.ts'
import {
  contentOf,
  envelopeOf,
  factsOf,
  HANDLING_OPTIONS,
  inReplyTo,
  TEXT_OPTIONS,
} from './message-compose.ts'
import { send, sendDraft } from './message-dispatch.ts'
import { readMessage } from './message-read.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

// Passing on what another office wrote: it decides to whom.

export const messageForward: Command = {
  name: 'message forward',
  about: 'cli.aboutMessageForward',
  args: ['<message>'],
  options: [
    { flags: '--to <offices>', about: 'cli.optTo2', many: true },
    { flags: '--consent <message>', about: 'cli.optConsent' },
    { flags: '--text <text>', about: 'cli.optForwardText' },
    ...HANDLING_OPTIONS,
  ],
  examples: [
    {
      line: 'message send --to ne-dst --type REQUEST --necessity PASS_ON --concerns 4t2m… --case NE-2016/0117 --text "…"',
      about: 'cli.tryMessageAskConsent',
    },
    { line: 'message forward 4t2m… --to ml-dnlt --consent 9kd1…', about: 'cli.tryMessageForward' },
  ],
  async run(shell, [id], options) {
    const recipients = named(shell, texts(options, 'to'))
    const { opened } = await readMessage(shell, id!)
    const { envelope: held, content } = opened
    if (content.files && content.files.length > 0)
      throw new Fault(
        'BAD_INPUT',
        'expected a message without large attachments: save them and attach them anew',
      )
    const { handling, sensitivity, evidenceUse, onward } = held
    const envelope = await envelopeOf(shell, options, {
      type: 'SPONTANEOUS_INFO',
      recipients,
      ...{ handling, sensitivity, evidenceUse, onward },
      ...(held.case && { case: held.case }),
      onwardOf: sourceOf(held, text(options, 'consent')),
    })
    const { necessityText: _, ...passed } = content
    const before = text(options, 'text')
    await send(shell, envelope, {
      ...passed,
      text: before === undefined ? content.text : `${before}\n\n${content.text}`,
    })
  },
}

/** Whose it is: also where it came here by a third office. */
function sourceOf({ id, sender, onwardOf }: Envelope, consent: string | undefined) {
  const { object, originator } = onwardOf ?? { object: id, originator: sender }
  return { object, originator, ...(onwardOf && { via: id }), ...(consent && { consent }) }
}

export const messageConsent: Command = {
  name: 'message consent',
  about: 'cli.aboutMessageConsent',
  args: ['<request>'],
  options: [
    { flags: '--to <offices>', about: 'cli.optConsentTo', many: true },
    { flags: '--object <message>', about: 'cli.optObject' },
    ...TEXT_OPTIONS,
  ],
  examples: [{ line: 'message consent 9kd1… --to ml-dnlt', about: 'cli.tryMessageConsent' }],
  async run(shell, [id], options) {
    const to = named(shell, texts(options, 'to'))
    const asked = await factsOf(shell, id!)
    const object = text(options, 'object') ?? asked.concerns?.[0]
    if (!object)
      throw new Fault('BAD_INPUT', 'expected a request that names the message, or --object with it')
    const words = say(shell.language, 'cli.consentText', { message: object, offices: to })
    const draft = {
      type: 'ANSWER' as const,
      recipients: [asked.sender],
      ...inReplyTo(asked),
      consents: { object, to },
    }
    await sendDraft(shell, options, draft, await contentOf(shell, options, words))
  },
}

function named(shell: Shell, offices: string[]): string[] {
  if (offices.length > 0) return offices
  throw new Usage(say(shell.language, 'cli.missingOption', { option: '--to' }))
}
