import { canonical, type Json } from '../../schema/wire/canonical.ts'
import type { MatchChoice, MatchKey } from '../../schema/wire/match.ts'
import type { OpenKey } from '../core/keys.ts'
import { commitmentLog } from '../core/match/commitments.ts'
import type { Made } from '../core/match/order.ts'
import { postEvaluation } from '../core/match/post.ts'
import { each, type Selector, selectorsOf } from '../core/match/selectors.ts'
import { makeTokens } from '../core/match/tokens.ts'
import { watchedFiles } from '../core/match/watched.ts'
import type { Home } from '../gateway/home.ts'
import type { Road } from '../gateway/road.ts'
import { openVault } from '../gateway/vault.ts'
import { CARDS } from './cards.ts'
import type { Keep } from './keep.ts'
import type { Send } from './load.ts'
import { keyOf } from './scenario.ts'
import type { SealedCard } from './sealing.ts'
import type { Seal, Step } from './steps.ts'

const PERMIT = 'mutation ($order: String!) { permitEvaluation(order: $order) }'
const PLACE =
  'mutation ($key: String!, $input: TokensInput!) { placeTokens(key: $key, input: $input) { card } }'
const CASE = 'SAHEL-2013/0001'
const PURPOSE = { code: 'OPERATIONAL', justification: 'Sahel corridors: cards on watch', case: CASE } as const

/** What each office wants to happen to its cards; whoever is not named is asked first. */
const CHOICES: Record<string, MatchChoice> = {
  'ne-dst': 'ANNOUNCE',
  'ne-dst-agadez': 'ANNOUNCE',
  'it-sco': 'ANNOUNCE',
  'it-dda-palermo': 'SILENT',
}

export type Watching = {
  home: Home
  key: MatchKey
  keep: Keep
  send: Send
  roadOf(person: string, office: string): Promise<Road>
  keyOf(person: string): Promise<OpenKey>
}

/** Puts the scenario's cards on watch, as the officers who sealed them. It may be cut off anywhere and done again. */
export async function putOnWatch(watching: Watching): Promise<void> {
  const sealed = (CARDS as Step[]).filter((step): step is Seal => step.act === 'card')
  for (const [person, cards] of Map.groupBy(sealed, (step) => step.person))
    await putOwn(watching, person, cards)
}

async function putOwn(watching: Watching, person: string, cards: Seal[]): Promise<void> {
  const { home, key, keep, send } = watching
  const { office } = cards[0]!
  const road = await watching.roadOf(person, office)
  const officer = await watching.keyOf(person)
  const vault = openVault(officer, road.now)
  const folder = (name: string) => home.path('match', officer.name, name)
  const watched = watchedFiles(folder('watched'), vault)
  const of = new Map(cards.map((step) => [step, selectorsOf(step.card)]))
  const tokens = await tokensOf(watching, { road, person, office }, [...of.values()].flat(), {
    keep: commitmentLog(folder('commitments'), vault).put,
  })
  for (const [step, selectors] of of) {
    const { id: card, version } = (keep.get(keyOf(step)) as SealedCard).facts
    const choice = CHOICES[office] ?? 'ANNOUNCE_TO_ME_FIRST'
    const placed = selectors.map((one) => ({ type: one.type, token: tokens.get(nameOf(one))! }))
    const input = { card, version, epoch: key.epoch, choice, tokens: placed }
    await send(person, office, PLACE, { key: `${keyOf(step)}.${key.epoch}`, input }, PURPOSE)
    await watched.put(card, { version, choice, epochs: [key.epoch] })
  }
}

const nameOf = ({ type, normal }: Selector) => `${type}\n${normal}`

type Officer = { road: Road; person: string; office: string }

async function tokensOf(
  { key, send }: Watching,
  { road, person, office }: Officer,
  selectors: Selector[],
  { keep }: Pick<Parameters<typeof makeTokens>[0], 'keep'>,
): Promise<Map<string, string>> {
  const made = new Map<string, string>()
  const { caller } = (await road.session()).login()
  const tokenRoad = {
    ...{ caller, keep, now: road.now, ask: postEvaluation, onFailed: () => {} },
    sign: road.order,
    async permit(order: object) {
      const variables = { order: canonical(order as Json) }
      const data = await send(person, office, PERMIT, variables, PURPOSE)
      return (data as { permitEvaluation: string }).permitEvaluation
    },
  }
  const wanted = { key, aim: 'SEAL' as const, case: CASE }
  await makeTokens(tokenRoad, wanted, each(selectors), async (some: Made[]) => {
    for (const one of some) made.set(nameOf(one), one.token)
  })
  return made
}
