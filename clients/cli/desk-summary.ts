import type { PacketState, ThreadState } from '../../schema/wire/codes.ts'
import {
  activeOffice,
  anchorsOf,
  type DirectoryState,
  type HeldKey,
  usable,
} from '../../schema/wire/directory-state.ts'
import { Envelope } from '../../schema/wire/envelope.ts'
import { custodianHolder, officeHolder, recoveryHolder } from '../../schema/wire/holder.ts'
import type { Thread } from './desk-threads.ts'

// What a successor has to know on the first day, derived from what the office has; nothing of it is stored anywhere.

export type Mail = { id: string; envelope: string; received: string }
export type Notice = { id: string; kind: string; office: string; report: string; time: string }
export type Debt = {
  thread: string
  message: string
  state: ThreadState
  /** Who owes, and whom. */
  office: string
  to: string
  due: string
  case: string | null
}
export type Unanswered = { id: string; type: string; sender: string; received: string; case: string | null }
export type Case = { case: string; messages: number; last: string }
export type KeyEnd = { holder: string; until: string }

export type Summary = {
  office: string
  time: string
  sealed: Record<PacketState, number>
  /** What the office owes, and what it is owed; each the longest due first. */
  owes: Debt[]
  owed: Debt[]
  unanswered: Unanswered[]
  cases: Case[]
  notices: Notice[]
  keys: KeyEnd[]
}

/** Debts in which the office stands on one side. */
export function debtsOf(threads: readonly Thread[], office: string, side: 'office' | 'to'): Debt[] {
  return threads
    .flatMap(({ id: thread, owed, messages }) => {
      const cases = new Map(messages.map(({ id, envelope }) => [id, envelopeOf(envelope)?.case ?? null]))
      return owed
        .filter((one) => one[side] === office && !['ANSWERED', 'REFUSED'].includes(one.state))
        .map((one) => ({ ...one, thread, case: cases.get(one.message) ?? null }))
    })
    .sort((a, b) => (a.due < b.due ? -1 : 1))
}

/** What came to the office and what nobody there has acknowledged or replied to, the newest first. */
export function unansweredBy(mail: readonly Mail[], office: string): Unanswered[] {
  const read = mail.map(({ envelope, ...one }) => ({ ...one, envelope: envelopeOf(envelope) }))
  const settled = new Set(
    read.flatMap(({ envelope }) =>
      envelope?.sender === office ? [envelope.inReplyTo, ...(envelope.concerns ?? [])] : [],
    ),
  )
  return read.flatMap(({ id, received, envelope }) => {
    if (!envelope?.recipients.includes(office) || envelope.type === 'ACK' || settled.has(id)) return []
    return [{ id, received, type: envelope.type, sender: envelope.sender, case: envelope.case ?? null }]
  })
}

/** Cases that the office's messages name, the one spoken of last first. */
export function casesIn(mail: readonly Mail[]): Case[] {
  const cases = new Map<string, Case>()
  for (const { envelope, received } of mail) {
    const reference = envelopeOf(envelope)?.case
    if (!reference) continue
    const { messages, last } = cases.get(reference) ?? { messages: 0, last: received }
    cases.set(reference, { case: reference, messages: messages + 1, last: received > last ? received : last })
  }
  return [...cases.values()].sort((a, b) => (a.last > b.last ? -1 : 1))
}

const DAY = 86_400_000
/** A key is told of from so many days before it ends. */
const WARNING_DAYS = 60

/** Those keys that the desk depends on and that end soon or have ended: its own, its custodian's, its country's, the officer's. */
export function keysEnding(
  state: DirectoryState,
  { office, person, now }: { office: string; person: string; now: number },
): KeyEnd[] {
  const found = activeOffice(state, office, now)
  const country = found?.body.country ?? ''
  const keys: [string, HeldKey | null | undefined][] = [
    [officeHolder(office), found?.key],
    [custodianHolder(office), found?.custodian?.key],
    [recoveryHolder(country), state.recoveries.get(country)?.key],
    ...anchorsOf(state, country).map((key): [string, HeldKey] => [`anchor:${country}`, key]),
    [`person:${person}`, state.persons.get(person)?.key],
  ]
  return keys.flatMap(([holder, key]) => {
    if (!key) return []
    const until = endOf(state, key, now)
    return until < now + WARNING_DAYS * DAY ? [{ holder, until: new Date(until).toISOString() }] : []
  })
}

/** When nothing can be sealed to a key any more. */
function endOf(state: DirectoryState, key: HeldKey, now: number): number {
  const ends = usable(state, key, 'encrypt', now).map(({ until }) => until ?? Number.POSITIVE_INFINITY)
  return ends.length > 0 ? Math.max(...ends) : now
}

const envelopeOf = (text: string): Envelope | undefined => Envelope.safeParse(JSON.parse(text)).data
