import { hash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { STATEMENTS } from '../../cypher/index.ts'
import { outboxAdd, outboxClear } from '../../cypher/outbox/outbox.ts'
import { checkReceipt, RECEIPT_HEADER, receiptKeyOf } from '../../schema/wire/audit.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import { NOBODY_ASKED, openOutbox } from '../../server/outbox.ts'
import { makeCast } from '../cast.ts'
import type { Reply } from '../instance.ts'
import { type Login, testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type House, openHouse } from './house.ts'

// What a change leaves in the graph of itself, on a real Neo4j: in the same transaction, and until its answer is durable.

let login: Login
let house: House
let graph: Graph

beforeAll(async () => {
  login = await testNeo4j()
  house = await openHouse(
    login,
    await makeCast([
      { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
      { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
    ]),
  )
  graph = await openGraph(login)
}, 1_500_000)
afterAll(async () => {
  await house?.close()
  await graph?.close()
})
beforeEach(() => graph.setup('MATCH (o:Outbox) DELETE o'))

const left = () => graph.setup('MATCH (o:Outbox) RETURN properties(o) AS o ORDER BY o.asked').then(all)
const all = (rows: Record<string, unknown>[]) => rows.map(({ o }) => o as Record<string, unknown>)
const askedIn = ({ signed, status, body, headers }: Reply) =>
  checkReceipt(
    signed,
    { status, body },
    headers.get(RECEIPT_HEADER),
    receiptKeyOf(house.instance.audit.receiptKey),
  ).askedIndex
const submit = (key: string) => house.ask('ne-dst.aicha', SUBMIT, { input: report(key) })
/** When the server has forgotten what it could. */
const forgotten = () => house.restart()

describe('a change', () => {
  it('leaves its question and what it committed, in its own transaction', async () => {
    const reply = await submit('outbox-1')
    const { report: made, ids } = reply.json.data.submitReport
    const [one] = await left()
    const leaf = Buffer.from(/asked=:([^:]+):/.exec(reply.headers.get(RECEIPT_HEADER)!)![1]!, 'base64')
    expect(one).toMatchObject({
      asked: askedIn(reply),
      leaf: hash('sha256', leaf),
      country: 'NE',
      ids: [made.id, ...ids.map(({ id }: { id: string }) => id)],
    })
  })

  it('that fails leaves nothing, also where only its outbox failed', async () => {
    const refused = await house.ask('ne-dst.aicha', SUBMIT, {
      input: { ...report('outbox-2'), purpose: 'X' },
    })
    expect(refused.json.errors).toBeDefined()
    expect(await left()).toEqual([])
    const change = { asked: 1, leaf: 'a', country: 'NE', ids: { no: 'list' }, closed: false }
    const params = { key: 'k', number: 990, to: ['x'], except: [], countries: ['NE'] }
    await expect(
      graph.write(STATEMENTS.compartmentIntern, params, 30_000, [change as never]),
    ).rejects.toThrow()
    expect(await graph.setup('MATCH (c:Compartment {number: 990}) RETURN c')).toEqual([])
  })

  it('that was sent again leaves nothing new, and one that nobody asked for nothing at all', async () => {
    const first = askedIn(await submit('outbox-3'))
    expect((await submit('outbox-3')).json.data.submitReport.replayed).toBe(true)
    expect((await left()).map(({ asked }) => asked)).toEqual([first])
    const { events } = house.instance
    await graph.setup('MATCH (o:Outbox) DELETE o')
    await events.publish({ kind: 'RECOVERY_USED', offices: ['ne-dst'], id: 'key' })
    expect(await left()).toEqual([])
  })
})

describe('what is answered', () => {
  it('is forgotten in one transaction, but for the last question that changed anything', async () => {
    const asked: number[] = []
    for (let nth = 0; nth < 5; nth++) asked.push(askedIn(await submit(`outbox-many-${nth}`)))
    await forgotten()
    expect(await left()).toMatchObject([{ asked: asked.at(-1), closed: true }])
    const next = askedIn(await submit('outbox-next'))
    await forgotten()
    expect(await left()).toMatchObject([{ asked: next, closed: true }])
  })

  it('costs one transaction for hundreds, none for nothing, and is tried again where it fails', async () => {
    const calls: number[] = []
    let down = true
    const watched: Graph = {
      ...graph,
      async write(statement, params, deadline, changes) {
        calls.push((params.asked as number[]).length)
        if (down) throw new Error('down')
        return graph.write(statement, params, deadline, changes)
      },
    }
    const changes = Array.from({ length: 300 }, (_, asked) => ({
      ...{ asked, leaf: 'a', country: 'NE', ids: ['x'], closed: false },
    }))
    await graph.write(outboxAdd, { rows: changes }, 30_000, NOBODY_ASKED)
    const outbox = openOutbox(watched, [])
    await outbox.close()
    outbox.answered([])
    for (const change of changes) outbox.answered([change])
    await outbox.close()
    expect(await left()).toHaveLength(300)
    down = false
    await outbox.close()
    expect(await left()).toMatchObject([{ asked: 299, closed: true }])
    const { length } = calls
    await outbox.close()
    expect(calls).toHaveLength(length)
    expect(Math.max(...calls)).toBe(300)
  })

  it('is found by an index', async () => {
    const [plan] = await graph
      .setup(`EXPLAIN ${outboxClear.text}`, { asked: [1], head: 1 })
      .then(() => graph.setup("SHOW INDEXES YIELD name, state WHERE name = 'outbox_asked' RETURN state"))
    expect(plan).toEqual({ state: 'ONLINE' })
  })
})
