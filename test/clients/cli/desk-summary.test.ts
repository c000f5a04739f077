import { describe, expect, it } from 'vitest'
import { casesIn, debtsOf, keysEnding, type Mail, unansweredBy } from '../../../clients/cli/desk-summary.ts'
import type { Thread } from '../../../clients/cli/desk-threads.ts'
import { readDirectory } from '../../../clients/core/directory.ts'
import { entryHash } from '../../../schema/wire/directory.ts'
import type { Envelope } from '../../../schema/wire/envelope.ts'
import { makeCast } from '../../cast.ts'
import { envelopeOf } from '../../laws/sealed-notes.ts'

// What a successor is told on the first day, from a small desk.

const DAY = 86_400_000
const NOW = Date.parse('2026-06-01T00:00:00Z')

const mail = (from: string, to: string, days: number, more: Partial<Envelope> = {}): Mail => {
  const envelope = { ...envelopeOf(from, [to], NOW + days * DAY), ...more }
  return { id: envelope.id, envelope: JSON.stringify(envelope), received: envelope.created }
}
const asked = mail('it-sco', 'ne-dst', 0, { case: 'NE-1' })
const acknowledged = mail('it-sco', 'ne-dst', 1, { case: 'NE-2' })
const ack = mail('ne-dst', 'it-sco', 2, {
  ...{ type: 'ACK', concerns: [acknowledged.id], inReplyTo: acknowledged.id, thread: acknowledged.id },
  ...{ dueAt: undefined, necessity: undefined },
})
const ours = mail('ne-dst', 'it-sco', 3, { case: 'NE-1' })
const all = [asked, acknowledged, ack, ours]

describe('the summary of a desk', () => {
  it('names what came and nobody has acknowledged or answered', () => {
    expect(unansweredBy(all, 'ne-dst').map(({ id }) => id)).toEqual([asked.id])
    expect(unansweredBy(all, 'it-sco').map(({ id }) => id)).toEqual([ours.id])
  })

  it('counts the messages of each case, the one spoken of last first', () => {
    expect(casesIn(all)).toEqual([
      { case: 'NE-1', messages: 2, last: ours.received },
      { case: 'NE-2', messages: 1, last: acknowledged.received },
    ])
  })

  it('lists what the office owes and is owed, the longest due first, and nothing that is settled', () => {
    const owed = (message: string, office: string, to: string, state: string, due: string) =>
      ({ message, office, to, state, due }) as Thread['owed'][number]
    const thread: Thread = {
      ...{ id: asked.id, state: 'OVERDUE', latest: ours.received, messages: all },
      owed: [
        owed(acknowledged.id, 'ne-dst', 'it-sco', 'ACKNOWLEDGED', '2026-06-09'),
        owed(asked.id, 'ne-dst', 'it-sco', 'OVERDUE', '2026-05-01'),
        owed(asked.id, 'ml-dnlt', 'it-sco', 'OPEN', '2026-05-01'),
        owed(ours.id, 'it-sco', 'ne-dst', 'ANSWERED', '2026-05-01'),
        owed(ours.id, 'it-sco', 'ne-dst', 'OPEN', '2026-07-01'),
      ],
    }
    const owes = debtsOf([thread], 'ne-dst', 'office')
    expect(owes.map(({ state, case: reference }) => [state, reference])).toEqual([
      ['OVERDUE', 'NE-1'],
      ['ACKNOWLEDGED', 'NE-2'],
    ])
    expect(debtsOf([thread], 'ne-dst', 'to').map(({ due }) => due)).toEqual(['2026-07-01'])
  })

  it('warns of keys from 60 days before they end', async () => {
    const cast = await makeCast([{ office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } }])
    let previous: string | null = null
    const entries = cast.genesis.map((signed, index) => {
      const entry = { index, previous, ...signed }
      previous = entryHash(entry)
      return entry
    })
    const state = await readDirectory(entries, entryHash(entries[0]!))
    const ends = state.offices.get('ne-dst')!.key.facts.encrypt[0]!.until!
    const at = (days: number) =>
      keysEnding(state, { office: 'ne-dst', person: 'ne-dst.aicha', now: ends + days * DAY }).map(
        ({ holder }) => holder,
      )
    expect(at(-62)).toEqual([])
    expect(at(-58)).toEqual(['office:ne-dst', 'person:ne-dst.aicha'])
    expect(at(90)).toEqual(['office:ne-dst', 'person:ne-dst.aicha'])
  })
})
