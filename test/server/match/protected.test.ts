import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eraseAgain } from '../../../server/erase-again.ts'
import { openStore } from '../../../server/exchange/store.ts'
import { releaseTo } from '../../laws/stage.ts'
import { testNeo4j } from '../../neo4j.ts'
import { SUBMIT } from '../../report.ts'
import {
  ANNOUNCE,
  ANSWER,
  type MatchDesks,
  newKey,
  newToken,
  openMatchDesks,
  PLACE,
  saying,
  type Token,
} from './desks.ts'

// Law 6: who is protected never becomes a token, nor ever meets one: a test for every road in.

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const ERASE =
  'mutation($id: ID!, $key: String!) { eraseCard(card: $id, key: $key, reason: COURT_ORDER) { card } }'
const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
const OWN = releaseTo([], 'NE')

/** Victims, witnesses and informants are no actors to begin with: no report says it of one. */
const STATES: [string, object][] = [
  ['a minor', { minor: true }],
  ['somebody who was coerced', { coerced: true }],
  ['a child', { age: 'CHILD' }],
  ['somebody who says that he is under eighteen', { age: 'UNDER_18_CLAIMED' }],
]

const placing = (card: string, tokens: Token[], more: object = {}) => ({
  key: newKey(),
  input: { card, version: 1, epoch: 2026, choice: 'ANNOUNCE', tokens, ...more },
})
const tokensOf = async (card: string) =>
  (await desks.portolan.graph.setup('MATCH (t:Token {card: $card}) RETURN t.epoch AS epoch', { card })).length

/** Whether a card of Niger that holds a token is found by one of Italy on watch, and by a question of Italy. */
async function isFound(card: string, token: Token): Promise<boolean[]> {
  const theirs = await desks.holding(ITALY, [token])
  desks.pass(60_000)
  const id = await desks.ask(ITALY, [token])
  await desks.batch()
  const hits = (await desks.hits(ITALY)).filter((hit) => hit.card === theirs)
  const { answers } = (await desks.data(ITALY, ANSWER, { id })).matchAnswer
  const own = (await desks.hits(NIGER)).filter((hit) => hit.card === card)
  return [hits.length > 0, answers[0].outcome === 'HIT', own.length > 0]
}
const says = async (person: string, entity: string, said: object, release: object = OWN): Promise<string> =>
  (await desks.data(person, SUBMIT, { input: saying(entity, said, release) })).submitReport.report.id

describe('sealing', () => {
  it.each(STATES)('puts no token of %s on watch', async (_, said) => {
    const card = await desks.card(NIGER, { entity: await desks.actor(NIGER, said) })
    expect(await desks.fault(NIGER, PLACE, placing(card, [newToken()]))).toBe('PROTECTED_PERSON')
    expect(await tokensOf(card)).toBe(0)
  })

  it('goes by any one claim that the caller sees, whoever says it', async () => {
    const entity = await desks.actor(ITALY, {}, releaseTo(['office:ne-dst'], 'IT'))
    const card = await desks.card(NIGER, { entity })
    await says(ITALY, entity, { coerced: true }, releaseTo(['office:ne-dst'], 'IT'))
    expect(await desks.fault(NIGER, PLACE, placing(card, [newToken()]))).toBe('PROTECTED_PERSON')
  })
})

describe('correcting a card', () => {
  it('takes the tokens of the version before off, and a new version’s are judged anew', async () => {
    const entity = await desks.actor(NIGER)
    const card = await desks.card(NIGER, { entity })
    const token = newToken()
    await desks.place(NIGER, card, [token])
    expect(await tokensOf(card)).toBe(1)
    await desks.card(NIGER, { entity, id: card, version: 2 })
    expect(await tokensOf(card)).toBe(0)
    expect(await isFound(card, token)).toEqual([false, false, false])
    expect(await desks.fault(NIGER, PLACE, placing(card, [token]))).toBe('BAD_INPUT')
    await says(NIGER, entity, { minor: true })
    const second = placing(card, [token], { version: 2 })
    expect(await desks.fault(NIGER, PLACE, second)).toBe('PROTECTED_PERSON')
  })
})

describe('renewing', () => {
  it('makes no tokens of another epoch for somebody who is protected since', async () => {
    const entity = await desks.actor(NIGER)
    const card = await desks.card(NIGER, { entity })
    await desks.place(NIGER, card, [newToken()])
    await says(NIGER, entity, { coerced: true })
    const renewed = placing(card, [newToken()], { epoch: 2027 })
    expect(await desks.fault(NIGER, PLACE, renewed)).toBe('PROTECTED_PERSON')
  })
})

