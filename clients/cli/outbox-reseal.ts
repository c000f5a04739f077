import type { PrivateKey } from 'openpgp'
import { audienceOf, Envelope, NoteFacts } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { NoteInput } from '../../schema/wire/report.ts'
import { openMessage, openNote } from '../core/open.ts'
import { sealMessage, sealNote } from '../core/seal.ts'
import type { Kept } from '../gateway/outbox.ts'
import { MessageBody, ReportBody } from './outbox.ts'
import { recipientsOf, signersIn } from './recipients.ts'
import { audienceOfNote } from './report-file.ts'
import type { Shell } from './shell.ts'

/**
 * Seals anew what waits, to the keys that stand in the directory now: the client opens the sender's own copy and changes
 * nothing in it. Ids, numbers and idempotency keys stay, so however often it is sent, it is one message or one report.
 * @throws Fault NOT_FOUND without the office's private key; DIRECTORY where an office has no good key at all
 */
export function resealed(shell: Shell, kept: Kept): Promise<unknown> {
  return kept.operation === 'sendMessage' ? resealedMessage(shell, kept) : resealedReport(shell, kept)
}

async function resealedMessage(shell: Shell, { body }: Kept): Promise<unknown> {
  const question = MessageBody.parse(body)
  const { input } = question.variables
  const envelope = Envelope.parse(JSON.parse(input.envelope))
  const { state, decryptWith, signWith, at } = await handsOn(shell, envelope.sender)
  const { content, sequence } = await openMessage({
    ciphertext: Buffer.from(input.ciphertext, 'base64'),
    decryptWith,
    verifyWith: signersIn(state, envelope.sender),
    at,
    envelope,
    office: envelope.sender,
  })
  const to = await recipientsOf(state, audienceOf(envelope), at.getTime(), envelope.profile)
  const sealed = await sealMessage({ envelope, content, sequence, to, signWith, at })
  const ciphertext = Buffer.from(sealed.ciphertext).toString('base64')
  const anew = { ...input, ciphertext, signature: sealed.uploadSignature }
  return { ...question, variables: { ...question.variables, input: anew } }
}

async function resealedReport(shell: Shell, { body }: Kept): Promise<unknown> {
  const question = ReportBody.parse(body)
  const { input } = question.variables
  const facts = NoteFacts.parse(input.note!.facts)
  const { state, decryptWith, signWith, at } = await handsOn(shell, facts.office)
  const { content } = await openNote({
    ciphertext: Buffer.from(input.note!.ciphertext, 'base64'),
    decryptWith,
    verifyWith: signersIn(state, facts.office),
    at,
    facts,
  })
  const audience = input.release ? await audienceOfNote(shell, input.release) : input.note!.audience
  const to = await recipientsOf(state, audience, at.getTime(), facts.profile)
  const sealed = await sealNote({ facts, content, to, signWith, at })
  const note: NoteInput = {
    facts,
    audience,
    ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
    signature: sealed.uploadSignature,
  }
  return { ...question, variables: { ...question.variables, input: { ...input, note } } }
}

type Hands = { decryptWith: PrivateKey[]; signWith: PrivateKey; at: Date }

async function handsOn(shell: Shell, office: string) {
  const { caller, now } = await shell.link()
  const decryptWith = (await shell.officeKeys([office])).map(({ key }) => key)
  if (decryptWith.length === 0)
    throw new Fault('NOT_FOUND', `expected the private key of ${office} on this machine, got none`)
  const { privateKey: signWith } = await shell.key(caller.person)
  const hands: Hands = { decryptWith, signWith, at: new Date(now()) }
  return { ...hands, state: await shell.directory() }
}
