import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testNeo4j } from '../../neo4j.ts'
import { type MatchDesks, newToken, openMatchDesks } from './desks.ts'

// Which cards of an office want the key of a new year.

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
type Lapsed = { id: string; epochs: number[]; choice: string }
const lapsed = async (person: string, epoch: number, page: { first?: number; after?: string } = {}) =>
  (
    await desks.data(
      person,
      'query($epoch: Int!, $first: Int, $after: String) { cardsToRenew(epoch: $epoch, first: $first, after: $after) { id epochs choice } }',
      { epoch, ...page },
    )
  ).cardsToRenew as Lapsed[]

describe('the cards of an office', () => {
  it('are to be renewed while they have tokens of other years alone, with what was chosen last', async () => {
    const card = await desks.holding(NIGER, [newToken(), newToken('PLATE')], 'ANNOUNCE')
    expect(await lapsed(NIGER, 2027)).toEqual([{ id: card, epochs: [2026], choice: 'ANNOUNCE' }])
    expect(await lapsed(NIGER, 2026)).toEqual([])
    await desks.place(NIGER, card, [newToken()], 'SILENT', { epoch: 2027 })
    expect(await lapsed(NIGER, 2027)).toEqual([])
    // Of two choices the more careful one.
    const [both] = await lapsed(NIGER, 2028)
    expect([both!.id, [...both!.epochs].sort(), both!.choice]).toEqual([card, [2026, 2027], 'SILENT'])
  })

  it('are nobody else’s to know of: no other office, no unit of it, no unwatched card', async () => {
    await desks.card(NIGER)
    const card = await desks.holding(NIGER, [newToken()])
    expect((await lapsed(NIGER, 2028)).map(({ id }) => id)).toContain(card)
    expect(await lapsed(NIGER, 2028)).toHaveLength(2)
    for (const other of ['it-sco.paola', 'ne-dst-agadez.moussa', 'ml-dnlt.fanta'])
      expect(await lapsed(other, 2028)).toEqual([])
  })

  it('come in pages, each once', async () => {
    for (let more = 0; more < 3; more += 1) await desks.holding(NIGER, [newToken()])
    const all = await lapsed(NIGER, 2028)
    const found: Lapsed[] = []
    for (let page = await lapsed(NIGER, 2028, { first: 2 }); page.length > 0; ) {
      found.push(...page)
      page = await lapsed(NIGER, 2028, { first: 2, after: page.at(-1)!.id })
    }
    expect(found).toEqual(all)
    expect(found).toHaveLength(5)
    expect(await desks.fault(NIGER, '{ cardsToRenew(epoch: 2028, first: 101) { id } }')).toBe('BAD_PAGE')
  })
})
