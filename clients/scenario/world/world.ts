import { type Active, activeOf, incidentFacts } from './activity.ts'
import { type Fact, isRelation } from './facts.ts'
import { type Ground, groundOf } from './ground.ts'
import { groundFacts } from './ground-facts.ts'
import { lentBy, membersOf, survivorsOf } from './members.ts'
import { networkFacts } from './network-facts.ts'
import { OFFICES } from './offices.ts'
import { parametersOf, type WorldParameters } from './parameters.ts'
import { type NetworkPlan, type Plan, planOf } from './plan.ts'
import { randomOf } from './random.ts'
import { Teller, type WorldReport } from './teller.ts'
import { type Truth, truthOf } from './truth.ts'

export type { WorldParameters } from './parameters.ts'
export { inputOf, type WorldReport } from './teller.ts'
export type { Truth } from './truth.ts'

/** A world: what was planted in it, and reports that never say so. */
export type World = { parameters: WorldParameters; offices: string[]; truth: Truth; reports: WorldReport[] }
export type WorldStream = Omit<World, 'reports'> & { reports: Generator<WorldReport> }

/** The whole world at once. Throws RangeError on parameters that make none. */
export function generateWorld(changes: Partial<WorldParameters> = {}): World {
  const world = streamWorld(changes)
  return { ...world, reports: [...world.reports] }
}

/**
 * A world whose reports come one by one. In memory are the plan of each network and who sees each entity, never the claims: 30 MB
 * for a million of them. Reports come network by network, and in the order of days within one; each speaks only of what is new or
 * what its office sees by a report before it.
 */
export function streamWorld(changes: Partial<WorldParameters> = {}): WorldStream {
  const parameters = parametersOf(changes)
  const ground = groundOf(parameters)
  const plan = planOf(parameters, ground)
  return {
    parameters,
    offices: OFFICES.slice(0, parameters.offices),
    truth: truthOf(parameters, ground, plan),
    reports: reportsOf(parameters, ground, plan),
  }
}

/** Claims that a network and its share of a route's incidents come to at the default sizes, and the ground's: counted. */
const CLAIMS_PER_NETWORK = 440
const CLAIMS_OF_GROUND = 400
const NETWORKS_PER_ROUTE = 15

/** Changes that make a world of about so many claims, within a sixth from 10,000 claims on. */
export function ofClaims(claims: number, seed = 1): Partial<WorldParameters> {
  const networks = Math.max(1, Math.round((claims - CLAIMS_OF_GROUND) / CLAIMS_PER_NETWORK))
  const routes = Math.min(999, Math.max(8, Math.round(networks / NETWORKS_PER_ROUTE)))
  return { seed, networks, routes, incidentsPerLegMonth: networks / NETWORKS_PER_ROUTE / routes }
}

const GROUND_CLAIMS = 60

function* reportsOf(parameters: WorldParameters, ground: Ground, plan: Plan): Generator<WorldReport> {
  const teller = new Teller(parameters)
  const random = randomOf(parameters.seed, 'ground reports')
  const facts = groundFacts(ground, plan)
  for (let at = 0; at < facts.length; at += GROUND_CLAIMS)
    yield teller.toAll(random.below(parameters.offices), facts.slice(at, at + GROUND_CLAIMS), random)
  const active = activeOf(parameters, plan)
  const wanted = wantedOf(parameters, plan)
  for (const one of plan.networks) yield* caseOf(parameters, { ground, plan, active, wanted, teller }, one)
}

type Telling = { ground: Ground; plan: Plan; active: Active; wanted: Set<string>; teller: Teller }

/** All that is told of one network: first to all whom everybody looks for, then the rest as it happened. */
function* caseOf(parameters: WorldParameters, of: Telling, one: NetworkPlan): Generator<WorldReport> {
  const random = randomOf(parameters.seed, 'case', one.nth)
  const members = membersOf(parameters, one)
  const facts = networkFacts(parameters, of.ground, of.plan, one)
  const isOpening = ({ claim, when, mentions: [first] }: Fact) =>
    (['network', 'modusOperandi', 'vehicle'].some((word) => word in claim) && isAt(when, one.from)) ||
    ('actor' in claim && of.wanted.has(first!.local))
  const opening = facts.filter(isOpening)
  yield of.teller.toAll(one.home, opening, random)
  const again = facts.flatMap((fact) => retold(fact, one, parameters, random))
  const incidents = [...incidentFacts(parameters, one, { plan: of.plan, active: of.active, members })]
  const rest = facts.filter((fact) => !opening.includes(fact))
  yield* of.teller.reports([...rest, ...again, ...incidents].sort(byDay), one, random)
}

const isAt = ({ month, day }: Fact['when'], at: number) => month === at && day === undefined

const byDay = ({ when: one }: Fact, { when: other }: Fact) =>
  one.month - other.month || (one.day ?? 0) - (other.day ?? 0)

/** A relation that others confirm later, while the network stands. */
function retold(
  fact: Fact,
  one: NetworkPlan,
  { retold }: WorldParameters,
  random: ReturnType<typeof randomOf>,
): Fact[] {
  if (!isRelation(fact)) return []
  const room = Math.max(1, one.to - fact.when.month)
  return Array.from({ length: random.geometric(retold) }, () => {
    const month = Math.min(one.to, fact.when.month + random.below(room))
    return { ...fact, when: { ...fact.when, month, day: random.below(28) } }
  })
}

/** Whom everybody looks for: who works in another network too, or goes on after the end of his own. */
function wantedOf(parameters: WorldParameters, plan: Plan): Set<string> {
  const lent = plan.networks.flatMap(({ borrows }) =>
    borrows.map((lender) => lentBy(parameters, lender).name),
  )
  const survivors = plan.networks.flatMap((one) =>
    survivorsOf(parameters, one).flatMap(({ name, known }) => (known ? [name] : [])),
  )
  return new Set([...lent, ...survivors])
}
