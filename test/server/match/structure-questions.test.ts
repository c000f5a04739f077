import neo4j from 'neo4j-driver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FACETS } from '../../../schema/wire/codes.ts'
import { MATCH_BUDGET } from '../../../schema/wire/match.ts'
import { releaseTo } from '../../laws/stage.ts'
import { type Login, testNeo4j } from '../../neo4j.ts'
import { ANNOUNCE, ANSWER, CASE, FOR_CASE, type MatchDesks, newKey, openMatchDesks } from './desks.ts'
import { ASK_STRUCTURE, counting, hitsOn, reported, ringOf, watch } from './rings.ts'

// Who else sees the same? One office asks about a network of its own, others have theirs on watch.

let login: Login
let desks: MatchDesks
beforeAll(async () => {
  login = await testNeo4j()
  desks = await openMatchDesks(login)
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
let drawn = 0
/** A ring as no other test has it. */
function draw() {
  const nth = drawn++
  const at = [0, 3].map((step) => ({ latitude: -30 + nth + 0.5, longitude: -170 + nth * 9 + step + 0.5 }))
  return { at, facets: FACETS.slice(nth * 3, nth * 3 + 3) }
}
async function asked(person: string, network: string, key = newKey()): Promise<string> {
  desks.pass(60_000)
  const done = await desks.data(person, ASK_STRUCTURE, { key, input: { network, case: CASE } })
  return done.matchStructure.id
}
const answerText = async (person: string, id: string) =>
  (await desks.portolan.ask(person, ANSWER, { id })).text.replace(/"due":"[^"]*"/, '')
const answerOf = async (person: string, id: string) => (await desks.data(person, ANSWER, { id })).matchAnswer

describe('a question about a network', () => {
  it('waits for the batch of its minute, and tells both of each other where the other announces', async () => {
    const what = draw()
    const theirs = await ringOf(desks, ITALY, what)
    await watch(desks, ITALY, theirs.network)
    const ours = await ringOf(desks, NIGER, what)
    const id = await asked(NIGER, ours.network)
    expect((await answerOf(NIGER, id)).state).toBe('PENDING')
    await desks.batch()
    const { state, answers } = await answerOf(NIGER, id)
    expect([state, answers]).toEqual([
      'ANSWERED',
      [{ type: 'STRUCTURE', outcome: 'HIT', hits: [{ id: expect.any(String), office: 'it-sco' }] }],
    ])
    expect(await hitsOn(desks, ITALY, theirs.network)).toEqual([
      expect.objectContaining({ type: 'STRUCTURE', office: 'ne-dst', question: null, announced: true }),
    ])
    expect(await answerOf(ITALY, id)).toBeNull()
  })

  it('gets from whoever is silent, or wishes to be told first, byte for byte what no hit gives', async () => {
    const texts: string[] = []
    const holders: string[] = []
    for (const choice of ['SILENT', 'ANNOUNCE_TO_ME_FIRST', null] as const) {
      const what = draw()
      const theirs = await ringOf(desks, ITALY, choice ? what : draw())
      await watch(desks, ITALY, theirs.network, choice ?? 'ANNOUNCE')
      holders.push(theirs.network)
      const ours = await ringOf(desks, NIGER, what)
      const id = await asked(NIGER, ours.network)
      await desks.batch()
      texts.push(await answerText(NIGER, id))
      if (choice !== 'ANNOUNCE_TO_ME_FIRST') continue
      const [hit] = await hitsOn(desks, ITALY, theirs.network)
      expect(hit).toMatchObject({ announced: false, office: null })
      await desks.data(ITALY, ANNOUNCE, { id: hit!.id })
      expect((await answerOf(NIGER, id)).answers[0].hits).toEqual([{ id: hit!.id, office: 'it-sco' }])
    }
    expect(texts[0]).toContain('"outcome":"NO_HIT"')
    expect(new Set(texts).size).toBe(1)
    const told = await Promise.all(holders.map((network) => hitsOn(desks, ITALY, network)))
    expect(told.map((hits) => hits.length)).toEqual([1, 1, 0])
  })

  it('finds nothing that either sees already, nor what was withdrawn since it was asked', async () => {
    const what = draw()
    const theirs = await ringOf(desks, ITALY, { ...what, release: releaseTo(['office:ne-dst'], 'IT') })
    await watch(desks, ITALY, theirs.network)
    const ours = await ringOf(desks, NIGER, what)
    const seen = await asked(NIGER, ours.network)
    await desks.batch()
    expect((await answerOf(NIGER, seen)).answers[0].outcome).toBe('NO_HIT')
    const other = draw()
    const hidden = await ringOf(desks, ITALY, other)
    await watch(desks, ITALY, hidden.network)
    const own = await ringOf(desks, NIGER, other)
    const id = await asked(NIGER, own.network)
    const gone =
      'mutation($id: ID!, $key: String!) { withdrawReport(report: $id, key: $key, reason: ERROR) { report { id } } }'
    await desks.data(NIGER, gone, { id: own.reports[0]!, key: newKey() })
    await desks.batch()
    expect((await answerOf(NIGER, id)).answers[0].outcome).toBe('NO_HIT')
    expect(await hitsOn(desks, ITALY, hidden.network)).toEqual([])
  })

  it('is of the own office’s networks, for the case on record, and once under its key', async () => {
    const { network } = await ringOf(desks, NIGER, { ...draw(), release: releaseTo(['office:it-sco'], 'NE') })
    const input = { network, case: CASE }
    const [seen, absent] = [
      await desks.portolan.ask(ITALY, ASK_STRUCTURE, { key: newKey(), input }, FOR_CASE),
      await desks.portolan.ask(
        ITALY,
        ASK_STRUCTURE,
        { key: newKey(), input: { ...input, network: 'a'.repeat(26) } },
        FOR_CASE,
      ),
    ]
    expect(seen.json.errors![0].extensions.code).toBe('NOT_FOUND')
    expect(seen.text).toBe(absent.text)
    const elsewhere = { key: newKey(), input: { network, case: 'NE-2016/9999' } }
    expect(await desks.fault(NIGER, ASK_STRUCTURE, elsewhere)).toBe('PURPOSE_REQUIRED')
    const key = newKey()
    expect(await asked(NIGER, network, key)).toBe(await asked(NIGER, network, key))
    const other = await ringOf(desks, NIGER, draw())
    const again = { key, input: { network: other.network, case: CASE } }
    expect(await desks.fault(NIGER, ASK_STRUCTURE, again)).toBe('IDEMPOTENCY_CONFLICT')
  })

  it('counts as one selector of the officer, and no more where it is asked again', async () => {
    const { network } = await ringOf(desks, 'ml-dnlt.fanta', draw())
    const ask = (key: string) =>
      desks.portolan.ask('ml-dnlt.fanta', ASK_STRUCTURE, { key, input: { network, case: CASE } }, FOR_CASE)
    desks.pass(60_000)
    const keys = Array.from({ length: MATCH_BUDGET.officerMinute }, newKey)
    for (const key of [...keys, ...keys]) expect((await ask(key)).json.errors).toBeUndefined()
    expect((await ask(newKey())).json.errors![0].extensions.code).toBe('BUDGET_EXHAUSTED')
  })
})

describe('the work of a batch', () => {
  it('runs the same statements for a question, whether somebody holds the same, is silent, or nobody does', async () => {
    const ran: string[][] = []
    for (const choice of ['SILENT', null] as const) {
      const what = draw()
      const theirs = await ringOf(desks, ITALY, choice ? what : draw())
      await watch(desks, ITALY, theirs.network, 'SILENT')
      const ours = await ringOf(desks, NIGER, what)
      await desks.batch()
      await asked(NIGER, ours.network)
      const { graph } = desks.portolan
      const read = graph.read
      const names: string[] = []
      graph.read = (statement, params, deadline) => {
        if (statement.name.startsWith('match/')) names.push(statement.name)
        return read(statement, params, deadline)
      }
      await desks.batch()
      graph.read = read
      ran.push(names.filter((name) => name !== 'match/untold'))
    }
    expect(ran[0]).toContain('match/seen')
    expect(ran[0]).toEqual(ran[1])
  })

  it('leaves of an answered question neither traits nor a name of what was found', async () => {
    const driver = neo4j.driver(login.uri, neo4j.auth.basic(login.user, login.password))
    const { records } = await driver.executeQuery(
      'MATCH (q:Question) WHERE q.open IS NULL AND (q.traits IS NOT NULL OR q.tokens IS NOT NULL) RETURN count(q) AS left',
    )
    await driver.close()
    expect(Number(records[0]!.get('left'))).toBe(0)
    const { network } = await reported(desks, NIGER, null, {}, 1)
    expect(await counting(desks, NIGER, network)).toEqual([])
  })
})
