import type { Kind, Level } from '../../schema/wire/codes.ts'
import { LINK_TYPES, LINKED_CRIMES, ROLES, TIES } from '../../schema/wire/codes.ts'
import type { RelationKind } from '../../schema/wire/model.ts'
import { type Reach, type Release, reachOf } from '../../schema/wire/release.ts'
import type { CheckedReport, Description, Own, Relation } from '../../schema/wire/report.ts'
import { type Random, randomOf } from './random.ts'
import { COUNTRIES, commonOf, describing } from './world-claims.ts'

/**
 * A world from a seed. Levels 2 / 13 / 85 % (Europol–INTERPOL 2016, Campana 2018); actors of one stage are seven times
 * likelier to be linked and of one rank three times less (Campana 2018); networks of about thirty (Europol 2024).
 */
export type Sizes = { seed: number; entities: number; claims: number; reports: number; compartments: number }

/** So many times as much of everything in either world. */
const TIMES = Number(process.env.PORTOLAN_BENCH_TIMES ?? 1)
export const WORLD: Sizes = {
  seed: 20_131_003,
  entities: 100_000 * TIMES,
  claims: 500_000 * TIMES,
  reports: 27_000 * TIMES,
  compartments: 400,
}
/** A hundredth of it, under the same compartments. */
export const SMALL_WORLD: Sizes = {
  ...WORLD,
  entities: WORLD.entities / 100,
  claims: WORLD.claims / 100,
  reports: WORLD.reports / 100,
}

export type Office = { office: string; country: string }
export type Released = { office: Office; release: Release; reach: Reach }

/** One report as its office sent it; `entities` are the world's own numbers of those it mentions. */
export type Told = {
  office: Office
  compartment: number
  checked: CheckedReport
  entities: Map<string, number>
}

export type World = {
  kinds: Kind[]
  offices: Office[]
  reaches: Reach[]
  reports(): Iterable<Told>
}

/** Shares of the entities that are no actors, in thousandths. */
const SHARES: [Kind, number][] = [
  ['NETWORK', 30],
  ['PLACE', 20],
  ['ROUTE', 15],
  ['LEG', 40],
  ['MODUS_OPERANDI', 15],
  ['VEHICLE', 20],
  ['INCIDENT', 9],
  ['CRIME', 1],
]
const STAGES = 6
const LEVEL_SHARES: [Level, number][] = [
  ['L3', 2],
  ['L2', 13],
  ['L1', 85],
]
const SAME_STAGE = 7
const SAME_RANK = 1 / 3
const SEEN_AT_A_PLACE = 0.15

export function makeWorld(sizes: Sizes): World {
  const random = randomOf(sizes.seed)
  const offices = COUNTRIES.flatMap((country) =>
    ['police', 'border'].map((unit) => ({ office: `${country.toLowerCase()}-${unit}`, country })),
  )
  const reaches = reachesOf(offices, sizes.compartments, random)
  const kinds = kindsOf(sizes.entities)
  return {
    kinds,
    offices,
    reaches: reaches.map(({ reach }) => reach),
    reports: () => reportsOf(sizes, { kinds, offices, reaches }, randomOf(sizes.seed + 1)),
  }
}

/** An office's own releases: to itself, to all with every country, and to five countries drawn for each of the others. */
function reachesOf(offices: Office[], count: number, random: Random): Released[] {
  const each = count / offices.length
  return offices.flatMap((office) =>
    Array.from({ length: each }, (_, nth) => {
      const others = COUNTRIES.filter((country) => country !== office.country)
      const drawn = nth === 0 ? [] : nth === 1 ? others : drawn5(others, random)
      const to = nth === 1 ? ['all'] : drawn.map((country) => `country:${country}`)
      const transfers = drawn.map((country) => ({
        country,
        basis: 'SAFEGUARDS' as const,
        assessment: 'MoU-2012',
      }))
      const release: Release = { to, except: [], transfers }
      return { office, release, reach: reachOf(release, office) }
    }),
  )
}

function drawn5(countries: string[], random: Random): string[] {
  const left = [...countries]
  return Array.from({ length: 5 }, () => left.splice(random.below(left.length), 1)[0]!).sort()
}

function kindsOf(entities: number): Kind[] {
  const others = SHARES.flatMap(([kind, share]) =>
    new Array<Kind>(Math.max(1, Math.round((entities * share) / 1_000))).fill(kind),
  )
  return [...others, ...new Array<Kind>(entities - others.length).fill('ACTOR')]
}

type Actor = { entity: number; stage: number; level: Level }
type Network = {
  entity: number
  office: number
  actors: Actor[]
  assets: number[]
  told: number
  nextAsset: number
}
type Ground = { kinds: Kind[]; offices: Office[]; reaches: Released[] }

function networksOf({ kinds, offices }: Ground, random: Random): Network[] {
  const numbers = (kind: Kind) => kinds.flatMap((one, i) => (one === kind ? [i] : []))
  const networks: Network[] = numbers('NETWORK').map((entity) => ({
    ...{ entity, office: random.below(offices.length), actors: [], assets: [], told: 0, nextAsset: 0 },
  }))
  for (const entity of numbers('ACTOR')) {
    const level = LEVEL_SHARES[random.weighted(LEVEL_SHARES.map(([, share]) => share))]![0]
    random.pick(networks).actors.push({ entity, stage: random.below(STAGES), level })
  }
  for (const network of networks) if (network.actors.length < 2) borrow(network, networks, random)
  const assets = kinds.flatMap((kind, i) => (kind === 'ACTOR' || kind === 'NETWORK' ? [] : [i]))
  for (const entity of assets) random.pick(networks).assets.push(entity)
  return networks
}

