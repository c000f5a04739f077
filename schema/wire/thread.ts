import type { ThreadState } from './codes.ts'
import { leastDue, timeToAnswer } from './due.ts'
import type { Envelope } from './envelope.ts'

// What became of a thread is derived from its messages and stored nowhere: an office that sees fewer of them is told what
// follows from those that it sees.

/** One message of a thread, and when the server had it (ms since the epoch). */
export type ThreadMessage = { envelope: Envelope; received: number }

/** What one recipient owes, or has given, for one message that asks. */
export type Owed = {
  message: string
  /** Who asked, and who owes. */
  to: string
  office: string
  state: ThreadState
  /** ms since the epoch. */
  due: number
  acknowledged: number | null
  /** When it was answered or refused; the last of several counts. */
  settled: number | null
}

/** An office and those that it is a unit of, itself first. */
export type Lineage = (office: string) => readonly string[]

/**
 * The one of the offices asked that a reply is given for, or null: whoever replies, or else the nearest that he is a unit of, where
 * it gets the reply too. So whoever is told that something is settled also has the message that settled it.
 */
export function repliedFor(
  asked: readonly string[],
  { sender, recipients }: { sender: string; recipients: readonly string[] },
  lineage: Lineage,
): string | null {
  if (asked.includes(sender)) return sender
  const office = lineage(sender).find((one) => asked.includes(one))
  return office !== undefined && recipients.includes(office) ? office : null
}

/**
 * What each recipient of each asking message owes at `now`, in the order in which the messages came. An acknowledgement is
 * all that LIFE_AT_RISK asks for; anything else must be answered or refused, whatever was acknowledged.
 */
export function threadState(messages: readonly ThreadMessage[], now: number, lineage: Lineage): Owed[] {
  const inOrder = [...messages].sort(
    (a, b) => a.received - b.received || (a.envelope.id < b.envelope.id ? -1 : 1),
  )
  const byId = new Map(inOrder.map((one) => [one.envelope.id, one]))
  const replies = inOrder.map((one) => ({ ...one, ...askedBy(one.envelope, byId, lineage) }))
  return inOrder.flatMap((asking) => {
    const due = dueOf(asking)
    if (due === null) return []
    const { id, sender, recipients } = asking.envelope
    return recipients.map((office) => {
      const given = replies.filter((reply) => reply.asked === id && reply.by === office)
      return { message: id, to: sender, office, due, ...outcome(asking.envelope, given, due, now) }
    })
  })
}

/** What of all that is owed in a thread presses most; null where nothing was asked. */
export function stateOf(owed: readonly Owed[]): ThreadState | null {
  return PRESSING.find((state) => owed.some((one) => one.state === state)) ?? null
}
const PRESSING: readonly ThreadState[] = ['OVERDUE', 'OPEN', 'ACKNOWLEDGED', 'REFUSED', 'ANSWERED']

/** Nobody loses time by a message that waited in its sender's outbox: he has what the rule gives from when it came. */
export function dueOf({ envelope, received }: ThreadMessage): number | null {
  if (leastDue(envelope) === null || !envelope.dueAt) return null
  return Math.max(Date.parse(envelope.dueAt), received + timeToAnswer(envelope)!)
}

const REPLIES = new Set<string>(['ANSWER', 'REFUSAL', 'ACK'])

type Reply = { asked: string; by: string }

/**
 * The asking message that a reply settles, and for whom: the nearest one above it that was addressed to whoever replies, by
 * somebody who is told. So an answer that comes after a question back still counts.
 */
function askedBy(reply: Envelope, byId: Map<string, ThreadMessage>, lineage: Lineage): Reply | null {
  if (!REPLIES.has(reply.type)) return null
  const passed = new Set<string>()
  for (let next = reply.inReplyTo; next && !passed.has(next); ) {
    passed.add(next)
    const above = byId.get(next)?.envelope
    if (!above) return null
    const by = leastDue(above) === null ? null : repliedFor(above.recipients, reply, lineage)
    if (by !== null && reply.recipients.includes(above.sender)) return { asked: above.id, by }
    next = above.inReplyTo
  }
  return null
}

function outcome(asking: Envelope, given: ThreadMessage[], due: number, now: number) {
  const acknowledged = given.find(({ envelope }) => envelope.type === 'ACK')?.received ?? null
  const last = given.filter(({ envelope }) => envelope.type !== 'ACK').at(-1)
  const settled = last?.received ?? null
  const state = (): ThreadState => {
    if (last) return last.envelope.type === 'ANSWER' ? 'ANSWERED' : 'REFUSED'
    if (acknowledged !== null && (asking.type === 'LIFE_AT_RISK' || now <= due)) return 'ACKNOWLEDGED'
    return now <= due ? 'OPEN' : 'OVERDUE'
  }
  return { state: state(), acknowledged, settled }
}
