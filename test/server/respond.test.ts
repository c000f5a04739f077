import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCast } from '../cast.ts'
import type { Reply } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type House, openHouse } from './house.ts'

// What stands around an answer: the moment it is read at, its deadline, and the budget it is counted against.

const AICHA = 'ne-dst.aicha'
const MOUSSA = 'ne-dst.moussa'
const SALIF = 'ne-dst.salif'
const PAOLA = 'it-sco.paola'
const DAY = 86_400_000

let house: House
/** How far the server's clock is moved, ms. */
let moved = 0

beforeAll(async () => {
  const cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', moussa: 'FOCAL_POINT', salif: 'ANALYST' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
  ])
  house = await openHouse(await testNeo4j(), cast, { clock: () => Date.now() + moved })
  for (let i = 0; i < 7; i += 1) await network(`net-${i}`)
}, 1_500_000)
afterAll(() => house?.close())

const network = async (label: string) => {
  const input = report(`network-${label}`, {
    entities: [{ local: 'ring', kind: 'NETWORK' }],
    claims: [{ network: { entity: 'ring', label } }],
  })
  const { json } = await house.ask(AICHA, SUBMIT, { input })
  expect(json.errors).toBeUndefined()
  return json.data.submitReport.ids[0].id as string
}
const PAGE =
  'query($name: String, $first: Int, $after: String, $asOf: Time) { networks(name: $name, first: $first, after: $after, asOf: $asOf) { totalCount hasNextPage endCursor edges { cursor node { label } } } }'
const page = async (person: string, variables: object) => {
  const { json } = await house.ask(person, PAGE, variables as Record<string, unknown>)
  const { networks } = json.data ?? {}
  return {
    code: json.errors?.[0].extensions.code,
    ...networks,
    labels: networks?.edges.map(({ node }: { node: { label: string } }) => node.label),
  }
}

describe('pages', () => {
  it('go on at the moment of the first one, whatever is reported in between', async () => {
    const first = await page(PAOLA, { first: 3 })
    expect(first).toMatchObject({ totalCount: 7, hasNextPage: true, labels: ['net-0', 'net-1', 'net-2'] })
    await network('net-2b')
    await network('net-9')
    const second = await page(PAOLA, { first: 3, after: first.endCursor })
    expect(second).toMatchObject({ totalCount: 7, hasNextPage: true, labels: ['net-3', 'net-4', 'net-5'] })
    const third = await page(PAOLA, { first: 3, after: second.endCursor })
    expect(third).toMatchObject({ totalCount: 7, hasNextPage: false, labels: ['net-6'] })
    expect((await page(PAOLA, { first: 100 })).totalCount).toBe(9)
  })

  it('of reports go on likewise, newest first', async () => {
    const REPORTS =
      'query($after: String) { reports(first: 4, after: $after) { totalCount endCursor hasNextPage nodes { id } } }'
    const ids: string[] = []
    let after: string | null = null
    for (let more = true; more; ) {
      const { reports }: Reply['json'] = (await house.ask(PAOLA, REPORTS, { after })).json.data
      expect(reports.totalCount).toBe(9)
      ids.push(...reports.nodes.map(({ id }: { id: string }) => id))
      if (ids.length === 4) await house.ask(AICHA, SUBMIT, { input: report('in-between-pages') })
      ;({ endCursor: after, hasNextPage: more } = reports)
    }
    expect(new Set(ids).size).toBe(9)
  })

  it('are for him who asked, with the arguments he asked with, unaltered', async () => {
    const { endCursor } = await page(PAOLA, { first: 3 })
    const refused = [
      await page(AICHA, { first: 3, after: endCursor }),
      await page(PAOLA, { first: 3, after: endCursor, name: 'net' }),
      await page(PAOLA, { first: 3, after: endCursor, asOf: '2026-01-01T00:00:00.000Z' }),
      await page(PAOLA, { first: 3, after: `${endCursor.slice(0, -2)}AA` }),
      await page(PAOLA, { first: 3, after: `A${endCursor.slice(1)}` }),
      await page(PAOLA, { first: 3, after: '' }),
    ]
    expect(refused.slice(0, 5).map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 'BAD_CURSOR'))
    const routes = await house.ask(PAOLA, 'query($after: String) { routes(after: $after) { totalCount } }', {
      after: endCursor,
    })
    expect(routes.json.errors[0].extensions.code).toBe('BAD_CURSOR')
    expect((await page(PAOLA, { first: 5, after: endCursor })).labels).toHaveLength(5)
  })

  it('keep their cursors over a restart', async () => {
    const { endCursor, labels } = await page(PAOLA, { first: 3 })
    await house.restart()
    const next = await page(PAOLA, { first: 3, after: endCursor })
    expect(next.labels).toHaveLength(3)
    expect(next.labels).not.toContain(labels[2])
  })

  it('read the same twice as of one time, while reports arrive', async () => {
    const asOf = new Date().toISOString()
    const before = await page(PAOLA, { first: 50, asOf })
    const writing = Array.from({ length: 5 }, (_, i) => network(`net-w${i}`))
    const during = await Promise.all(Array.from({ length: 10 }, () => page(PAOLA, { first: 50, asOf })))
    await Promise.all(writing)
    for (const one of [...during, await page(PAOLA, { first: 50, asOf })]) {
      expect(one.labels).toEqual(before.labels)
      expect(one.totalCount).toBe(before.totalCount)
    }
  })
})

