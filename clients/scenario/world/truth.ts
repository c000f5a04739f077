import type { Facet } from '../../../schema/wire/codes.ts'
import { dateOf } from './days.ts'
import { facetsOf } from './facets.ts'
import type { Ground } from './ground.ts'
import { lentBy, survivorsOf } from './members.ts'
import { hubsOf, vehiclesOf } from './network-facts.ts'
import type { WorldParameters } from './parameters.ts'
import type { NetworkPlan, Plan } from './plan.ts'
import { mixOf } from './ways.ts'

/** What was planted, by the names that the reports use. Shares sum to 1; dates are YYYY-MM-DD. */
export type Truth = {
  successors: Succession[]
  /** Dismantled, and nothing came after. */
  unsucceeded: { network: string; dismantled: string }[]
  displacements: PlantedDisplacement[]
  /** A leg falls while one of another way rises, at the same time and with other people: no displacement. */
  decoys: PlantedDecoy[]
  bridges: { actor: string; networks: [own: string, other: string] }[]
}
export type Succession = {
  former: string
  successor: string
  dismantled: string
  begun: string
  /** What the successor has of the former's. */
  survivors: string[]
  /** Those who go on under a new name, which nobody has recognised. */
  renamed: [former: string, now: string][]
  vehicles: string[]
  places: string[]
  facets: Facet[]
}
type Mix = Record<string, number>
export type PlantedDisplacement = {
  closed: string
  grown: string
  from: string
  moved: number
  /** They work both legs, before and after: way of working and nationalities are kept. */
  networks: string[]
  nationalities: Mix
  facets: Facet[]
}
export type PlantedDecoy = {
  fallen: string
  risen: string
  from: string
  nationalitiesFallen: Mix
  nationalitiesRisen: Mix
}

export function truthOf(parameters: WorldParameters, ground: Ground, plan: Plan): Truth {
  const { seed, from, moved } = parameters
  const date = (month: number) => dateOf(from, month, 0)
  const succeeded = new Set(plan.networks.map(({ former }) => former))
  return {
    successors: plan.networks.flatMap((one) =>
      one.former ? [successionOf(parameters, ground, one, one.former)] : [],
    ),
    unsucceeded: plan.networks
      .filter((one) => one.dismantled && !succeeded.has(one))
      .map(({ name, to }) => ({ network: name, dismantled: date(to) })),
    displacements: plan.displacements.map(({ closed, grown, month, route }) => {
      const networks = plan.networks.filter(
        (one) => one.route === route && one.from <= month && month < one.to,
      )
      return {
        ...{
          closed: closed.name,
          grown: grown.name,
          from: date(month),
          moved,
          nationalities: mixOf(route.way),
        },
        networks: networks.map(({ name }) => name),
        facets: [...new Set(networks.flatMap((one) => facetsOf(seed, one)))].sort(),
      }
    }),
    decoys: plan.decoys.map(({ fallen, risen, month, fallenRoute, risenRoute }) => ({
      ...{ fallen: fallen.name, risen: risen.name, from: date(month) },
      nationalitiesFallen: mixOf(fallenRoute.way),
      nationalitiesRisen: mixOf(risenRoute.way),
    })),
    bridges: plan.networks.flatMap((one) =>
      one.borrows.map((lender) => ({
        actor: lentBy(parameters, lender).name,
        networks: [lender.name, one.name] as [string, string],
      })),
    ),
  }
}

function successionOf(
  parameters: WorldParameters,
  ground: Ground,
  one: NetworkPlan,
  former: NetworkPlan,
): Succession {
  const { seed, from } = parameters
  const survivors = survivorsOf(parameters, one)
  const shared = <T>(of: (plan: NetworkPlan) => T[]): T[] => {
    const before = new Set(of(former))
    return [...new Set(of(one))].filter((thing) => before.has(thing)).sort()
  }
  return {
    ...{ former: former.name, successor: one.name },
    ...{ dismantled: dateOf(from, former.to, 0), begun: dateOf(from, one.from, 0) },
    survivors: survivors.filter(({ known }) => known).map(({ name }) => name),
    renamed: survivors.filter(({ known }) => !known).map(({ was, name }) => [was, name]),
    vehicles: shared((plan) => vehiclesOf(seed, plan).map(({ name }) => name)),
    places: shared((plan) => hubsOf(seed, ground, plan).map(({ name }) => name)),
    facets: shared((plan) => facetsOf(seed, plan)),
  }
}
