import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { leastDue } from '../../../schema/wire/due.ts'
import { Envelope, newObjectId } from '../../../schema/wire/envelope.ts'
import { dueOf, type Lineage, stateOf, type ThreadMessage, threadState } from '../../../schema/wire/thread.ts'
import { envelopeOf } from '../../clients/core/offices.ts'

// What a request has come to, from the messages alone.

const START = Date.parse('2026-05-02T10:00:00Z')
const HOUR = 3_600_000
type Changes = Partial<z.input<typeof Envelope>>

/** A message that Niger sends, unless told otherwise, `after` hours into the thread. */
function message(after: number, changes: Changes = {}): ThreadMessage {
  const created = new Date(START + after * HOUR).toISOString()
  const facts = envelopeOf({ created, ...changes })
  const due = leastDue(facts)
  const dueAt = changes.dueAt ?? (due === null ? undefined : new Date(due).toISOString())
  const { dueAt: _, ...rest } = facts
  return { envelope: Envelope.parse({ ...rest, ...(dueAt && { dueAt }) }), received: START + after * HOUR }
}
const request = message(0, { recipients: ['ml-dnlt', 'dz-dgsn'] })
const reply = (after: number, type: 'ANSWER' | 'ACK' | 'REFUSAL', changes: Changes = {}) =>
  message(after, {
    type,
    thread: request.envelope.id,
    inReplyTo: request.envelope.id,
    sender: 'ml-dnlt',
    recipients: ['ne-dst'],
    ...(type === 'ACK' && { concerns: [request.envelope.id] }),
    ...(type === 'REFUSAL' && { refusal: 'NOT_HELD' }),
    ...changes,
  })
/** Bamako's headquarters, with a unit at Gao that has one at Ansongo. */
const PARENTS: Record<string, string> = { 'ml-gao': 'ml-dnlt', 'ml-ansongo': 'ml-gao' }
const lineage: Lineage = (office) => [office, ...(PARENTS[office] ? lineage(PARENTS[office]) : [])]
const states = (messages: ThreadMessage[], hours: number) =>
  threadState(messages, START + hours * HOUR, lineage).map(({ office, state }) => `${office} ${state}`)

describe('a request', () => {
  it('is open at each of its recipients, and overdue after its time', () => {
    expect(states([request], 8)).toEqual(['dz-dgsn OPEN', 'ml-dnlt OPEN'])
    expect(states([request], 8.001)).toEqual(['dz-dgsn OVERDUE', 'ml-dnlt OVERDUE'])
  })

  it('is acknowledged, answered or refused by each recipient for himself', () => {
    expect(states([request, reply(1, 'ACK')], 2)).toEqual(['dz-dgsn OPEN', 'ml-dnlt ACKNOWLEDGED'])
    expect(states([request, reply(1, 'ANSWER')], 99)).toEqual(['dz-dgsn OVERDUE', 'ml-dnlt ANSWERED'])
    expect(states([request, reply(1, 'REFUSAL')], 99)).toEqual(['dz-dgsn OVERDUE', 'ml-dnlt REFUSED'])
  })

  it('that was only acknowledged is overdue all the same', () =>
    expect(states([request, reply(1, 'ACK')], 9)[1]).toBe('ml-dnlt OVERDUE'))

  it('is what its last answer or refusal says, and keeps when it was acknowledged', () => {
    const all = [request, reply(3, 'ANSWER'), reply(2, 'REFUSAL'), reply(1, 'ACK')]
    const [, mali] = threadState(all, START + 99 * HOUR, lineage)
    expect(mali).toMatchObject({
      state: 'ANSWERED',
      acknowledged: START + HOUR,
      settled: START + 3 * HOUR,
      to: 'ne-dst',
    })
  })

  it('is answered also after a question back, and the question back is a request of its own', () => {
    const back = message(1, {
      thread: request.envelope.id,
      inReplyTo: request.envelope.id,
      sender: 'ml-dnlt',
      recipients: ['ne-dst'],
    })
    const told = reply(2, 'ANSWER', {
      inReplyTo: back.envelope.id,
      sender: 'ne-dst',
      recipients: ['ml-dnlt'],
    })
    const answer = reply(3, 'ANSWER', { inReplyTo: told.envelope.id })
    expect(states([request, back, told], 4)).toEqual(['dz-dgsn OPEN', 'ml-dnlt OPEN', 'ne-dst ANSWERED'])
    expect(states([request, back, told, answer], 4)[1]).toBe('ml-dnlt ANSWERED')
    // Whoever does not see what lies between is told what follows from what he sees.
    expect(states([request, answer], 4)[1]).toBe('ml-dnlt OPEN')
  })

  it('is not answered by a message to somebody else, by another office or in another thread', () => {
    const elsewhere = reply(1, 'ANSWER', { recipients: ['it-sco'] })
    const stranger = reply(1, 'ANSWER', { sender: 'it-sco' })
    const other = reply(1, 'ANSWER', { inReplyTo: newObjectId() })
    expect(states([request, elsewhere, stranger, other], 2)).toEqual(['dz-dgsn OPEN', 'ml-dnlt OPEN'])
  })

  it('is answered by a unit of the office asked, where the office gets the answer too', () => {
    const byUnit = (sender: string, recipients: string[]) => reply(1, 'ANSWER', { sender, recipients })
    for (const unit of ['ml-gao', 'ml-ansongo'])
      expect(states([request, byUnit(unit, ['ml-dnlt', 'ne-dst'])], 99)[1]).toBe('ml-dnlt ANSWERED')
    // Or else Bamako would be told that it owes nothing, by an answer that it never saw.
    expect(states([request, byUnit('ml-gao', ['ne-dst'])], 2)[1]).toBe('ml-dnlt OPEN')
    expect(states([request, byUnit('ml-gao', ['ml-dnlt'])], 2)[1]).toBe('ml-dnlt OPEN')
    expect(states([request, byUnit('it-sco', ['ml-dnlt', 'ne-dst'])], 2)[1]).toBe('ml-dnlt OPEN')
  })

  it('that a unit was asked itself is its own to answer: not its office’s, and no other unit’s', () => {
    const both = message(0, { recipients: ['ml-dnlt', 'ml-gao'] })
    const inReplyTo = { thread: both.envelope.id, inReplyTo: both.envelope.id }
    const answer = (sender: string, recipients: string[]) =>
      reply(1, 'ANSWER', { ...inReplyTo, sender, recipients })
    expect(states([both, answer('ml-gao', ['ml-dnlt', 'ne-dst'])], 2)).toEqual([
      'ml-dnlt OPEN',
      'ml-gao ANSWERED',
    ])
    expect(states([both, answer('ml-dnlt', ['ml-gao', 'ne-dst'])], 2)).toEqual([
      'ml-dnlt ANSWERED',
      'ml-gao OPEN',
    ])
    // Ansongo replies for the nearest office that was asked.
    expect(states([both, answer('ml-ansongo', ['ml-dnlt', 'ml-gao', 'ne-dst'])], 2)).toEqual([
      'ml-dnlt OPEN',
      'ml-gao ANSWERED',
    ])
  })

  it('that waited in an outbox is due as much later as it came', () => {
    const late = { ...request, received: START + 48 * HOUR }
    expect(dueOf(late)).toBe(START + 56 * HOUR)
    expect(states([late], 56)[0]).toBe('dz-dgsn OPEN')
  })

  it('may be due later than the rule says, and never earlier', () => {
    const dueAt = new Date(START + 20 * HOUR).toISOString()
    expect(states([message(0, { dueAt })], 20)).toEqual(['ml-dnlt OPEN'])
    expect(() => message(0, { dueAt: new Date(START + 7 * HOUR).toISOString() })).toThrow(
      'expected 2026-05-02T18:00:00.000Z or later',
    )
  })
})

