import type { Cast } from '../cast.ts'
import { PURPOSE, type TestPortolan } from '../instance.ts'
import { report, SUBMIT } from '../report.ts'
import { orderOf, randomToken } from '../server/match/orders.ts'
import { SEAL_CARD, sealedCard } from './sealed-cards.ts'
import { officer, releaseTo } from './stage.ts'

// Two offices that hold the same, and a question of one of them: what matching leaves in the graph, for the laws.

export const PLACE_TOKENS =
  'mutation($key: String!, $input: TokensInput!) { placeTokens(key: $key, input: $input) { card } }'
const CASE = 'NE-2016/0117'

export type Matched = { hit: string; question: string; card: string }
let made = 0

async function data(portolan: TestPortolan, person: string, query: string, variables: object) {
  const purpose = { ...PURPOSE, case: CASE }
  const { json, text } = await portolan.ask(person, query, variables as Record<string, unknown>, purpose)
  if (json.errors) throw new Error(text)
  return json.data
}

/** A new card of an officer's office, with a token on watch. */
export async function cardOnWatch(
  portolan: TestPortolan,
  cast: Cast,
  person: string,
  token: string,
  choice: string,
): Promise<string> {
  const { office, country } = officer(person)
  const key = `matched-${++made}-of-${office}`
  const input = report(key, { release: releaseTo([], country) })
  const entity = (await data(portolan, person, SUBMIT, { input })).submitReport.ids[0].id
  const sealed = await sealedCard(cast, office, entity, [], portolan.instance.clock())
  const { card } = (await data(portolan, person, SEAL_CARD, { input: sealed })).sealCard
  const tokens = [{ type: 'PLATE', token }]
  await data(portolan, person, PLACE_TOKENS, {
    key: `${key}-tokens`,
    input: { card, version: 1, epoch: new Date(portolan.instance.clock()).getUTCFullYear(), choice, tokens },
  })
  return card
}

/** The first of the two was told first, and the other is told nothing. The instance runs a batch at most once a minute. */
export async function matched(
  portolan: TestPortolan,
  cast: Cast,
  [one, other]: readonly [string, string],
  choices: readonly [string, string] = ['ANNOUNCE_TO_ME_FIRST', 'ANNOUNCE'],
): Promise<Matched> {
  const token = randomToken()
  const card = await cardOnWatch(portolan, cast, one, token, choices[0])
  await cardOnWatch(portolan, cast, other, token, choices[1])
  await portolan.instance.matching.tick()
  const { hits } = await data(portolan, one, '{ hits(first: 100) { nodes { id card } } }', {})
  const hit = hits.nodes.find((node: { card: string }) => node.card === card)?.id ?? ''
  const epoch = new Date(portolan.instance.clock()).getUTCFullYear()
  const created = new Date(portolan.instance.clock()).toISOString()
  const order = JSON.stringify(orderOf(officer(one), 1, { created, epoch }))
  await data(portolan, one, 'mutation($order: String!) { permitEvaluation(order: $order) }', { order })
  const question = await data(
    portolan,
    one,
    'mutation($key: String!, $input: MatchInput!) { match(key: $key, input: $input) { id } }',
    {
      key: `question-${++made}`,
      input: { epoch, case: CASE, tokens: [{ type: 'PLATE', token: randomToken() }] },
    },
  )
  return { hit, card, question: question.match.id }
}
