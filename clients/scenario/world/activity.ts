import type { IncidentType } from '../../../schema/wire/codes.ts'
import { calendarMonth } from './days.ts'
import { actor, describes, type Fact, incident, leg, network, relates, vehicle } from './facts.ts'
import type { Leg, Route } from './ground.ts'
import type { Member } from './members.ts'
import { vehiclesOf } from './network-facts.ts'
import type { WorldParameters } from './parameters.ts'
import type { NetworkPlan, Plan } from './plan.ts'
import { type Random, randomOf } from './random.ts'

/** Crossings by sea over the year, January first; their mean is 1. */
const SEA = [0.5, 0.5, 0.7, 0.9, 1.2, 1.4, 1.5, 1.5, 1.4, 1.1, 0.7, 0.6]
/** What a way round carries before it grows, of a leg's traffic; what is left where traffic only falls. */
const DORMANT = 0.05
const FALLEN = 0.3
/** The risen leg of a decoy: fourfold, as the Western route in 2018. */
const RISEN = 4

/** The mean number of incidents on a leg in a month, over all networks. */
export function rateOf(parameters: WorldParameters, plan: Plan, one: Leg, month: number): number {
  const season = one.of.sea ? SEA[calendarMonth(parameters.from, month) - 1]! : 1
  return parameters.incidentsPerLegMonth * season * shareOf(parameters, plan, one, month)
}

function shareOf({ moved }: WorldParameters, plan: Plan, one: Leg, month: number): number {
  const isSince = (at: { month: number }) => month >= at.month
  const displaced = plan.displacements.find(({ closed, grown }) => closed === one || grown === one)
  if (displaced?.closed === one) return isSince(displaced) ? 1 - moved : 1
  if (displaced) return DORMANT + (isSince(displaced) ? moved : 0)
  const decoy = plan.decoys.find(({ fallen, risen }) => fallen === one || risen === one)
  if (decoy && isSince(decoy)) return decoy.fallen === one ? FALLEN : RISEN
  return one.roundAbout ? DORMANT : 1
}

/** How many networks work a route in each month: they share its traffic. */
export type Active = (route: Route, month: number) => number

export function activeOf({ months }: WorldParameters, plan: Plan): Active {
  const counts = new Map<string, Uint32Array>()
  for (const { route, from, to } of plan.networks) {
    const count = counts.get(route.name) ?? new Uint32Array(months)
    for (let month = from; month < to; month++) count[month]! += 1
    counts.set(route.name, count)
  }
  return (route, month) => counts.get(route.name)?.[month] ?? 0
}

/** Draws a month: about Poisson, and with comparisons alone. */
const TRIALS = 8

type Of = { plan: Plan; active: Active; members: Member[] }

/** The incidents of one network on the legs of its route, month by month. */
export function* incidentFacts(parameters: WorldParameters, one: NetworkPlan, of: Of): Generator<Fact> {
  const random = randomOf(parameters.seed, 'incidents', one.nth)
  const vehicles = vehiclesOf(parameters.seed, one)
  let nth = 0
  for (let month = one.from; month < one.to; month++)
    for (const here of [...one.route.legs, ...one.route.bypasses]) {
      const rate = rateOf(parameters, of.plan, here, month) / of.active(one.route, month)
      // A month of very many is drawn whole, and its rest as chance has it.
      let count = Math.floor(rate)
      for (let trial = 0; trial < TRIALS; trial++)
        if (random.happens((rate - Math.floor(rate)) / TRIALS)) count += 1
      for (; count > 0; count--) {
        const name = `${one.name}-I${String(++nth).padStart(4, '0')}`
        const who = random.pick(of.members.filter(({ from }) => from <= month))
        const self = { name, month, here, who, plan: one, on: random.pick(vehicles).name }
        yield* incidentOf(self, carried(parameters.seed, self), random)
      }
    }
}

type Incident = { name: string; month: number; here: Leg; who: Member; plan: NetworkPlan; on: string }

/** How often an office says where those carried come from, and of how many of them at most it was told. */
const SAYS_WHENCE = 0.8
const MOST_ASKED = 3

/** Drawn apart from all else: what is said of those carried changes nothing of who carried them. */
function carried(seed: number, { name, plan }: Pick<Incident, 'name' | 'plan'>): string[] {
  const random = randomOf(seed, 'carried', plan.nth, name)
  if (!random.happens(SAYS_WHENCE)) return []
  const asked = Array.from({ length: 1 + random.below(MOST_ASKED) }, () =>
    random.weighted(plan.route.way.nationalities),
  )
  return [...new Set(asked)].sort()
}

function* incidentOf(
  { name, month, here, who, plan, on }: Incident,
  nationalities: string[],
  random: Random,
): Generator<Fact> {
  const when = { month, day: random.below(28) }
  const self = incident(name)
  const persons = 5 + random.geometric(here.of.sea ? 60 : 15)
  const type: IncidentType = here.of.sea
    ? random.weighted([
        ['RESCUE', 4],
        ['INTERCEPTION', 3],
        ['ARRIVAL', 3],
        ['DEPARTURE', 2],
        ['SHIPWRECK', 1],
      ])
    : random.weighted([
        ['INTERCEPTION', 5],
        ['DEPARTURE', 3],
        ['ARRIVAL', 3],
        ['STRANDING', 1],
      ])
  yield describes(when, self, {
    type,
    persons,
    ...(type === 'SHIPWRECK' && { missing: random.below(persons) }),
    ...(nationalities.length > 0 && { nationalities }),
  })
  yield relates(when, 'locatedAt', self, leg(here.name))
  yield relates(when, 'involvedIn', network(plan.name), self)
  yield relates(when, 'involvedIn', actor(who.name), self)
  if (random.happens(0.3)) yield relates(when, 'involvedIn', vehicle(on), self)
}
