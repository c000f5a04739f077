import { randomUUID } from 'node:crypto'
import type { SelectorType } from '../../../schema/wire/codes.ts'
import type { Cast } from '../../cast.ts'
import { openPortolan, PURPOSE, type Reply, type TestPortolan } from '../../instance.ts'
import { SEAL_CARD, sealedCard } from '../../laws/sealed-cards.ts'
import { makeStage, officer, releaseTo } from '../../laws/stage.ts'
import type { Login } from '../../neo4j.ts'
import { GRADING, report, SUBMIT } from '../../report.ts'
import { orderOf, randomToken } from './orders.ts'

// Offices that seal cards, put tokens on watch and ask, at a clock that a test moves from batch to batch. The tokens are random.

export const CASE = 'NE-2016/0117'
export const FOR_CASE = { ...PURPOSE, case: CASE }
export const PLACE =
  'mutation($key: String!, $input: TokensInput!) { placeTokens(key: $key, input: $input) { card replayed } }'
export const ASK =
  'mutation($key: String!, $input: MatchInput!) { match(key: $key, input: $input) { id due } }'
export const ANSWER =
  'query($id: ID!) { matchAnswer(id: $id) { state due answers { type outcome hits { id office } } } }'
export const HITS =
  '{ hits(first: 100) { totalCount nodes { id type card question found announced office refused theirRefusal } } }'
export const ANNOUNCE = 'mutation($id: ID!) { announceHit(id: $id) { id announced office } }'
export const REFUSE =
  'mutation($id: ID!, $reason: RefusalReason!) { refuseHit(id: $id, reason: $reason) { id refused } }'
const PERMIT = 'mutation($order: String!) { permitEvaluation(order: $order) }'

export type Token = { type: SelectorType; token: string }
export const newToken = (type: SelectorType = 'PHONE'): Token => ({ type, token: randomToken() })

export type HitNode = {
  id: string
  type: string
  card: string | null
  question: string | null
  announced: boolean
  office: string | null
  refused: string | null
  theirRefusal: string | null
}

export type MatchDesks = {
  portolan: TestPortolan
  cast: Cast
  now(): number
  /** Lets the clock run to the next full minute and the batch of it run. */
  batch(): Promise<void>
  pass(ms: number): void
  /** Throws where the answer has errors. */
  data(person: string, query: string, variables?: Record<string, unknown>): Promise<Reply['json']['data']>
  /** The code of the fault that an answer is. */
  fault(person: string, query: string, variables?: Record<string, unknown>): Promise<string>
  actor(person: string, said?: object, release?: object): Promise<string>
  /** A card of the officer's office about a new actor of his. */
  card(person: string, more?: { entity?: string; id?: string; version?: number }): Promise<string>
  place(person: string, card: string, tokens: Token[], choice?: string, more?: object): Promise<void>
  /** A new card that holds these. */
  holding(person: string, tokens: Token[], choice?: string): Promise<string>
  ask(person: string, tokens: Token[], more?: object): Promise<string>
  hits(person: string): Promise<HitNode[]>
  close(): Promise<void>
}

export const newKey = () => `match-${randomUUID()}`

const START = Date.parse('2026-11-22T08:00:10Z')

export async function openMatchDesks(login: Login, start = START): Promise<MatchDesks> {
  const cast = await makeStage()
  let now = start
  const portolan = await openPortolan(login, cast, { clock: () => now })
  const homeOf = (person: string) => officer(person).country

  const desks: MatchDesks = {
    ...{ portolan, cast, now: () => now },
    async batch() {
      now = (Math.floor(now / 60_000) + 1) * 60_000
      await portolan.instance.matching.tick()
    },
    pass(ms) {
      now += ms
    },
    async data(person, query, variables = {}) {
      const { json, text } = await portolan.ask(person, query, variables, FOR_CASE)
      if (json.errors) throw new Error(text)
      return json.data
    },
    async fault(person, query, variables = {}) {
      const { json } = await portolan.ask(person, query, variables, FOR_CASE)
      return json.errors?.[0].extensions.code
    },
    async actor(person, said = {}, release = releaseTo([], homeOf(person))) {
      const input = report(newKey(), {
        ...{ release, entities: [{ local: 'boss', kind: 'ACTOR' }] },
        claims: [{ actor: { entity: 'boss', category: 'OTHER', benefit: 'SHOWN', ...said } }],
      })
      return (await desks.data(person, SUBMIT, { input })).submitReport.ids[0].id
    },
    async card(person, { entity, ...more } = {}) {
      const about = entity ?? (await desks.actor(person))
      const release = more.version ? { release: null } : {}
      const input = await sealedCard(cast, officer(person).office, about, [], now, { ...more, ...release })
      return (await desks.data(person, SEAL_CARD, { input })).sealCard.card
    },
    async place(person, card, tokens, choice = 'ANNOUNCE', more = {}) {
      const input = { card, version: 1, epoch: 2026, choice, tokens, ...more }
      await desks.data(person, PLACE, { key: newKey(), input })
    },
    async holding(person, tokens, choice) {
      const card = await desks.card(person)
      await desks.place(person, card, tokens, choice)
      return card
    },
    async ask(person, tokens, more = {}) {
      const order = orderOf(officer(person), tokens.length, { created: new Date(now).toISOString() })
      await desks.data(person, PERMIT, { order: JSON.stringify(order) })
      const input = { epoch: 2026, case: CASE, tokens, ...more }
      return (await desks.data(person, ASK, { key: newKey(), input })).match.id
    },
    async hits(person) {
      return (await desks.data(person, HITS)).hits.nodes
    },
    close: () => portolan.close(),
  }
  return desks
}

/** A report by which somebody says more of an entity. */
export const saying = (entity: string, said: object, release: object) => ({
  ...report(newKey(), { release }),
  defaults: GRADING,
  entities: [{ local: 'boss', kind: 'ACTOR', id: entity }],
  claims: [{ actor: { entity: 'boss', category: 'OTHER', benefit: 'SHOWN', ...said } }],
})
