import type { FlowFee, FlowLeg, FlowMonth, FlowResult } from '../../../schema/analysis/flow.ts'
import type { FlowQuestion } from '../../../schema/wire/analysis/flow.ts'
import { monthName } from '../../../schema/wire/analysis/months.ts'
import { MEANS } from '../../../schema/wire/codes.ts'
import { type Flow, flowOf, type LegSays } from '../../analysis/flow.ts'
import { profilesOf } from '../../analysis/profiles.ts'
import { NO_DAY } from '../column.ts'
import { evidenceOf, opened } from '../evidence.ts'
import { entityNumber } from '../ground.ts'
import type { Projection } from '../projection.ts'
import {
  type Corridor,
  placesIn,
  type Sightings,
  type Span,
  sightingsOf,
  spanOf,
  undatedIn,
} from '../sightings.ts'
import type { Told } from '../told.ts'
import { entitiesOf, legsOf, type Traffic, trafficOf } from '../traffic.ts'

/** See `FlowQuestion`. Throws NOT_FOUND for a route that is not in the view. */
export function flow(view: Projection, told: Told, asked: FlowQuestion): FlowResult {
  const traffic = trafficOf(view, told)
  const corridors = corridorsOf(traffic, asked.routes)
  const sightings = sightingsOf(traffic, corridors)
  const span = spanOf(sightings.incidents, asked)
  const found = span ? flowsIn(traffic, corridors, sightings, span) : new Map<number, FlowMonth[]>()
  const sums = [...found].map(([at, months]) => ({ at, months, incidents: sumOf(months) }))
  const listed = sums.sort((a, b) => b.incidents - a.incidents || a.at - b.at).slice(0, asked.most)
  const rows = span ? rowsOf(sightings, span) : new Map<number, number[]>()
  return {
    kind: 'flow',
    from: span && monthName(span.from),
    to: span && monthName(span.to - 1),
    legs: listed.map(({ at, months }): FlowLeg => {
      const claims = rows.get(at) ?? []
      return {
        at: told.node(corridors[at]!.things[0]!),
        months,
        evidence: evidenceOf(view, claims),
        claims: opened(view, told, claims, asked.claims),
      }
    }),
    unlisted: sums.length - listed.length,
    undated: undatedIn(sightings),
    nowhere: asked.routes.length > 0 ? null : nowhereIn(view, sightings),
  }
}

/** Each leg by itself, and each route for what is told of it and of none of its legs. By id. */
function corridorsOf(traffic: Traffic, ids: readonly string[]): Corridor[] {
  const { view } = traffic
  const routes = ids.length > 0 ? ids.map((id) => entityNumber(view, id, 'ROUTE')) : entitiesOf(view, 'ROUTE')
  const legs = ids.length > 0 ? routes.flatMap((route) => legsOf(traffic, route)) : entitiesOf(view, 'LEG')
  const all = [...new Set([...routes, ...legs])].sort((a, b) => a - b)
  const isRoute = new Set(routes)
  return all.map((thing) =>
    isRoute.has(thing) ? { things: [thing], without: legsOf(traffic, thing) } : { things: [thing] },
  )
}

function flowsIn(traffic: Traffic, corridors: Corridor[], sightings: Sightings, span: Span) {
  const units = unitsOf(traffic, corridors)
  const { flows } = flowOf(sightings.incidents, units.says, span)
  // The same cells in the same order, with what the highest claims have.
  const highest = flowOf({ ...sightings.incidents, persons: sightings.most }, NOTHING_SAID, span).flows
  const found = new Map<number, FlowMonth[]>()
  flows.forEach((one, at) => {
    const month = monthOf(one, highest[at]!.persons, units.fees)
    const list = found.get(one.leg)
    if (list) list.push(month)
    else found.set(one.leg, [month])
  })
  return found
}

const monthOf = (
  one: Flow,
  personsMost: number,
  fees: Pick<FlowFee, 'currency' | 'perPerson'>[],
): FlowMonth => ({
  month: monthName(one.month),
  incidents: one.incidents,
  personsLeast: one.persons,
  personsMost,
  uncounted: one.uncounted,
  means: one.means.map((mean) => MEANS[mean]!),
  fees: one.fees.map(({ unit, least, most }) => ({ ...fees[unit]!, least, most })),
})

const NOTHING_SAID: LegSays = {
  ...{ count: 0, leg: [], from: [], to: [], unit: [], feeMin: [], feeMax: [] },
  means: profilesOf(0, MEANS.length, [], []),
}

/** What descriptions say of the legs, and the units in which they name fees, in the order of currencies. */
function unitsOf({ view, told }: Traffic, corridors: Corridor[]) {
  const { columns } = view.descriptions.LEG
  const get = (name: string, row: number) => columns[name]!.get(row)
  const rows: { leg: number; row: number }[] = []
  corridors.forEach(({ things: [thing] }, leg) => {
    if (told.kindOf(thing!) !== 'LEG') return
    const [from, to] = told.descriptionsOf(thing!)
    for (let row = from; row < to; row++) rows.push({ leg, row })
  })
  const keyOf = (row: number) => `${get('currency', row)} ${get('perPerson', row)}`
  const priced = rows.filter(({ row }) => get('currency', row) !== null)
  const keys = [...new Set(priced.map(({ row }) => keyOf(row)))].sort()
  const units = new Map(keys.map((key, at) => [key, at]))
  const fees = keys.map((key) => ({
    currency: key.slice(0, 3),
    perPerson: { true: true, false: false }[key.slice(4)] ?? null,
  }))
  const days = (name: string) => {
    const numbers = columns[name]!.numbers()
    return rows.map(({ row }) => (numbers[row] === NO_DAY ? Number.NaN : numbers[row]!))
  }
  const means = rows.map(({ row }) => (get('means', row) ?? []) as string[])
  const price = (name: string) => rows.map(({ row }) => (get(name, row) ?? Number.NaN) as number)
  const says: LegSays = {
    ...{
      count: rows.length,
      leg: rows.map(({ leg }) => leg),
      from: days('observedFrom'),
      to: days('observedTo'),
    },
    means: profilesOf(
      rows.length,
      MEANS.length,
      means.flatMap((list, at) => list.map(() => at)),
      means.flat().map((mean) => MEANS.indexOf(mean as 'TRN_01')),
    ),
    unit: rows.map(({ row }) => units.get(keyOf(row)) ?? -1),
    ...{ feeMin: price('feeMin'), feeMax: price('feeMax') },
  }
  return { says, fees }
}

const sumOf = (months: FlowMonth[]) => months.reduce((sum, { incidents }) => sum + incidents, 0)

/** The claims that put incidents of these months at each leg. */
function rowsOf(sightings: Sightings, span: Span): Map<number, number[]> {
  const byLeg = Map.groupBy(placesIn(sightings, span), (place) => sightings.incidents.leg[place]!)
  return new Map([...byLeg].map(([leg, places]) => [leg, places.flatMap((place) => sightings.rows[place]!)]))
}

function nowhereIn(view: Projection, { entity }: Sightings): number {
  return entitiesOf(view, 'INCIDENT').length - new Set(entity).size
}
