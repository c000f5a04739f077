import type { Kind } from '../../schema/wire/codes.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { type Chance, chanceOf } from './chance.ts'
import { generatedReport, type Mention } from './generated-report.ts'
import type { Pair } from './pair.ts'
import type { SealedNotes } from './sealed-notes.ts'
import { nameable, type Officer, REPORTERS, releaseTo, type TestRelease } from './stage.ts'

// A world: acts of officers, sent through the real API, and beside it the plain memory of what was done, from which a
// test that knows nothing of compartments decides who may see what.

type CardAct = 'CARD' | 'CARD_CORRECT' | 'CARD_RELEASE' | 'CARD_ERASE'
export type ActDraw = {
  who: number
  kind: 'SUBMIT' | 'SAME_AS' | 'CORRECT' | 'WITHDRAW' | 'ERASE' | 'RELEASE' | CardAct
  seed: number
}

/** All versions of one report. */
export type Chain = {
  id: string
  office: string
  country: string
  release: TestRelease
  state: 'STANDS' | 'WITHDRAWN' | 'ERASED'
  versions: { report: string; mentions: { id: string; kind: Kind }[] }[]
}

/** A sealed card, all versions of it. */
export type WorldCard = {
  id: string
  office: string
  country: string
  entity: string
  kind: 'PERSON' | 'VEHICLE'
  release: TestRelease
  readers: string[]
  version: number
  state: 'STANDS' | 'ERASED'
}

export type World = {
  chains: Chain[]
  cards: WorldCard[]
  /** Times (ms) before and after each act. */
  times: number[]
  /** What was done, for whoever reads a failure. */
  told: string[]
}

/** The whole of the oracle: who sees a chain. */
export function sees(viewer: Officer, chain: Chain): boolean {
  if (chain.state === 'ERASED' || !REPORTERS.includes(viewer)) return false
  const named = chain.state === 'WITHDRAWN' ? [] : chain.release.to
  const has = (principal: string) => viewer.principals.has(principal)
  const reached = [chain.country, ...chain.release.transfers.map(({ country }) => country)]
  return (
    [`office:${chain.office}`, ...(named as string[])].some(has) &&
    !chain.release.except.some(has) &&
    // What is withdrawn stays where it came from.
    (chain.state === 'WITHDRAWN' ? viewer.country === chain.country : reached.includes(viewer.country))
  )
}

/**
 * Who sees a card: whom it is released to and who knows, now or then, what it is about. An office's own are its own: what it
 * sealed it is told to seal again, whatever its officers see of the entity.
 */
export function seesCard(viewer: Officer, card: WorldCard, world: World): boolean {
  const known = world.chains.filter((chain) => sees(viewer, chain))
  const knows = known.some(({ versions }) =>
    versions.some(({ mentions }) => mentions.some(({ id }) => id === card.entity)),
  )
  const reached = sees(viewer, { ...card, state: card.state, versions: [] })
  return reached && (knows || viewer.office === card.office)
}

/** The entities that an officer may refer to: those of the versions that stand. */
export function visibleEntities(viewer: Officer, world: World): { id: string; kind: Kind }[] {
  const standing = world.chains.filter((chain) => chain.state === 'STANDS' && sees(viewer, chain))
  return distinct(standing.flatMap((chain) => chain.versions.at(-1)!.mentions))
}

export const allEntities = (world: World) =>
  distinct(world.chains.flatMap((chain) => chain.versions.flatMap(({ mentions }) => mentions)))

const distinct = (list: { id: string; kind: Kind }[]) =>
  [...new Map(list.map((one) => [one.id, one])).values()].sort((a, b) => (a.id < b.id ? -1 : 1))

const SUBMIT =
  'mutation($input: ReportInput!) { submitReport(input: $input) { ids { local id } report { id } } }'
const CORRECT =
  'mutation($report: ID!, $input: CorrectionInput!) { correctReport(report: $report, input: $input) { ids { local id } report { id } } }'
