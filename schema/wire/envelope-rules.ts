import { leastDue } from './due.ts'
import type { Envelope } from './envelope.ts'

// What the fields of an envelope must be to one another. Sender, server and recipient all check it.

const REPLIES = new Set<string>(['ANSWER', 'ACK', 'REFUSAL'])
/** Types that speak of messages, and must say of which. */
const SPEAKING = new Set<string>(['ACK', 'CORRECTION', 'ERASURE_NOTICE'])

/** Each field that does not fit the others, with what was expected. */
export function wrongIn(envelope: Envelope): [field: keyof Envelope, message: string][] {
  const parts = [threading, asking, lawful, passing, offering]
  return parts.flatMap((part) => part(envelope))
}

type Wrong = ReturnType<typeof wrongIn>
const unless = (isRight: boolean, field: keyof Envelope, message: string): Wrong =>
  isRight ? [] : [[field, message]]

function threading({ id, type, thread, inReplyTo, sender, recipients, concerns }: Envelope): Wrong {
  return [
    ...unless(!recipients.includes(sender), 'recipients', 'expected other offices, got the sender'),
    ...unless(
      !REPLIES.has(type) || inReplyTo !== undefined,
      'inReplyTo',
      'expected the message that this one answers',
    ),
    ...unless(
      inReplyTo !== undefined || thread === id,
      'thread',
      'expected its own id, for it opens the thread',
    ),
    ...unless(inReplyTo !== id, 'inReplyTo', 'expected another message, got itself'),
    ...unless(
      !SPEAKING.has(type) || concerns !== undefined,
      'concerns',
      'expected the messages that it speaks of',
    ),
    ...unless(
      type !== 'ACK' || concerns?.includes(inReplyTo ?? '') === true,
      'concerns',
      'expected the message that it acknowledges among them',
    ),
  ]
}

/** Only what asks for something is due, and nobody is given less time than the rule. */
function asking(envelope: Envelope): Wrong {
  const { dueAt } = envelope
  const least = leastDue(envelope)
  if (least === null) return unless(dueAt === undefined, 'dueAt', 'expected none, for nothing is asked')
  return unless(
    dueAt !== undefined && Date.parse(dueAt) >= least,
    'dueAt',
    `expected ${new Date(least).toISOString()} or later`,
  )
}

function lawful({ type, urgency, urgencyReason, necessity, refusal, ...more }: Envelope): Wrong {
  const isRequest = type === 'REQUEST'
  // A reply stands on what it answers, and whoever sees a life at risk need not look a paragraph up.
  const mustStand = more.inReplyTo === undefined && type !== 'LIFE_AT_RISK'
  return [
    ...unless(
      (isRequest && urgency === 'URGENT') === (urgencyReason !== undefined),
      'urgencyReason',
      'expected a reason for an urgent request, and for nothing else',
    ),
    ...unless(
      isRequest === (necessity !== undefined),
      'necessity',
      'expected a reason for a request, and for nothing else',
    ),
    ...unless(
      (type === 'REFUSAL') === (refusal !== undefined),
      'refusal',
      'expected a reason for a refusal, and for nothing else',
    ),
    ...unless(
      !mustStand || more.legalBasis !== undefined || more.case !== undefined,
      'legalBasis',
      'expected a legal basis or a case',
    ),
  ]
}

function offering({ type, offer, hit, recipients }: Envelope): Wrong {
  return [
    ...unless(offer === undefined || type === 'ANSWER', 'offer', 'expected none, for it is no answer'),
    ...unless(hit === undefined || type === 'HIT_NOTICE', 'hit', 'expected none, for it is no hit notice'),
    ...unless(
      hit === undefined || recipients.length === 1,
      'recipients',
      'expected the other office of the hit and nobody else',
    ),
  ]
}

function passing({ type, sender, recipients, onwardOf, consents }: Envelope): Wrong {
  return [
    ...unless(
      consents === undefined || type === 'ANSWER',
      'consents',
      'expected a consent in an answer, got another type',
    ),
    ...unless(
      onwardOf === undefined || onwardOf.originator !== sender,
      'onwardOf',
      'expected something of another office, got your own',
    ),
    ...unless(
      onwardOf === undefined || !recipients.includes(onwardOf.originator),
      'recipients',
      'expected other offices than the one whose it is',
    ),
  ]
}