describe('a claim that comes later', () => {
  it('is of no avail to whoever holds the same until it comes', async () => {
    const card = await desks.card(NIGER)
    const token = newToken()
    await desks.place(NIGER, card, [token])
    expect(await isFound(card, token)).toEqual([true, true, true])
  })

  it.each(STATES)('lets no token of %s match from then on', async (_, said) => {
    const entity = await desks.actor(NIGER)
    const card = await desks.card(NIGER, { entity })
    const token = newToken()
    await desks.place(NIGER, card, [token])
    await says(NIGER, entity, said)
    expect(await isFound(card, token)).toEqual([false, false, false])
  })

  it('counts where any officer of the office sees it, and not where only another office does', async () => {
    const [kept, told] = [newToken(), newToken()]
    const shared = () => desks.actor(ITALY, {}, releaseTo(['office:ne-dst', 'office:ml-dnlt'], 'IT'))
    const [first, second] = [await shared(), await shared()]
    const cards = [await desks.card(NIGER, { entity: first }), await desks.card(NIGER, { entity: second })]
    await desks.place(NIGER, cards[0]!, [kept])
    await desks.place(NIGER, cards[1]!, [told])
    await says('ml-dnlt.fanta', first, { minor: true }, releaseTo([], 'ML'))
    await says('ml-dnlt.fanta', second, { minor: true }, releaseTo(['person:ne-dst.issa'], 'ML'))
    expect(await isFound(cards[0]!, kept)).toEqual([true, true, true])
    expect(await isFound(cards[1]!, told)).toEqual([false, false, false])
  })

  it('lets nobody announce a hit of before', async () => {
    const entity = await desks.actor(NIGER)
    const card = await desks.card(NIGER, { entity })
    const token = newToken()
    await desks.place(NIGER, card, [token], 'ANNOUNCE_TO_ME_FIRST')
    await desks.holding(ITALY, [token])
    await desks.batch()
    const [hit] = (await desks.hits(NIGER)).filter((one) => one.card === card)
    await says(NIGER, entity, { coerced: true })
    expect(await desks.fault(NIGER, ANNOUNCE, { id: hit!.id })).toBe('PROTECTED_PERSON')
  })

  it('is of no avail once its report is withdrawn, for a card that is placed again', async () => {
    const entity = await desks.actor(NIGER)
    const card = await desks.card(NIGER, { entity })
    const report = await says(NIGER, entity, { minor: true })
    const withdraw =
      'mutation($id: ID!, $key: String!) { withdrawReport(report: $id, key: $key, reason: ERROR) { replayed } }'
    await desks.data(NIGER, withdraw, { id: report, key: newKey() })
    const token = newToken()
    await desks.place(NIGER, card, [token])
    expect(await isFound(card, token)).toEqual([true, true, true])
  })
})

describe('a card that is erased', () => {
  it('takes its tokens and its side of every hit along, and the other side stays as it was told', async () => {
    const token = newToken()
    const card = await desks.holding(NIGER, [token])
    const theirs = await desks.holding(ITALY, [token])
    await desks.batch()
    await desks.data(NIGER, ERASE, { id: card, key: newKey() })
    expect(await tokensOf(card)).toBe(0)
    expect((await desks.hits(NIGER)).filter((hit) => hit.card === card)).toEqual([])
    expect((await desks.hits(ITALY)).filter((hit) => hit.card === theirs)).toEqual([
      expect.objectContaining({ office: 'ne-dst' }),
    ])
    const rows = await desks.portolan.graph.setup(
      'MATCH (n) WHERE NOT n:Act AND NOT n:Notice AND NOT n:Outbox AND any(k IN keys(n) WHERE toStringOrNull(n[k]) CONTAINS $card) RETURN labels(n) AS kind',
      { card },
    )
    expect(rows).toEqual([])
  })
})

describe('a graph that was put back', () => {
  it('brings no token of an erased card back into a match', async () => {
    const token = newToken()
    const card = await desks.holding(NIGER, [token])
    const { graph, home, instance } = desks.portolan
    const held = await graph.setup(
      'MATCH (n) WHERE (n:Card AND n.id = $card) OR (n:Token AND n.card = $card) RETURN labels(n)[0] AS label, properties(n) AS own',
      { card },
    )
    expect(held).toHaveLength(2)
    await desks.data(NIGER, ERASE, { id: card, key: newKey() })
    for (const { label, own } of held)
      await graph.setup(`CREATE (n:${label}) SET n = $own`, { own: own as Record<string, unknown> })
    expect(await tokensOf(card)).toBe(1)
    await eraseAgain({ ...instance, store: await openStore(join(home, 'blobs')) })
    expect(await tokensOf(card)).toBe(0)
    expect(await isFound(card, token)).toEqual([false, false, false])
  })

  it('asks for protection as it stands when tokens meet, whenever they were placed', async () => {
    const entity = await desks.actor(NIGER)
    const card = await desks.card(NIGER, { entity })
    const token = newToken()
    await desks.place(NIGER, card, [token])
    await desks.batch()
    const { graph } = desks.portolan
    const held = await graph.setup('MATCH (t:Token {card: $card}) RETURN properties(t) AS own', { card })
    await graph.setup('MATCH (t:Token {card: $card}) DELETE t', { card })
    await says(NIGER, entity, { minor: true })
    // From a copy of before: its token is fresh again, and the claim has been entered anew.
    for (const { own } of held)
      await graph.setup('CREATE (t:Token) SET t = $own, t.fresh = true', {
        own: own as Record<string, unknown>,
      })
    expect(await isFound(card, token)).toEqual([false, false, false])
  })
})