const WITHDRAW =
  'mutation($report: ID!, $key: String!) { withdrawReport(report: $report, key: $key, reason: ERROR) { report { id } } }'
const ERASE =
  'mutation($report: ID!, $key: String!) { eraseReport(report: $report, key: $key, reason: COURT_ORDER) { report { id } } }'
const RELEASE =
  'mutation($report: ID!, $key: String!, $release: ReleaseInput!) { releaseReport(report: $report, key: $key, release: $release) { report { id } } }'

type Act = { pair: Pair; world: World; actor: Officer; chance: Chance; key: string; notes: SealedNotes }

/** Does the acts one after another. A refused one changes nothing, and its refusal is told. */
export async function doActs(
  pair: Pair,
  draws: readonly ActDraw[],
  notes: SealedNotes,
  after: () => Promise<void> = async () => undefined,
): Promise<World> {
  const world: World = { chains: [], cards: [], times: [pair.clock.now], told: [] }
  for (const [i, draw] of draws.entries()) {
    pair.clock.now += 1 + (draw.seed % 2_000)
    const actor = REPORTERS[draw.who % REPORTERS.length]!
    const act = { pair, world, actor, chance: chanceOf(draw.seed), key: `act-key-${i}`, notes }
    await DOING[draw.kind](act)
    pair.clock.now += 1
    world.times.push(pair.clock.now)
    await after()
  }
  pair.clock.now += 100
  return world
}

async function sent(
  { pair, world, actor }: Act,
  what: string,
  query: string,
  variables: Record<string, unknown>,
) {
  const { json } = await pair.whole.ask(actor.person, query, variables)
  const told = json.errors ? `refused: ${JSON.stringify(json.errors.slice(0, 3))}` : 'done'
  world.told.push(
    `${new Date(pair.clock.now).toISOString()} ${actor.person} ${what} ${JSON.stringify(variables)} → ${told}`,
  )
  if (json.errors?.some((error: { extensions: { code: string } }) => error.extensions.code === 'INTERNAL'))
    throw new Error(`internal failure in an act:\n${world.told.join('\n')}`)
  return json.errors
    ? null
    : Object.values(
        json.data as Record<string, { ids?: { local: string; id: string }[]; report: { id: string } | null }>,
      )[0]!
}

function drawnRelease(actor: Officer, chance: Chance): TestRelease {
  const to = chance.in(1, 6) ? [] : chance.some(nameable(actor), 2)
  const except = chance.in(1, 4) ? chance.some(nameable(actor), 2) : []
  return releaseTo(to, actor.country, except, chance.in(1, 4) ? ['IT', 'ML'] : [])
}

/** Mentions of what the actor may see, and now and then of what he may not: that is refused like an absent id. */
function drawnMentions({ world, actor, chance }: Act, most: number): Mention[] {
  const known = chance.some(visibleEntities(actor, world), most)
  const hidden = allEntities(world).filter(
    ({ id }) => !visibleEntities(actor, world).some((one) => one.id === id),
  )
  const wrong = chance.in(1, 15) && hidden.length > 0 ? [chance.one(hidden)] : []
  return [...known, ...wrong].map(({ id, kind }, i) => ({ local: `known-${i}`, kind, id }))
}

const mentionsOf = (input: Record<string, unknown>, ids: { local: string; id: string }[]) =>
  (input.entities as Mention[]).map(({ local, kind }) => ({
    id: ids.find((one) => one.local === local)!.id,
    kind,
  }))

async function submit(act: Act, input: Record<string, unknown>, release: TestRelease): Promise<void> {
  const done = await sent(act, 'submits', SUBMIT, { input: { ...input, release } })
  if (!done) return
  // Whoever excludes himself has reported and sees nothing of it: the id stands in what was written.
  const last = act.pair.written.findLast((one) => one.kind === 'submit')!
  const report = (last as { row: { report: Record<string, unknown> } }).row.report.id as string
  const { office, country } = act.actor
  act.world.chains.push({
    id: report,
    office,
    country,
    release,
    state: 'STANDS',
    versions: [{ report, mentions: mentionsOf(input, done.ids!) }],
  })
}

