import { LINK_TYPES, LINKED_CRIMES, type VehicleType } from '../../../schema/wire/codes.ts'
import { facetsOf } from './facets.ts'
import {
  actor,
  crime,
  describes,
  type Fact,
  type Fields,
  incident,
  leg,
  type Mention,
  network,
  place,
  relates,
  route,
  vehicle,
  way,
} from './facts.ts'
import type { Ground, Hub } from './ground.ts'
import { type Member, membersOf, tiesOf } from './members.ts'
import type { WorldParameters } from './parameters.ts'
import type { NetworkPlan, Plan } from './plan.ts'
import { randomOf } from './random.ts'

const OWN_HUB = 0.4
const KEEPS_HUB = 0.7
const SEEN_AT_HUB = 0.9

/** Where a network sits at each stop: at its route's hub or at another of that country; a successor often where the former sat. */
export function hubsOf(seed: number, ground: Ground, plan: NetworkPlan): Hub[] {
  const random = randomOf(seed, 'hubs', plan.nth)
  const former = plan.former ? hubsOf(seed, ground, plan.former) : undefined
  const kept = former && random.below(former.length)
  return plan.route.hubs.map((hub, stage) => {
    const own = random.happens(OWN_HUB) ? random.pick(ground.hubsOf.get(hub.country)!) : hub
    return former && (stage === kept || random.happens(KEEPS_HUB)) ? former[stage]! : own
  })
}

export type Vehicle = { name: string; type: VehicleType; registeredIn: string }

const VEHICLES: Record<string, VehicleType> = {
  ...{ TRN_02: 'PICKUP', TRN_03: 'TRUCK', TRN_04: 'BUS', TRN_05: 'INFLATABLE', TRN_06: 'FISHING_BOAT' },
  ...{ TRN_07: 'YACHT', TRN_09: 'OTHER', TRN_01: 'CAR' },
}

/** Two to four vehicles; a successor has one or two of the former's besides. */
export function vehiclesOf(seed: number, plan: NetworkPlan): Vehicle[] {
  const random = randomOf(seed, 'vehicles', plan.nth)
  const kept = plan.former ? random.some(vehiclesOf(seed, plan.former), 1 + random.below(2)) : []
  const own = Array.from({ length: 2 + random.below(3) }, (_, nth): Vehicle => {
    const { of, from } = random.pick(plan.route.legs)
    return {
      name: `${plan.name}-V${nth + 1}`,
      type: VEHICLES[random.pick(of.means)]!,
      registeredIn: from.country,
    }
  })
  return [...kept, ...own]
}

/** All that is so of a network and its people, without its incidents. */
export function networkFacts(
  parameters: WorldParameters,
  ground: Ground,
  plan: Plan,
  one: NetworkPlan,
): Fact[] {
  const members = membersOf(parameters, one)
  const hubs = hubsOf(parameters.seed, ground, one)
  return [
    ...selfFacts(parameters, plan, one, members.length, hubs),
    ...members.flatMap((member) => memberFacts(parameters, one, member, hubs)),
    ...tiesOf(parameters, one, members).map((tied) =>
      relates({ month: tied.from }, 'worksWith', actor(tied.one.name), actor(tied.other.name), {
        tie: tied.tie,
      }),
    ),
    ...vehicleFacts(parameters, one, members),
    ...(one.dismantled ? endFacts(one, members) : []),
  ]
}

function selfFacts(
  parameters: WorldParameters,
  plan: Plan,
  one: NetworkPlan,
  size: number,
  hubs: Hub[],
): Fact[] {
  const { seed } = parameters
  const self = network(one.name)
  const mo = way(`${one.name}-MO`)
  const when = { month: one.from }
  const grown = plan.displacements.filter(({ route, month }) => route === one.route && month < one.to)
  const least = Math.max(1, Math.round(size * 0.8))
  return [
    describes(when, self, { status: 'ACTIVE', sizeMin: least, sizeMax: Math.round(size * 1.3) }),
    ...facetFacts(seed, one, mo),
    ...crimeFacts(parameters, one),
    relates(when, 'uses', self, mo),
    relates(when, 'operates', self, route(one.route.name)),
    ...hubs.map((hub) => relates(when, 'locatedAt', self, place(hub.name))),
    ...grown.map(({ grown: { name }, month }) =>
      relates({ month: Math.max(month, one.from) }, 'operates', self, leg(name)),
    ),
  ]
}

