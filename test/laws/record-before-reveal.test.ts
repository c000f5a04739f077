import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Graph } from '../../server/graph.ts'
import { SUBMIT } from '../report.ts'
import { isNoticed } from './broken.ts'
import { MUTANTS } from './record-mutants.ts'
import { early, leaked, unrecorded } from './record-order.ts'
import { ASKED, closeRecorded, input, openRecorded, own, portolan } from './record-requests.ts'
import { cutOff, outOfOrder, unmatched } from './record-stream.ts'
import { STREAM_MUTANTS } from './record-stream-mutants.ts'
import { bound, recording } from './recorded.ts'

// Law 2: a durable record stands before anything runs, and a second one before the first byte of the answer leaves.

beforeAll(openRecorded, 1_500_000)
afterAll(closeRecorded)

describe('a question', () => {
  it.each(ASKED)('such as %s runs when it is durable, and its answer leaves when that is', async (...row) => {
    expect(await early([row])).toEqual([])
  })
})

describe('when the audit storage dies at its n-th call', () => {
  it.each(ASKED)('not one byte leaves, for every n: %s', async (...row) => {
    expect(await leaked([row])).toEqual([])
  })

  it('health says down, and nothing else', async () => {
    const dead = () => own.failure() ?? (new Error('dead') as never)
    portolan.instance.audit = { ...bound(own), failure: dead }
    const answer = await fetch(`${portolan.url}/health`)
    expect([answer.status, await answer.text()]).toEqual([503, '{"status":"down"}'])
    portolan.instance.audit = own
  })
})

describe('both records exist', () => {
  it.each(ASKED)('of %s, and say what ran, what was shown and what came', async (...row) => {
    expect(await unrecorded([row])).toEqual([])
  })

  it.each([
    ['a syntax error', '{ networks { ', 'SYNTAX'],
    ['a field that is not there', '{ suspects { name } }', 'SYNTAX'],
    [
      'a refusal of depth',
      `{ networks { edges { node { ${'relations { from { id } } '.repeat(1)} ... on Network { routes { legs { leg { from { departures { from { id } } } } } } } } } } }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a refusal of width',
      `{ ${Array.from({ length: 21 }, (_, i) => `a${i}: me { person }`).join(' ')} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['{__typename}', '{__typename}', 'OK'],
    ['two operations and no name', 'query A { me { person } } query B { me { person } }', 'BAD_REQUEST'],
    ['a subscription', 'subscription { events { about } }', 'BAD_REQUEST'],
    ['a variable that is missing', 'query($id: ID!) { network(id: $id) { id } }', 'BAD_INPUT'],
  ])('of %s', async (_, query, outcome) => {
    const { asked, answered, stop } = recording(portolan)
    const reply = await portolan.ask('ne-dst.aicha', query)
    expect(answered.map((one) => one.asked)).toEqual(asked)
    expect(answered[0]!.answer.detail.outcome).toBe(outcome)
    expect(Buffer.from(answered[0]!.answer.body).toString()).toBe(reply.text)
    stop()
  })

  it('of a body that is no JSON, no UTF-8 and no object', async () => {
    for (const text of ['null', '[]', '"x"', '{}', '[{"query":"{me{person}}"}]']) {
      const { asked, answered, stop } = recording(portolan)
      const reply = await (await portolan.session('ne-dst.aicha')).request(JSON.parse(text))
      expect(reply.status).toBe(400)
      expect([asked.length, answered[0]?.answer.detail.outcome]).toEqual([1, 'BAD_REQUEST'])
      stop()
    }
  })
})

describe('an error after the commit', () => {
  it('leaves what was committed on record, and tells the caller that it stands', async () => {
    const { answered, stop } = recording(portolan)
    const { graph: spied } = portolan
    const read = spied.read
    // The read that follows the write finds no store.
    let wrote = false
    const write = spied.write
    portolan.instance.graph.write = (async (...args: Parameters<Graph['write']>) => {
      const rows = await write(...args)
      wrote ||= args[0].name === 'report/submit'
      return rows
    }) as Graph['write']
    portolan.instance.graph.read = (async (...args: Parameters<Graph['read']>) => {
      if (wrote) throw new Error('the store went away')
      return read(...args)
    }) as Graph['read']
    const reply = await portolan.ask('ne-dst.aicha', SUBMIT, { input: input('after-commit-1') })
    Object.assign(portolan.instance.graph, { read, write })
    expect(reply.json).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'OUTCOME_UNCONFIRMED' } }],
    })
    const { detail } = answered[0]!.answer
    const again = await portolan.ask('ne-dst.aicha', SUBMIT, { input: input('after-commit-1') })
    const { report: stored, ids } = again.json.data.submitReport
    expect(detail).toMatchObject({
      outcome: 'OUTCOME_UNCONFIRMED',
      committed: [stored.id, ...ids.map(({ id }: { id: string }) => id)],
    })
    stop()
  })
})

describe('a stream', () => {
  it('begins when its beginning is durable, and each event leaves when that is', async () => {
    expect(await outOfOrder()).toEqual([])
  })

  it('is what is on record, from its beginning to its end, each event with its receipt', async () => {
    expect(await unmatched()).toEqual([])
  })

  it('is cut off without a byte more when the storage dies, at an event or between two', async () => {
    expect(await cutOff()).toEqual([])
  })
})

isNoticed([outOfOrder, unmatched, cutOff], STREAM_MUTANTS)
isNoticed([() => early(ASKED.slice(0, 2)), () => leaked(ASKED.slice(0, 1)), () => unrecorded(ASKED)], MUTANTS)