/** A report of the actor's office, mostly; now and then somebody else's. */
function drawnChain({ world, actor, chance }: Act): Chain | undefined {
  const own = world.chains.filter(({ office }) => office === actor.office)
  const from = own.length > 0 && !chance.in(1, 12) ? own : world.chains
  return from.length > 0 ? chance.one(from) : undefined
}

/** Whether the oracle expects the actor to be let change the chain. */
const mayChange = (actor: Officer, chain: Chain) => chain.office === actor.office && sees(actor, chain)

const drawnVersion = (chain: Chain, chance: Chance) =>
  (chance.in(1, 3) ? chance.one(chain.versions) : chain.versions.at(-1)!).report

const DOING: Record<ActDraw['kind'], (act: Act) => Promise<void>> = {
  async SUBMIT(act) {
    const { actor, chance, notes } = act
    const mentions = drawnMentions(act, 2)
    const note = chance.in(1, 6) ? notes.take(actor.office, act.world) : undefined
    const input = generatedReport(note?.key ?? act.key, mentions, chance)
    const drawn = drawnRelease(actor, chance)
    const release = note
      ? releaseTo(
          [
            ...drawn.to,
            ...note.input.audience
              .map((office) => `office:${office}`)
              .filter((one) => !drawn.to.includes(one)),
          ],
          actor.country,
        )
      : drawn
    await submit(act, note ? { ...input, note: note.input } : input, release)
  },
  async SAME_AS(act) {
    const visible = visibleEntities(act.actor, act.world)
    const one = visible.length > 0 ? act.chance.one(visible) : undefined
    const twin = visible.find(({ id, kind }) => kind === one?.kind && id !== one.id)
    if (!one || !twin) return DOING.SUBMIT(act)
    const mentions: Mention[] = [
      { local: 'one', ...one },
      { local: 'twin', ...twin },
    ]
    const input = {
      ...generatedReport(act.key, mentions, act.chance),
      entities: mentions,
      claims: [{ sameAs: { from: 'one', to: 'twin' } }],
    }
    await submit(act, input, drawnRelease(act.actor, act.chance))
  },
  async CORRECT(act) {
    const chain = drawnChain(act)
    if (!chain) return DOING.SUBMIT(act)
    const { note: _, ...input } = generatedReport(act.key, drawnMentions(act, 3), act.chance)
    const done = await sent(act, 'corrects', CORRECT, { report: drawnVersion(chain, act.chance), input })
    if (!done) return
    if (!mayChange(act.actor, chain))
      throw new Error(`an office corrected what is not its own:\n${act.world.told.join('\n')}`)
    chain.versions.push({ report: done.report!.id, mentions: mentionsOf(input, done.ids!) })
  },
  async WITHDRAW(act) {
    const chain = drawnChain(act)
    if (!chain) return DOING.SUBMIT(act)
    const done = await sent(act, 'withdraws', WITHDRAW, {
      report: drawnVersion(chain, act.chance),
      key: act.key,
    })
    if (!done) return
    if (!mayChange(act.actor, chain) || chain.state !== 'STANDS')
      throw new Error(`withdrawn without leave:\n${act.world.told.join('\n')}`)
    chain.state = 'WITHDRAWN'
  },
  async ERASE(act) {
    const chain = drawnChain(act)
    if (!chain) return DOING.SUBMIT(act)
    const done = await sent(act, 'erases', ERASE, { report: drawnVersion(chain, act.chance), key: act.key })
    if (!done) return
    if (!mayChange(act.actor, chain)) throw new Error(`erased without leave:\n${act.world.told.join('\n')}`)
    chain.state = 'ERASED'
  },
  async RELEASE(act) {
    const chain = drawnChain(act)
    if (!chain) return DOING.SUBMIT(act)
    const release = drawnRelease(act.actor, act.chance)
    const done = await sent(act, 'releases', RELEASE, {
      report: drawnVersion(chain, act.chance),
      key: act.key,
      release,
    })
    if (!done) return
    if (!mayChange(act.actor, chain) || chain.state !== 'STANDS')
      throw new Error(`released without leave:\n${act.world.told.join('\n')}`)
    chain.release = release
  },
  CARD: sealCard,
  async CARD_CORRECT(act) {
    const card = drawnCard(act)
    if (!card) return sealCard(act)
    const { id, entity, kind, office, readers, version } = card
    const more = { kind, id, version: version + 1, release: null }
    const input = await act.notes.card(office, entity, readers, act.pair.clock.now, more)
    if (!(await sent(act, 'corrects a card', SEAL, { input }))) return
    mine(act, card)
    card.version += 1
  },
  async CARD_RELEASE(act) {
    const card = drawnCard(act)
    if (!card) return sealCard(act)
    const { release } = drawnCardRelease(act)
    if (!(await sent(act, 'releases a card', RELEASE_CARD, { card: card.id, key: act.key, release }))) return
    mine(act, card)
    card.release = release
  },
  async CARD_ERASE(act) {
    const card = drawnCard(act)
    if (!card) return sealCard(act)
    if (!(await sent(act, 'erases a card', ERASE_CARD, { card: card.id, key: act.key }))) return
    mine(act, card)
    card.state = 'ERASED'
  },
}