describe('a life at risk', () => {
  const alarm = message(0, {
    type: 'LIFE_AT_RISK',
    recipients: ['ml-dnlt'],
  })
  const ack = message(0.1, {
    type: 'ACK',
    thread: alarm.envelope.id,
    inReplyTo: alarm.envelope.id,
    concerns: [alarm.envelope.id],
    sender: 'ml-dnlt',
    recipients: ['ne-dst'],
  })

  it('is overdue after fifteen minutes, and asks for no more than an acknowledgement', () => {
    expect(states([alarm], 0.25)).toEqual(['ml-dnlt OPEN'])
    expect(states([alarm], 0.26)).toEqual(['ml-dnlt OVERDUE'])
    expect(states([alarm, ack], 99)).toEqual(['ml-dnlt ACKNOWLEDGED'])
  })
})

describe('the time to answer', () => {
  it.each([
    ['URGENT', 'DIRECT', 8],
    ['URGENT', 'INDIRECT', 72],
    ['URGENT', undefined, 72],
    ['NORMAL', 'DIRECT', 168],
    ['NORMAL', 'INDIRECT', 168],
  ] as const)('%s, %s: %i hours', (urgency, access, hours) => {
    const created = new Date(START).toISOString()
    expect(leastDue({ type: 'REQUEST', urgency, access, created })).toBe(START + hours * HOUR)
  })

  it('is none for what asks nothing', () => {
    for (const type of ['ANSWER', 'ACK', 'SPONTANEOUS_INFO', 'CORRECTION'] as const)
      expect(leastDue({ type, urgency: 'URGENT', created: '2026-05-02T10:00:00Z' })).toBeNull()
  })
})

describe('a thread', () => {
  it('is in the state that presses most, and in none where nothing was asked', () => {
    const at = (messages: ThreadMessage[], hours: number) =>
      stateOf(threadState(messages, START + hours * HOUR, lineage))
    expect(at([request, reply(1, 'ANSWER')], 2)).toBe('OPEN')
    expect(at([request, reply(1, 'ANSWER')], 9)).toBe('OVERDUE')
    expect(at([request, reply(1, 'ANSWER'), reply(1, 'REFUSAL', { sender: 'dz-dgsn' })], 9)).toBe('REFUSED')
    expect(at([message(0, { type: 'SPONTANEOUS_INFO' })], 9)).toBeNull()
  })

  it('is read the same in whatever order its messages are given', () => {
    const all = [request, reply(1, 'ACK'), reply(2, 'REFUSAL'), reply(3, 'ANSWER')]
    const told = threadState(all, START + 5 * HOUR, lineage)
    expect(threadState([...all].reverse(), START + 5 * HOUR, lineage)).toEqual(told)
  })
})
