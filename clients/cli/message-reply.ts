import { CODES, type RefusalReason } from '../../schema/wire/codes.ts'
import { lineage } from '../../schema/wire/directory-state.ts'
import type { Envelope } from '../../schema/wire/envelope.ts'
import { say } from '../../schema/words/index.ts'
import { coded } from './claims.ts'
import { type Command, text } from './command.ts'
import { type Hit, refuseHit } from './hits.ts'
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
import { dispatch, sendDraft } from './message-dispatch.ts'
import { reasonOf } from './reason.ts'
import type { Shell } from './shell.ts'

// Replies: each goes to whoever wrote, in his thread, handled as he asked; a unit's also to its office, where that was asked.

/** An office is told of what its unit replies in its place: it counts for the office, and the office need not reply. */
async function whoeverAsked(shell: Shell, { sender, recipients }: Envelope): Promise<string[]> {
  const { caller } = await shell.link()
  const asked = lineage(await shell.directory(), caller.office).find((one) => recipients.includes(one))
  return asked === undefined || asked === caller.office ? [sender] : [sender, asked]
}

type Own = Pick<Draft, 'type'> & Partial<Draft>

/** What makes a reply of a draft: to whom it goes, and all that it takes from what it answers. */
const replyTo = async (shell: Shell, of: Envelope, own: Own): Promise<Draft> => ({
  recipients: await whoeverAsked(shell, of),
  ...inReplyTo(of),
  ...own,
})

/** An acknowledgement of a message, sealed and signed like every message. */
export async function acknowledge(shell: Shell, of: Envelope) {
  const envelope = await envelopeOf(shell, {}, await replyTo(shell, of, ackOf(of)))
  return dispatch(shell, envelope, { language: shell.language, text: ackText(shell, of.id) })
}

const ackOf = ({ id }: Envelope): Own => ({ type: 'ACK', concerns: [id] })
const ackText = (shell: Shell, id: string) => say(shell.language, 'cli.ackText', { message: id })

export const messageAck: Command = {
  name: 'message ack',
  about: 'cli.aboutMessageAck',
  args: ['<message>'],
  options: TEXT_OPTIONS,
  examples: [{ line: 'message ack 4t2m…', about: 'cli.tryMessageAck' }],
  async run(shell, [id], options) {
    const words = await contentOf(shell, options, ackText(shell, id!))
    const of = await factsOf(shell, id!)
    await sendDraft(shell, options, await replyTo(shell, of, ackOf(of)), words)
  },
}

export const messageRefuse: Command = {
  name: 'message refuse',
  about: 'cli.aboutMessageRefuse',
  args: ['<message>'],
  options: [{ flags: '--reason <code>', about: 'cli.optRefusal' }, ...TEXT_OPTIONS],
  examples: [{ line: 'message refuse 4t2m… --reason ONGOING_INVESTIGATION', about: 'cli.tryMessageRefuse' }],
  async run(shell, [id], options) {
    const refusal = reasonOf(shell, text(options, 'reason'), 'RefusalReason', CODES.RefusalReason)
    const words = await contentOf(shell, options, coded(shell.language, 'RefusalReason', refusal))
    const of = await factsOf(shell, id!)
    await sendDraft(shell, options, await replyTo(shell, of, refusalOf(refusal as RefusalReason)), words)
    if (of.hit) await refuseHit(shell, of.hit, refusal as RefusalReason)
  },
}

const refusalOf = (refusal: RefusalReason): Own => ({ type: 'REFUSAL', refusal })

/** Tells whoever gave notice of a hit, in his thread, that the officer's office goes no further; nothing where nobody did. */
export async function refuseNotice(shell: Shell, { notice }: Hit, reason: RefusalReason): Promise<void> {
  const of = notice === null ? null : await factsOf(shell, notice)
  if (of === null || of.sender === (await shell.link()).caller.office) return
  const envelope = await envelopeOf(shell, {}, await replyTo(shell, of, refusalOf(reason)))
  const words = coded(shell.language, 'RefusalReason', reason)
  await dispatch(shell, envelope, { language: shell.language, text: words })
}

export const messageAnswer: Command = {
  name: 'message answer',
  about: 'cli.aboutMessageAnswer',
  args: ['<message>'],
  options: [{ flags: '--offer <code>', about: 'cli.optOffer' }, ...TEXT_OPTIONS, ...HANDLING_OPTIONS],
  examples: [
    { line: 'message answer 4t2m… --file answer.txt', about: 'cli.tryMessageAnswer' },
    { line: 'message answer 4t2m… --offer JOINT_TEAM --text "…"', about: 'cli.tryMessageOffer' },
  ],
  async run(shell, [id], options) {
    const words = await contentOf(shell, options)
    const own = { type: 'ANSWER', ...given(shell, options, 'offer', 'Offer') } as Own
    const draft = await replyTo(shell, await factsOf(shell, id!), own)
    await sendDraft(shell, options, draft, words)
  },
}