describe('the deadline', () => {
  it('ends the question, in Neo4j too', async () => {
    // Six layers of forty, each joined to all of the next: a hundred million shortest ways, and all are asked for.
    await house.graph.setup(`
      MATCH (r:Report) WITH r.compartment AS compartment LIMIT 1
      UNWIND range(0, 5) AS layer UNWIND range(0, 39) AS i
      CREATE (n:Entity:Actor {id: 'slow-' + layer + '-' + i})
      CREATE (:Report {id: 'slow-r-' + layer + '-' + i})-[:DESCRIBES {of: 'ACTOR', compartment: compartment, recordedAt: 1, retractedAt: 34000000000}]->(n)`)
    await house.graph.setup(`
      MATCH (r:Report) WHERE r.compartment IS NOT NULL WITH r.compartment AS compartment LIMIT 1
      UNWIND range(0, 4) AS layer UNWIND range(0, 39) AS i UNWIND range(0, 39) AS j
      MATCH (a:Entity {id: 'slow-' + layer + '-' + i}), (b:Entity {id: 'slow-' + (layer + 1) + '-' + j})
      CREATE (a)-[:WORKS_WITH {compartment: compartment, recordedAt: 1, retractedAt: 34000000000, claim: layer + '-' + i + '-' + j}]->(b)`)
    const query = 'query($from: ID!, $to: ID!) { connection(from: $from, to: $to) { stops { id } } }'
    await house.restart({ deadline: 1_500 })
    const begun = performance.now()
    const { json } = await house.ask(PAOLA, query, { from: 'slow-0-0', to: 'slow-5-39' })
    expect(json).toEqual({
      errors: [{ message: expect.any(String), path: ['connection'], extensions: { code: 'DEADLINE' } }],
      data: { connection: null },
    })
    expect(performance.now() - begun).toBeLessThan(20_000)
    const transactions = () =>
      house.graph.setup(
        "SHOW TRANSACTIONS YIELD currentQuery, status WHERE currentQuery CONTAINS 'allShortestPaths' AND NOT currentQuery CONTAINS 'SHOW TRANSACTIONS' RETURN status",
      )
    for (let tries = 0; tries < 100 && (await transactions()).length > 0; tries += 1)
      await new Promise((go) => setTimeout(go, 50))
    expect(await transactions()).toEqual([])
    // Nobody else has to wait for it.
    expect((await house.ask(PAOLA, '{ me { person } }')).json.data.me.person).toBe(PAOLA)
    await house.restart()
  }, 180_000)
})

describe('the budget of a day', () => {
  const APPROVE =
    'mutation($person: String!, $reason: String!) { approveBudget(person: $person, reason: $reason) }'
  const shown = async (person: string) =>
    (await house.ask(person, '{ me { shownToday budget } }')).json.data.me

  it('spent shows nothing more, until a colleague approves; it holds over a restart and ends with the day', async () => {
    await house.restart({ budget: 5 })
    const query = (first: number) =>
      `{ networks(first: ${first}) { totalCount edges { node { id label } } } }`
    expect((await house.ask(SALIF, query(4))).json.errors).toBeUndefined()
    const refused = await house.ask(SALIF, query(9))
    expect(refused.json).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'BUDGET_EXHAUSTED' } }],
      data: null,
    })
    expect(refused.text).not.toContain('net-')
    const seen = await shown(SALIF)
    expect(seen.shownToday).toBeLessThanOrEqual(5)

    // Seen things may be seen again, and others are not counted against him.
    expect((await house.ask(SALIF, query(4))).json.errors).toBeUndefined()
    expect((await house.ask(PAOLA, query(4))).json.errors).toBeUndefined()

    // Nobody approves his own; an analyst approves nobody's; a colleague is of the same office.
    const code = async (by: string, person: string) =>
      (await house.ask(by, APPROVE, { person, reason: 'convoy expected tonight' })).json.errors?.[0]
        .extensions.code
    expect(await code(AICHA, AICHA)).toBe('NOT_ALLOWED')
    expect(await code(SALIF, MOUSSA)).toBe('NOT_ALLOWED')
    expect(await code(PAOLA, SALIF)).toBe('NOT_FOUND')
    expect(await code(PAOLA, 'xx-none.nobody')).toBe('NOT_FOUND')
    await house.restart({ budget: 5 })
    expect((await house.ask(SALIF, query(9))).json.errors[0].extensions.code).toBe('BUDGET_EXHAUSTED')
    expect(await code(AICHA, SALIF)).toBeUndefined()
    expect((await shown(SALIF)).budget).toBe(10)
    expect((await house.ask(SALIF, query(9))).json.errors).toBeUndefined()
    expect((await house.ask(SALIF, query(50))).json.errors[0].extensions.code).toBe('BUDGET_EXHAUSTED')

    // Tomorrow is another day.
    moved = DAY
    expect(await shown(MOUSSA)).toEqual({ shownToday: 0, budget: 5 })
    moved = 0
    await house.restart()
  }, 120_000)

  it('does not keep an officer from reporting', async () => {
    await house.restart({ budget: 1 })
    await network('net-over-budget')
    await house.restart()
  })
})
