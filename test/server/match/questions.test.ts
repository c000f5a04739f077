import neo4j from 'neo4j-driver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchAnswer } from '../../../cypher/match/match.ts'
import type { MatchChoice } from '../../../schema/wire/codes.ts'
import { officer } from '../../laws/stage.ts'
import { type Login, testNeo4j } from '../../neo4j.ts'
import {
  ANNOUNCE,
  ANSWER,
  ASK,
  CASE,
  type MatchDesks,
  newKey,
  newToken,
  openMatchDesks,
  type Token,
} from './desks.ts'
import { orderOf } from './orders.ts'

// Who else holds this? One office asks, others hold, each under its own choice.

let login: Login
let desks: MatchDesks
beforeAll(async () => {
  login = await testNeo4j()
  desks = await openMatchDesks(login)
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
const answerOf = async (person: string, id: string) =>
  (await desks.data(person, ANSWER, { id })).matchAnswer as {
    state: string
    due: string
    answers: { type: string; outcome: string; hits: { id: string; office: string }[] }[]
  } | null
/** A minute has room for twenty. */
const asked = async (person: string, tokens: Token[]) => {
  desks.pass(60_000)
  return desks.ask(person, tokens)
}

describe('a question', () => {
  it('waits for the batch of its minute, and is answered in the order that it was asked in', async () => {
    const tokens = [newToken('PLATE'), newToken(), newToken('IBAN')]
    const card = await desks.holding(ITALY, [tokens[1]!])
    const id = await asked(NIGER, tokens)
    const due = new Date((Math.floor(desks.now() / 60_000) + 1) * 60_000).toISOString()
    await desks.portolan.instance.matching.tick()
    expect(await answerOf(NIGER, id)).toEqual({ state: 'PENDING', due, answers: [] })
    await desks.batch()
    const { state, answers } = (await answerOf(NIGER, id))!
    expect([state, answers.map(({ type, outcome }) => [type, outcome])]).toEqual([
      'ANSWERED',
      [
        ['PLATE', 'NO_HIT'],
        ['PHONE', 'HIT'],
        ['IBAN', 'NO_HIT'],
      ],
    ])
    const [hit] = answers[1]!.hits
    expect(hit!.office).toBe('it-sco')
    const theirs = (await desks.hits(ITALY)).find((one) => one.card === card)
    expect(theirs).toMatchObject({ id: hit!.id, office: 'ne-dst', question: null, announced: true })
    const ours = (await desks.hits(NIGER)).find((one) => one.question === id)
    expect(ours).toMatchObject({ id: hit!.id, office: 'it-sco', card: null })
  })

  it('finds every office that announces, and never the asker’s own', async () => {
    const token = newToken()
    for (const person of [ITALY, 'ml-dnlt.fanta', 'fr-liaison.claire', 'ne-dst.issa'])
      await desks.holding(person, [token])
    const id = await asked(NIGER, [token])
    await desks.batch()
    const { hits } = (await answerOf(NIGER, id))!.answers[0]!
    expect(hits.map(({ office }) => office).sort()).toEqual(['fr-liaison', 'it-sco', 'ml-dnlt'])
    expect(hits.map((hit) => hit.id)).toEqual(hits.map((hit) => hit.id).sort())
  })

  it('is the asking office’s alone, and ends after thirty days', async () => {
    const id = await asked(NIGER, [newToken()])
    await desks.batch()
    expect(await answerOf('ne-dst.issa', id)).toMatchObject({ state: 'ANSWERED' })
    for (const stranger of ['ne-dst-agadez.moussa', ITALY, 'it-proc.giulia'])
      expect(await answerOf(stranger, id)).toBeNull()
    desks.pass(30 * 24 * 3_600_000 + 60_000)
    expect(await answerOf(NIGER, id)).toBeNull()
    await desks.batch()
    const rows = await desks.portolan.graph.setup('MATCH (q:Question {id: $id}) RETURN q.id AS id', { id })
    expect(rows).toEqual([])
  })

  it('is refused without a case, with another case than the purpose names, with a token twice, and uncovered', async () => {
    const [token, other] = [newToken(), newToken()]
    const input = { epoch: 2026, case: CASE, tokens: [token] }
    expect(await desks.fault(NIGER, ASK, { key: newKey(), input: { ...input, case: '' } })).toBe('BAD_INPUT')
    for (const purpose of [undefined, 'NE-2016/0118']) {
      const why = {
        code: 'OPERATIONAL',
        justification: 'the Monday convoy',
        ...(purpose && { case: purpose }),
      }
      const { json } = await desks.portolan.ask(NIGER, ASK, { key: newKey(), input }, why)
      expect(json.errors[0].extensions.code).toBe('PURPOSE_REQUIRED')
    }
    const twice = { ...input, tokens: [token, token] }
    expect(await desks.fault(NIGER, ASK, { key: newKey(), input: twice })).toBe('BAD_INPUT')
    expect(await desks.fault('fr-liaison.claire', ASK, { key: newKey(), input })).toBe('BUDGET_EXHAUSTED')
    desks.pass(60_000)
    const order = orderOf(officer(NIGER), 1, { created: new Date(desks.now()).toISOString() })
    const permit = 'mutation($order: String!) { permitEvaluation(order: $order) }'
    await desks.data(NIGER, permit, { order: JSON.stringify(order) })
    const key = newKey()
    const first = await desks.data(NIGER, ASK, { key, input })
    expect(await desks.data(NIGER, ASK, { key, input })).toEqual(first)
    const changed = { key, input: { ...input, tokens: [other] } }
    expect(await desks.fault(NIGER, ASK, changed)).toBe('IDEMPOTENCY_CONFLICT')
    expect(await desks.fault(NIGER, ASK, { key: newKey(), input })).toBe('BUDGET_EXHAUSTED')
  })
})

describe('an answer', () => {
  /** The body of an answer, with what is one question's own left out. */
  const bytesOf = async (person: string, id: string) =>
    (await desks.portolan.ask(person, ANSWER, { id })).text
  const CHOICES: MatchChoice[] = ['SILENT', 'ANNOUNCE_TO_ME_FIRST']

  it.each(CHOICES)('is byte for byte that of no hit where the holder chose %s', async (choice) => {
    const [held, free] = [newToken(), newToken()]
    const card = await desks.holding(ITALY, [held], choice)
    const [first, second] = [await asked(NIGER, [held]), await desks.ask(NIGER, [free])]
    await desks.batch()
    expect(await bytesOf(NIGER, first)).toBe(await bytesOf(NIGER, second))
    expect((await desks.hits(NIGER)).filter(({ question }) => question === first)).toEqual([])
    const [theirs] = (await desks.hits(ITALY)).filter((hit) => hit.card === card)
    expect(theirs).toMatchObject({ type: 'PHONE', office: null, announced: false, question: null })
    // Once he announces himself it is a hit, and he learns who asked.
    const { announceHit } = await desks.data(ITALY, ANNOUNCE, { id: theirs!.id })
    expect(announceHit).toEqual({ id: theirs!.id, announced: true, office: 'ne-dst' })
    expect((await answerOf(NIGER, first))!.answers[0]).toEqual({
      ...{ type: 'PHONE', outcome: 'HIT' },
      hits: [{ id: theirs!.id, office: 'it-sco' }],
    })
  })

  it('takes the store the same work, operator by operator, whether somebody is silent or nobody holds it', async () => {
    const [silent, first, free, open] = [newToken(), newToken(), newToken(), newToken()]
    await desks.holding(ITALY, [silent], 'SILENT')
    await desks.holding(ITALY, [first], 'ANNOUNCE_TO_ME_FIRST')
    await desks.holding(ITALY, [open], 'ANNOUNCE')
    const ids: string[] = []
    for (const token of [silent, first, free, open]) ids.push(await asked(NIGER, [token]))
    await desks.batch()
    const [ofSilent, ofFirst, ofNone, ofOpen] = await Promise.all(ids.map(workOf))
    expect(ofSilent).toEqual(ofNone)
    expect(ofFirst).toEqual(ofNone)
    expect(ofNone!.some(([, , hits]) => (hits as number) > 0)).toBe(true)
    // What does differ is seen.
    expect(ofOpen).not.toEqual(ofNone)
  })

  /** Operator, rows and hits of the store for each step of reading an answer. */
  async function workOf(id: string): Promise<(string | number)[][]> {
    const driver = neo4j.driver(login.uri, neo4j.auth.basic(login.user, login.password), {
      disableLosslessIntegers: true,
    })
    const { compartments, directory } = desks.portolan.instance
    const caller = directory.caller(NIGER, 'ne-dst', 'FOCAL_POINT', 's')!
    const params = { id, office: 'ne-dst', compartments: compartments.sightOf(caller).compartments }
    try {
      const { summary } = await driver.executeQuery(`PROFILE ${matchAnswer.text}`, params)
      const steps: (string | number)[][] = []
      const walk = (plan: NonNullable<typeof summary.profile> | false) => {
        if (!plan) return
        steps.push([plan.operatorType, plan.rows, plan.dbHits])
        for (const child of plan.children) walk(child)
      }
      walk(summary.profile)
      return steps
    } finally {
      await driver.close()
    }
  }
})
