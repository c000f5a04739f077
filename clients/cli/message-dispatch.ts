import { audienceOf, type Envelope } from '../../schema/wire/envelope.ts'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { sealMessage } from '../core/seal.ts'
import { type Attached, attach } from './attach.ts'
import type { Options } from './command.ts'
import { type Draft, envelopeOf, type Written } from './message-compose.ts'
import { recipientsOf } from './recipients.ts'
import { giveBack, nextNumbers } from './sequences.ts'
import type { Shell } from './shell.ts'

const SEND = 'mutation messageSend($input: SendInput!) { sendMessage(input: $input) { id received } }'

/** `before`: an earlier run had sent it with these files, and was cut off before it could tell. */
type Dispatched = { id: string; received?: string; before?: true }

/**
 * Seals a message to the keys of its audience by the verified directory, and sends it. Large files go before it: a message
 * that stands can be read whole. Null where the gateway keeps it until the link is back.
 */
export async function dispatch(
  shell: Shell,
  envelope: Envelope,
  { large = [], ...content }: Written,
): Promise<Dispatched | null> {
  const link = await shell.link()
  const offices = audienceOf(envelope)
  shell.note(say(shell.language, 'cli.sealing', { count: offices.length }))
  const to = await recipientsOf(await shell.directory(), offices, link.now(), envelope.profile)
  const attached = await attach(shell, large, { to, audience: offices, profile: envelope.profile })
  if (attached.sentWith !== null) return sentBefore(attached)
  const { files } = attached
  const routing = files.length === 0 ? envelope : withFiles(envelope, attached)
  const inside = { ...restricted(shell, envelope, content), ...(files.length > 0 && { files }) }
  const sequence = await nextNumbers(shell, envelope.sender, envelope.recipients)
  const done = await numbered(shell, { envelope: routing, content: inside, sequence, to }).catch(
    async (error: unknown) => {
      if (!mayHaveArrived(error)) await giveBack(shell, envelope.sender, sequence)
      throw error
    },
  )
  if (done !== null) await attached.done()
  return done
}

type Numbered = Pick<Parameters<typeof sealMessage>[0], 'envelope' | 'content' | 'sequence' | 'to'>

async function numbered(shell: Shell, message: Numbered): Promise<Dispatched | null> {
  const link = await shell.link()
  const { privateKey: signWith } = await shell.key(link.caller.person)
  const sealed = await sealMessage({ ...message, signWith, at: new Date(link.now()) })
  shell.note(say(shell.language, 'cli.sending'))
  const done = await shell.change<{ sendMessage: { id: string; received: string } }>(SEND, {
    input: {
      envelope: JSON.stringify(message.envelope),
      ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
      signature: sealed.uploadSignature,
    },
  })
  return done?.sendMessage ?? null
}

/** Where the server has refused it, or nothing was sent, it cannot have arrived. */
const UNSURE: readonly FaultCode[] = [
  ...(['AUDIT_UNAVAILABLE', 'DEADLINE', 'INTERNAL', 'NEO4J_UNAVAILABLE', 'OUTCOME_UNCONFIRMED'] as const),
  ...(['LOG', 'LOG_UNWITNESSED', 'RECEIPT_MISMATCH', 'STORE_UNAVAILABLE', 'UNREACHABLE'] as const),
]
const mayHaveArrived = (error: unknown): boolean => !(error instanceof Fault) || UNSURE.includes(error.code)

async function sentBefore({ sentWith, done }: Attached): Promise<Dispatched> {
  await done()
  return { id: sentWith!, before: true }
}

const withFiles = (envelope: Envelope, { files }: Attached): Envelope => ({
  ...envelope,
  attachments: files.map(({ object }) => object).sort(),
})

/** As `dispatch`, and says what became of it. */
export async function send(shell: Shell, envelope: Envelope, content: Written): Promise<void> {
  const { id, recipients: offices } = envelope
  const sent = await dispatch(shell, envelope, content)
  if (sent === null)
    return shell.show({ id, queued: true }, () => shell.line(say(shell.language, 'cli.queued')))
  shell.show(sent, () =>
    shell.line(
      sent.before
        ? say(shell.language, 'cli.alreadySent', { message: sent.id })
        : say(shell.language, 'cli.messageSent', { message: id, offices }),
    ),
  )
}

/** As `send`, of what a command has decided and the officer typed. */
export async function sendDraft(
  shell: Shell,
  options: Options,
  draft: Draft,
  content: Written,
): Promise<void> {
  await send(shell, await envelopeOf(shell, options, draft), content)
}

/** A reply is restricted like what it answers, unless its writer says how. */
function restricted(shell: Shell, { handling, inReplyTo }: Envelope, content: Omit<Written, 'large'>) {
  if (!handling.includes('H3') || content.handlingText || !inReplyTo) return content
  return { ...content, handlingText: say(shell.language, 'cli.sameRestriction', { message: inReplyTo }) }
}
