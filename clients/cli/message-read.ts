import { formerKeys, withAncestors } from '../../schema/wire/directory-state.ts'
import { audienceOf, Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import { type OpenedMessage, openMessage } from '../core/open.ts'
import { signersIn } from './recipients.ts'
import { envelopes, type Mail, withheld } from './sequences.ts'
import type { Shell } from './shell.ts'

export type Receipt = { office: string; signer: string; time: string }
type Message = Mail & { ciphertext: string | null; erased: boolean; receipts: Receipt[] }

const QUERY = `query messageOpen($id: ID!) { message(id: $id) {
  id envelope sender signer received signature ciphertext erased receipts { office signer time } } }`

export type Read = { opened: OpenedMessage; receipts: Receipt[]; missing: number }

/**
 * A message, opened here with the key of one of the offices that it is for, and matched with its envelope. `missing` is how
 * many earlier ones of its sender were never shown. Throws NOT_FOUND for one that is not there, or that was taken back.
 */
export async function readMessage(shell: Shell, id: string): Promise<Read> {
  const { message } = await shell.ask<{ message: Message | null }>(QUERY, { id })
  if (message?.erased)
    throw new Fault('NOT_FOUND', `expected a message that stands, got one that ${message.sender} took back`)
  if (!message?.ciphertext) throw new Fault('NOT_FOUND', `expected a message of your office, got ${id}`)
  const outside = JSON.parse(message.envelope) as Record<string, unknown>
  const { opened, office } = await unsealed(shell, message.ciphertext, outside)
  return { opened, receipts: message.receipts, missing: await missingBefore(shell, opened, office) }
}

async function unsealed(shell: Shell, ciphertext: string, outside: Record<string, unknown>) {
  const { caller, now } = await shell.link()
  const state = await shell.directory()
  const envelope = Envelope.parse(outside)
  const audience = audienceOf(envelope)
  const mine = withAncestors(state, caller.office, now()).filter((office) => audience.includes(office))
  const keys = await shell.officeKeys(mine)
  const [own] = keys
  if (!own)
    throw new Fault(
      'NOT_FOUND',
      `expected the private key of ${mine.join(' or ') || caller.office} on this machine, got none`,
    )
  const opened = await openMessage({
    ciphertext: Buffer.from(ciphertext, 'base64'),
    decryptWith: keys.filter(({ office }) => office === own.office).map(({ key }) => key),
    verifyWith: signersIn(state, envelope.sender),
    at: new Date(now()),
    envelope: outside,
    office: own.office,
    predecessors: formerKeys(state, officeHolder(own.office)),
    // With nothing seen before, a number above 1 is told: the inbox says below whether that many were shown.
    last: 0,
  })
  return { opened, office: own.office }
}

async function missingBefore(
  shell: Shell,
  { envelope, warnings }: OpenedMessage,
  office: string,
): Promise<number> {
  const number = warnings[0]?.got ?? 1
  return number === 1 || !envelope.recipients.includes(office)
    ? 0
    : withheld(await envelopes(shell), envelope, office, number)
}
