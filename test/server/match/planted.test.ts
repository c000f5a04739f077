import { afterAll, beforeAll, expect, it } from 'vitest'
import { matchPlace, type PlaceRow } from '../../../cypher/match/match.ts'
import {
  MATCH_CHOICES,
  type MatchChoice,
  SELECTOR_TYPES,
  type SelectorType,
} from '../../../schema/wire/codes.ts'
import { tokenOf } from '../../../server/match/tokens.ts'
import { NOBODY_ASKED } from '../../../server/outbox.ts'
import type { Stamp } from '../../../server/writer.ts'
import { chanceOf } from '../../laws/chance.ts'
import { testNeo4j } from '../../neo4j.ts'
import { type MatchDesks, openMatchDesks } from './desks.ts'
import { randomToken } from './orders.ts'

// Ten thousand generated cards of four offices, among them some that hold the same: each pair is found, and no other.

const CARDS = 10_000
const PLANTED = 500
const OFFICES = ['ne-dst', 'it-sco', 'ml-dnlt', 'fr-liaison']

type Selector = { epoch: number; type: SelectorType; token: string }
type Card = { id: string; office: string; choice: MatchChoice; selectors: Selector[] }

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const chance = chanceOf(7)
const selector = (): Selector => ({ epoch: 2026, type: chance.one(SELECTOR_TYPES), token: randomToken() })

/** Some selectors in two or three cards each, whichever their offices are, and some that differ by type or epoch alone. */
function generated(): Card[] {
  const cards = Array.from(
    { length: CARDS },
    (_, i): Card => ({
      id: `card-${String(i).padStart(5, '0')}`,
      ...{ office: chance.one(OFFICES), choice: chance.one(MATCH_CHOICES) },
      selectors: Array.from({ length: 1 + chance.below(3) }, selector),
    }),
  )
  for (let i = 0; i < PLANTED; i++) {
    const held = selector()
    for (let n = 0; n < 2 + chance.below(2); n++) chance.one(cards).selectors.push(held)
    chance.one(cards).selectors.push({ ...held, epoch: 2027 })
    chance.one(cards).selectors.push({ ...held, type: held.type === 'VIN' ? 'IMO' : 'VIN' })
  }
  return cards
}

/** What ought to be found, by looking at every two cards that hold the same: the two and the type; and who of them is told. */
function expected(cards: Card[]): Map<string, string[]> {
  const holders = new Map<string, Card[]>()
  for (const card of cards)
    for (const { epoch, type, token } of card.selectors) {
      const key = `${type} ${epoch} ${token}`
      holders.set(key, [...(holders.get(key) ?? []), card])
    }
  const pairs = new Map<string, string[]>()
  for (const [key, held] of holders)
    for (const one of held)
      for (const other of held.filter(({ id, office }) => id > one.id && office !== one.office)) {
        const areAlike = [one, other].every(({ choice }) => choice === 'ANNOUNCE_TO_ME_FIRST')
        const told = [
          ...(other.choice === 'ANNOUNCE' || areAlike ? [one.id] : []),
          ...(one.choice === 'ANNOUNCE' || areAlike ? [other.id] : []),
        ]
        if (told.length > 0) pairs.set(`${one.id} ${other.id} ${key.split(' ')[0]}`, told.sort())
      }
  return pairs
}

const rowOf = (
  { id, office, choice, selectors }: Card,
  epoch: number,
  { version, time }: Stamp,
): PlaceRow => ({
  act: {
    ...{
      id: `act-${id}-${epoch}`,
      key: `${id}-${epoch}`,
      officeKey: `${id}-${epoch}`,
      body: '',
      version,
      time,
    },
    ...{ kind: 'CARD_TOKENS', report: id, chain: id, office, author: `${office}.x`, reason: null },
    ...{ release: null, ids: null },
  },
  ...{ card: id, epoch },
  tokens: [
    ...new Map(selectors.filter((one) => one.epoch === epoch).map((one) => [tokenOf(epoch, one), one])),
  ].map(([token, { type }], nth) => ({
    ...{ key: `${id}.${version}.${nth}`, card: id, entity: 'nobody', office, epoch, type, token, choice },
    fresh: true,
  })),
})

/** Through the statement that `placeTokens` writes with, in its groups. */
async function place(cards: Card[]): Promise<void> {
  const { writer } = desks.portolan.instance
  await Promise.all(
    cards.flatMap((card) =>
      [...new Set(card.selectors.map(({ epoch }) => epoch))].map((epoch) =>
        writer.write(matchPlace, card.id, NOBODY_ASKED, (stamp) => rowOf(card, epoch, stamp)),
      ),
    ),
  )
}

it('finds every pair that was planted and invents none, within a batch and over several', async () => {
  const cards = generated()
  for (const part of [cards.slice(0, CARDS / 2), cards.slice(CARDS / 2, -100), cards.slice(-100)]) {
    await place(part)
    const started = performance.now()
    await desks.batch()
    console.info(`a batch of ${part.length} cards took ${Math.round(performance.now() - started)} ms`)
  }
  const rows = (await desks.portolan.graph.setup(
    'MATCH (h:Hit) RETURN h.card AS card, h.theirCard AS other, h.type AS type ORDER BY card',
  )) as { card: string; other: string; type: string }[]
  const found = new Map<string, string[]>()
  for (const { card, other, type } of rows) {
    const key = `${[card, other].sort().join(' ')} ${type}`
    found.set(key, [...(found.get(key) ?? []), card])
  }
  const wanted = expected(cards)
  expect(wanted.size).toBeGreaterThan(PLANTED / 2)
  expect([...found].sort()).toEqual([...wanted].sort())
  const left = await desks.portolan.graph.setup('MATCH (t:Token) WHERE t.fresh RETURN count(t) AS fresh')
  expect(left).toEqual([{ fresh: 0 }])
}, 600_000)