const SEAL = 'mutation($input: SealCardInput!) { sealCard(input: $input) { card } }'
const RELEASE_CARD =
  'mutation($card: ID!, $key: String!, $release: ReleaseInput!) { releaseCard(card: $card, key: $key, release: $release) { card } }'
const ERASE_CARD =
  'mutation($card: ID!, $key: String!) { eraseCard(card: $card, key: $key, reason: COURT_ORDER) { card } }'

/** To some principals, never to all, and sealed to those of them that are offices. */
function drawnCardRelease({ actor, chance }: Act): { release: TestRelease; readers: string[] } {
  const release = drawnRelease(actor, chance)
  const to = release.to.filter((principal) => principal !== 'all')
  const offices = OPERATIONAL.filter((office) => to.includes(`office:${office}`) && office !== actor.office)
  return {
    release: { ...release, to },
    readers: offices.filter((one) => !release.except.includes(`office:${one}`)),
  }
}
const OPERATIONAL = [...new Set(REPORTERS.map(({ office }) => office))]

async function sealCard(act: Act): Promise<void> {
  const { actor, world, chance, notes, pair } = act
  const known = visibleEntities(actor, world).filter(({ kind }) => kind === 'ACTOR' || kind === 'VEHICLE')
  if (known.length === 0) return DOING.SUBMIT(act)
  const { id: entity, kind } = chance.one(known)
  const { release, readers } = drawnCardRelease(act)
  const about = kind === 'ACTOR' ? 'PERSON' : 'VEHICLE'
  const input = await notes.card(actor.office, entity, readers, pair.clock.now, { kind: about, release })
  if (!(await sent(act, 'seals', SEAL, { input }))) return
  const { office, country } = actor
  world.cards.push({
    ...{
      id: input.facts.id,
      office,
      country,
      entity,
      kind: about,
      release,
      readers,
      version: 1,
      state: 'STANDS',
    },
  })
}

/** A card of the actor's office, mostly; now and then somebody else's. */
function drawnCard({ world, actor, chance }: Act): WorldCard | undefined {
  const own = world.cards.filter(({ office }) => office === actor.office)
  const from = own.length > 0 && !chance.in(1, 12) ? own : world.cards
  return from.length > 0 ? chance.one(from) : undefined
}

const mine = (act: Act, card: WorldCard): void => {
  if (act.actor.office !== card.office || card.state === 'ERASED')
    throw new Error(`a card was changed without leave:\n${act.world.told.join('\n')}`)
}

/** An id that nothing has. */
export const ABSENT = newObjectId().replace(/.$/, '0')
