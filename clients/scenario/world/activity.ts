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
        yield* incidentOf({ name, month, here, who, by: one.name, on: random.pick(vehicles).name }, random)
      }
    }
}

type Incident = { name: string; month: number; here: Leg; who: Member; by: string; on: string }

function* incidentOf({ name, month, here, who, by, on }: Incident, random: Random): Generator<Fact> {
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
  })
  yield relates(when, 'locatedAt', self, leg(here.name))
  yield relates(when, 'involvedIn', network(by), self)
  yield relates(when, 'involvedIn', actor(who.name), self)
  if (random.happens(0.3)) yield relates(when, 'involvedIn', vehicle(on), self)
}