/** Few networks are linked to another crime, each by a crime of its own: sharing a route is no link. */
function crimeFacts({ seed, linked }: WorldParameters, one: NetworkPlan): Fact[] {
  const random = randomOf(seed, 'crime', one.nth)
  if (!random.happens(linked)) return []
  const [self, code] = [crime(`${one.name}-C`), random.pick(LINKED_CRIMES)]
  const when = { month: one.from + random.below(one.to - one.from), day: random.below(28) }
  return [
    describes(when, self, { code }),
    relates(when, 'linkedTo', network(one.name), self, { code, link: random.pick(LINK_TYPES) }),
  ]
}

const SEEN_AT_ONCE = 0.35

/** A way of working is learnt bit by bit: some of its facets at the beginning, one to three at a time later on. */
function facetFacts(seed: number, one: NetworkPlan, mo: Mention): Fact[] {
  const random = randomOf(seed, 'facets told', one.nth)
  const all = facetsOf(seed, one)
  const first = all.filter((_, nth) => nth === 0 || random.happens(SEEN_AT_ONCE))
  const facts = [describes({ month: one.from }, mo, { facets: first })]
  for (let left = all.filter((facet) => !first.includes(facet)); left.length > 0; ) {
    const when = { month: one.from + random.below(one.to - one.from), day: 1 + random.below(27) }
    facts.push(describes(when, mo, { facets: left.splice(0, 1 + random.below(3)) }))
  }
  return facts
}

function memberFacts(
  { seed, months }: WorldParameters,
  one: NetworkPlan,
  member: Member,
  hubs: Hub[],
): Fact[] {
  const random = randomOf(seed, 'member', one.nth, member.name)
  const self = actor(member.name)
  const when = { month: member.from, day: random.below(28), ...(one.to < months && { to: one.to }) }
  const facts = [
    relates(when, 'memberOf', self, network(one.name), { level: member.level, role: member.role }),
  ]
  if (!member.known) facts.unshift(describes({ month: member.from }, self, whoIs(member)))
  if (random.happens(SEEN_AT_HUB))
    facts.push(relates(when, 'locatedAt', self, place(hubs[member.stage]!.name)))
  return facts
}

/** Law 6: who was made to steer is protected. */
function whoIs({ level, role, nationality, isMale, coerced }: Member): Fields {
  const sex = isMale ? 'MALE' : 'FEMALE'
  if (coerced) return { category: 'OTHER', benefit: 'NONE', coerced: true, migrant: true, sex, age: 'ADULT' }
  const category = level !== 'L1' ? 'SUSPECT' : role === 'R05' ? 'POTENTIAL_OFFENDER' : 'SUSPECT'
  return { category, benefit: level === 'L1' ? 'UNKNOWN' : 'SHOWN', nationality, sex, age: 'ADULT' }
}

function vehicleFacts({ seed }: WorldParameters, one: NetworkPlan, members: Member[]): Fact[] {
  const random = randomOf(seed, 'drivers', one.nth)
  const when = { month: one.from }
  return vehiclesOf(seed, one).flatMap(({ name, type, registeredIn }) => [
    ...(name.startsWith(`${one.name}-V`) ? [describes(when, vehicle(name), { type, registeredIn })] : []),
    relates(when, 'uses', network(one.name), vehicle(name)),
    relates(when, 'uses', actor(random.pick(members).name), vehicle(name)),
  ])
}

function endFacts(one: NetworkPlan, members: Member[]): Fact[] {
  const when = { month: one.to }
  const raid = incident(`${one.name}-End`)
  return [
    describes(when, raid, { type: 'RAID', arrested: Math.max(1, Math.round(members.length * 0.4)) }),
    relates(when, 'involvedIn', network(one.name), raid),
    describes(when, network(one.name), { status: 'DISMANTLED' }),
  ]
}
