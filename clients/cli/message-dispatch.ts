import type { z } from 'zod'
import { audienceOf, type Content, type Envelope } from '../../schema/wire/envelope.ts'
import { say } from '../../schema/words/index.ts'
import { sealMessage } from '../core/seal.ts'
import { recipientsOf } from './recipients.ts'
import { nextNumbers } from './sequences.ts'
import type { Shell } from './shell.ts'

const SEND = 'mutation messageSend($input: SendInput!) { sendMessage(input: $input) { id received } }'

/**
 * Seals a message to the keys of its audience by the verified directory, and sends it. Null where the gateway keeps it
 * until the link is back.
 */
export async function dispatch(
  shell: Shell,
  envelope: Envelope,
  content: z.input<typeof Content>,
): Promise<{ id: string; received: string } | null> {
  const link = await shell.link()
  const offices = audienceOf(envelope)
  shell.note(say(shell.language, 'cli.sealing', { count: offices.length }))
  const to = await recipientsOf(await shell.directory(), offices, link.now(), envelope.profile)
  const sequence = await nextNumbers(shell, envelope.sender, envelope.recipients)
  const { privateKey: signWith } = await shell.key(link.caller.person)
  const sealed = await sealMessage({
    ...{ envelope, content: restricted(shell, envelope, content) },
    ...{ sequence, to, signWith, at: new Date(link.now()) },
  })
  shell.note(say(shell.language, 'cli.sending'))
  const done = await shell.change<{ sendMessage: { id: string; received: string } }>(SEND, {
    input: {
      envelope: JSON.stringify(envelope),
      ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
      signature: sealed.uploadSignature,
    },
  })
  return done?.sendMessage ?? null
}

/** As `dispatch`, and says what became of it. */
export async function send(
  shell: Shell,
  envelope: Envelope,
  content: z.input<typeof Content>,
): Promise<void> {
  const { id, recipients: offices } = envelope
  const sent = await dispatch(shell, envelope, content)
  if (sent === null)
    return shell.show({ id, queued: true }, () => shell.line(say(shell.language, 'cli.queued')))
  shell.show(sent, () => shell.line(say(shell.language, 'cli.messageSent', { message: id, offices })))
}

/** A reply is restricted like what it answers, unless its writer says how. */
function restricted(shell: Shell, { handling, inReplyTo }: Envelope, content: z.input<typeof Content>) {
  if (!handling.includes('H3') || content.handlingText || !inReplyTo) return content
  return { ...content, handlingText: say(shell.language, 'cli.sameRestriction', { message: inReplyTo }) }
}