/** A network of one or none works with men of another. */
function borrow(network: Network, networks: Network[], random: Random): void {
  const lender = networks.find((one) => one.actors.length > 3) ?? networks[0]!
  network.actors.push(...lender.actors.slice(0, 2 + random.below(2)))
}

function* reportsOf(sizes: Sizes, ground: Ground, random: Random): Generator<Told> {
  const { kinds } = ground
  const networks = networksOf(ground, random)
  const places = kinds.flatMap((kind, i) => (kind === 'PLACE' ? [i] : []))
  const perNetwork = sizes.reports / networks.length
  for (let nth = 0; nth < sizes.reports; nth++) {
    const network = networks[nth % networks.length]!
    // The network's own office reports most of what is known of it.
    const by = random.next() < 0.6 ? network.office : random.below(ground.offices.length)
    const each = ground.reaches.length / ground.offices.length
    const compartment = by * each + random.below(each)
    const claims =
      Math.floor(((nth + 1) * sizes.claims) / sizes.reports) -
      Math.floor((nth * sizes.claims) / sizes.reports)
    const { office, release } = { office: ground.offices[by]!, release: ground.reaches[compartment]!.release }
    yield tell({ nth, office, compartment, release }, { network, perNetwork, claims, kinds, places }, random)
  }
}

type Of = { network: Network; perNetwork: number; claims: number; kinds: Kind[]; places: number[] }
type Head = { nth: number; office: Office; compartment: number; release: Release }

function tell({ nth, office, compartment, release }: Head, of: Of, random: Random): Told {
  const { network, kinds } = of
  const entities = new Map<string, number>()
  const local = (entity: number) => {
    const name = `e${entity}`
    entities.set(name, entity)
    return name
  }
  const descriptions: Description[] = []
  const relations: Relation[] = []
  const path = () => ['claims', descriptions.length + relations.length]
  const describe = (entity: number) =>
    descriptions.push({
      ...describing(kinds[entity]!, entity, random),
      path: path(),
      common: commonOf(random),
      entity: local(entity),
    })
  const relate = (claim: RelationKind, from: number, to: number, own: Own = {}) =>
    relations.push({ path: path(), claim, common: commonOf(random), from: local(from), to: local(to), own })

  const fresh = share(network.actors, network.told, of.perNetwork)
  const assets = share(network.assets, network.told, of.perNetwork)
  network.told += 1
  const told = [...fresh, random.pick(network.actors), random.pick(network.actors)]
  describe(network.entity)
  for (const actor of fresh) describe(actor.entity)
  for (const asset of assets) {
    describe(asset)
    const { claim, by } = TIED[kinds[asset]!]!
    const own =
      claim === 'linkedTo' ? { code: random.pick(LINKED_CRIMES), link: random.pick(LINK_TYPES) } : {}
    for (const side of by)
      relate(claim, side === 'NETWORK' ? network.entity : random.pick(told).entity, asset, own)
  }
  for (const actor of told.slice(0, 4))
    relate('memberOf', actor.entity, network.entity, { level: actor.level, role: random.pick(ROLES) })
  while (descriptions.length + relations.length < of.claims) {
    const [from, to] = pair(told, network.actors, random)
    if (random.next() < SEEN_AT_A_PLACE) relate('locatedAt', from.entity, hub(of.places, random))
    else relate('worksWith', from.entity, to.entity, { tie: random.pick(TIES) })
  }
  const checked: CheckedReport = {
    ...{
      key: `world-${String(nth).padStart(6, '0')}`,
      purpose: 'OPERATIONAL',
      legalBasis: 'Law-2010-86',
      reviewDue: '2030-01-01',
    },
    ...{ release, descriptions, relations },
    entities: [...entities].map(([name, entity]) => ({ local: name, kind: kinds[entity]! })),
  }
  return { office, compartment, checked, entities }
}

/** Few places see most of the traffic. */
const hub = (places: number[], random: Random) => places[Math.floor(places.length * random.next() ** 3)]!

/** The `nth` of `parts` even parts of a list; together they are the whole list. */
function share<T>(list: T[], nth: number, parts: number): T[] {
  const whole = Math.ceil(parts)
  return list.slice(Math.floor((nth * list.length) / whole), Math.floor(((nth + 1) * list.length) / whole))
}

/** Two actors of whom one is spoken of, drawn so that links have the measured shares. */
function pair(told: Actor[], all: Actor[], random: Random): [Actor, Actor] {
  for (;;) {
    const from = random.pick(told)
    const to = random.pick(all)
    if (from.entity === to.entity) continue
    const weight = (from.stage === to.stage ? 1 : 1 / SAME_STAGE) * (from.level === to.level ? SAME_RANK : 1)
    if (random.next() < weight) return [from, to]
  }
}

/** How the network that a report speaks of, or one of its actors, holds a thing of each kind. */
const TIED: Partial<Record<Kind, { claim: RelationKind; by: ('ACTOR' | 'NETWORK')[] }>> = {
  PLACE: { claim: 'locatedAt', by: ['ACTOR', 'NETWORK'] },
  ROUTE: { claim: 'operates', by: ['NETWORK'] },
  LEG: { claim: 'operates', by: ['NETWORK'] },
  MODUS_OPERANDI: { claim: 'uses', by: ['NETWORK'] },
  VEHICLE: { claim: 'uses', by: ['ACTOR'] },
  INCIDENT: { claim: 'involvedIn', by: ['ACTOR'] },
  CRIME: { claim: 'linkedTo', by: ['NETWORK'] },
}
