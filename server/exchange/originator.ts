import { type MessageRow, messageInbox, messageOpen } from '../../cypher/message/message.ts'
import type { Ask } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { ONWARDS, SENSITIVITIES } from '../../schema/wire/codes.ts'
import { Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'

// Law 7 for messages: whoever wrote one corrects and erases it for all who had it, and decides who else is passed it.

type Request = { caller: Caller; ask: Ask }

/**
 * Whether the originators of everything that a message speaks of or passes on agree to it. Returns the messages whose
 * content ends with it. Throws BAD_REFERENCE for what the sender's office does not have, NOT_ALLOWED for what its
 * originator did not agree to.
 */
export async function originatorAgrees(envelope: Envelope, request: Request): Promise<Envelope[]> {
  const { type, consents, onwardOf } = envelope
  if (consents) await checkConsent(consents.object, request)
  if (onwardOf) await checkOnward(envelope, onwardOf, request)
  // A request may speak of what only the office that is asked has.
  if (type === 'REQUEST' || !envelope.concerns) return []
  const concerned = await Promise.all(envelope.concerns.map((id) => heldBy(request, id, 'concerns')))
  if (REVISING.has(type)) await checkRevision(envelope, concerned, request)
  return type === 'ERASURE_NOTICE' ? concerned : []
}

const REVISING = new Set<string>(['CORRECTION', 'ERASURE_NOTICE'])

const refused = (field: keyof Envelope, message: string) =>
  new Fault('NOT_ALLOWED', message, { path: ['input', 'envelope', field] })

/** The envelope of a message that the caller's office has; hidden and absent are one fault. */
async function heldBy({ caller, ask }: Request, id: string, field: keyof Envelope): Promise<Envelope> {
  const [found] = await ask(messageOpen, { id, offices: caller.offices })
  const envelope = found && envelopeOf(found)
  if (envelope) return envelope
  throw new Fault('BAD_REFERENCE', 'expected a message in your inbox', { path: ['input', 'envelope', field] })
}

const envelopeOf = ({ envelope }: MessageRow): Envelope | undefined =>
  Envelope.safeParse(JSON.parse(envelope)).data

/** A correction or an erasure goes to all who had the message and to nobody else: whom it was sent to, and whom they were let pass it to. */
async function checkRevision(envelope: Envelope, concerned: Envelope[], request: Request): Promise<void> {
  const { office } = request.caller
  if (concerned.some(({ sender }) => sender !== office))
    throw refused('concerns', 'expected messages of your own office')
  const had = await reachedBy(concerned, request)
  if (had.join() === envelope.recipients.join()) return
  throw refused('recipients', `expected all who had it and nobody else: ${had.join(', ')}`)
}

/** Every office that has a message of the caller's own, or that he agreed to its being passed to; null for another's. */
export async function reachedByOwn(id: string, request: Request): Promise<string[] | null> {
  const [found] = await request.ask(messageOpen, { id, offices: request.caller.offices })
  const own = found && envelopeOf(found)
  return own?.sender === request.caller.office ? reachedBy([own], request) : null
}

/** Every office but the originator that has these messages, or that he agreed to their being passed to. */
async function reachedBy(messages: Envelope[], request: Request): Promise<string[]> {
  const ids = new Set(messages.map(({ id }) => id))
  const agreed = (await sentBy(request)).flatMap(({ consents }) =>
    consents && ids.has(consents.object) ? consents.to : [],
  )
  const reached = new Set([...messages.flatMap(({ recipients }) => recipients), ...agreed])
  reached.delete(request.caller.office)
  return [...reached].sort()
}

const PAGE = 500

/** What the caller's own office sent. It is read through, for who was let in later stands in its answers only. */
async function sentBy({ caller, ask }: Request): Promise<Envelope[]> {
  const found: Envelope[] = []
  let after: [number, string] | null = null
  for (;;) {
    const rows: MessageRow[] = await ask(messageInbox, { offices: [caller.office], after, first: PAGE })
    for (const row of rows) {
      const envelope = row.sender === caller.office ? envelopeOf(row) : undefined
      if (envelope) found.push(envelope)
    }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return found
    after = [last.recordedTime, last.id]
  }
}

/** Only the originator agrees: in an answer to whoever asked, about a message of his own that may be passed on at all. */
async function checkConsent(object: string, request: Request): Promise<void> {
  const own = await heldBy(request, object, 'consents')
  if (own.sender !== request.caller.office) throw refused('consents', 'expected a message of your own office')
  if (own.onwardOf) throw refused('consents', 'expected a message of your own, got one that you were passed')
  if (own.onward === 'NONE')
    throw refused('consents', 'expected a message that may be passed on, got one that may not')
}

/**
 * What is passed on comes with its originator's consent to every recipient, or stays among those who had it where he said so
 * from the start; and it is handled no more freely than he said.
 */
async function checkOnward(
  envelope: Envelope,
  { object, originator, via, consent }: NonNullable<Envelope['onwardOf']>,
  request: Request,
): Promise<void> {
  const held = await heldBy(request, via ?? object, 'onwardOf')
  // What was passed on to me keeps its first originator: whoever passed it on cannot agree in his place.
  const own = held.onwardOf ? null : { object: held.id, originator: held.sender }
  const source = via ? held.onwardOf : own
  if (source?.object !== object || source.originator !== originator)
    throw refused('onwardOf', 'expected the object and the originator as your office had them')
  if (held.onward === 'NONE') throw refused('onwardOf', 'expected what may be passed on, got what may not')
  checkHandling(envelope, held)
  const had = new Set([held.sender, ...held.recipients])
  const isAmongThem = envelope.recipients.every((office) => had.has(office))
  if (held.onward === 'WITHIN_RELEASE' && isAmongThem) return
  if (!consent) throw refused('onwardOf', 'expected the consent of the originator, got none')
  const given = await heldBy(request, consent, 'onwardOf')
  const agreed = given.sender === originator && given.consents?.object === object ? given.consents.to : []
  if (envelope.recipients.some((office) => !agreed.includes(office)))
    throw refused('recipients', 'expected offices to which the originator agreed')
}

/** Conditions travel with what is passed on: they may be made stricter, and never looser. */
function checkHandling(envelope: Envelope, held: Envelope): void {
  if (held.handling.some((code) => !envelope.handling.includes(code)))
    throw refused('handling', `expected at least ${held.handling.join(' ')}`)
  if (SENSITIVITIES.indexOf(envelope.sensitivity) < SENSITIVITIES.indexOf(held.sensitivity))
    throw refused('sensitivity', `expected at least ${held.sensitivity}`)
  if (ONWARDS.indexOf(envelope.onward) > ONWARDS.indexOf(held.onward))
    throw refused('onward', `expected at most ${held.onward}`)
  if (envelope.evidenceUse !== held.evidenceUse && envelope.evidenceUse !== 'NOT_CONSENTED')
    throw refused('evidenceUse', `expected ${held.evidenceUse} or NOT_CONSENTED`)
}
