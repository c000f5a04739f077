import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unavailable } from '../../server/audit/sequencer.ts'
import { bare } from './bare-socket.ts'
import { isNoticed, swap } from './broken.ts'
import {
  ASKED,
  type Asking,
  closeRecorded,
  graph,
  listening,
  openRecorded,
  own,
  portolan,
} from './record-requests.ts'
import { bound, recording } from './recorded.ts'

// Law 2 goes further than a disk: what is on record must be published, or nothing more is answered.

beforeAll(openRecorded, 1_500_000)
afterAll(closeRecorded)

const DATA = /^(a question|a change|a chunk that comes|a chunk that is asked for)$/
const STREAM: Asking = ['a stream', () => listening()]
const ALL = [...ASKED.filter(([title]) => DATA.test(title)), STREAM]
let suspended = () => unavailable('expected a checkpoint of the log within 60 s, got none')

/** What was answered all the same, or ran, or is not on record. */
async function answered(asking: Asking[]): Promise<string[]> {
  const found: string[] = []
  const restore = swap(portolan.instance, 'audit', { ...bound(own), suspended: () => suspended() })
  for (const [title, make] of asking) {
    const request = await make()
    const { answered, stop } = recording(portolan)
    graph.calls.length = 0
    const reply = (await bare(portolan, request)).toString()
    if (!reply.includes('"AUDIT_UNAVAILABLE"')) found.push(`${title}: answered`)
    if (graph.calls.length > 0) found.push(`${title}: ${graph.calls.join()} ran`)
    if (answered.at(-1)?.answer.detail.outcome !== 'AUDIT_UNAVAILABLE') found.push(`${title}: not on record`)
    stop()
  }
  restore()
  return found
}

describe('while what is on record is not published', () => {
  it.each(ALL)('%s is refused, and the refusal is on record', async (...row) => {
    expect(await answered([row])).toEqual([])
  })

  it('officers may sign in and out, and health says down', async () => {
    const restore = swap(portolan.instance, 'audit', { ...bound(own), suspended })
    for (const [title, make] of ASKED.filter(([title]) => /^a log(in|out)$/.test(title)))
      expect([title, (await bare(portolan, await make())).toString().split('\r\n')[0]]).toEqual([
        title,
        'HTTP/1.1 200 OK',
      ])
    const answer = await fetch(`${portolan.url}/health`)
    expect([answer.status, await answer.text()]).toEqual([503, '{"status":"down"}'])
    restore()
  })
})

isNoticed(
  // A stream that is let in has no end to wait for.
  [() => answered(ALL.slice(0, -1))],
  [
    [
      'nobody asks whether it is',
      () => {
        const before = suspended
        suspended = () => null as never
        return () => {
          suspended = before
        }
      },
    ],
  ],
)
