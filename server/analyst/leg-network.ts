import type { BypassQuestion } from '../../schema/wire/analysis/bypass.ts'
import type { LegNetwork } from '../analysis/bypass.ts'
import { linksBy, othersAt, rowsAt } from './links.ts'
import type { Projection } from './projection.ts'
import type { Told } from './told.ts'
import { entitiesOf } from './traffic.ts'

/** What visible claims say of a leg, the lowest and the highest; null where nobody says. */
export type LegCost = { least: number; most: number } | null
export type LegCosts = { hours: LegCost; fees: Map<string, { least: number; most: number }> }

/** Legs between places as a directed network. A leg of which claims differ has a hop for each pair of its ends. */
export type LegHops = LegNetwork & {
  /** The place that each node is, and the node of a place. */
  placeOf: number[]
  nodeOf: Map<number, number>
  /** The leg that each hop is. */
  legOf: number[]
  costs: Map<number, LegCosts>
  /** Legs that lead from somewhere to somewhere of which nobody says what is asked about. */
  unpriced: number
  /** The claims that say where each leg leads. */
  endRows(leg: number): number[]
}

export type Counted = { before: Map<number, number>; since: Map<number, number> }

/** By leg id and then by the ends. O(legs + their claims). */
export function legHops(view: Projection, told: Told, asked: BypassQuestion, counted: Counted): LegHops {
  const [departs, arrives] = [linksBy(view, 'DEPARTS_FROM', 'from'), linksBy(view, 'ARRIVES_AT', 'from')]
  const placeOf = entitiesOf(view, 'PLACE')
  const nodeOf = new Map(placeOf.map((place, node) => [place, node]))
  const costs = new Map<number, LegCosts>()
  const hops: { leg: number; from: number; to: number; weight: number }[] = []
  let unpriced = 0
  for (const leg of entitiesOf(view, 'LEG')) {
    const [starts, stops] = [othersAt(view, departs, leg, 'to'), othersAt(view, arrives, leg, 'to')]
    if (starts.length === 0 || stops.length === 0) continue
    const of = costsOf(view, told, leg)
    costs.set(leg, of)
    const weight = weightOf(of, asked)
    if (weight === Number.POSITIVE_INFINITY) unpriced += 1
    for (const from of starts) for (const to of stops) if (from !== to) hops.push({ leg, from, to, weight })
  }
  const count = (of: Map<number, number>) => hops.map(({ leg }) => of.get(leg) ?? 0)
  return {
    places: placeOf.length,
    from: hops.map(({ from }) => nodeOf.get(from)!),
    to: hops.map(({ to }) => nodeOf.get(to)!),
    weight: hops.map(({ weight }) => weight),
    rank: hops.map((_, at) => at),
    before: count(counted.before),
    since: count(counted.since),
    legOf: hops.map(({ leg }) => leg),
    endRows: (leg) => [...rowsAt(departs, leg), ...rowsAt(arrives, leg)],
    ...{ placeOf, nodeOf, costs, unpriced },
  }
}

/** Whole units: the lowest that is told, so that nothing is made dearer than somebody says. A leg of which nobody says is left out. */
function weightOf({ hours, fees }: LegCosts, { by, currency }: BypassQuestion): number {
  if (by === 'LEGS') return 1
  const cost = by === 'HOURS' ? hours : (fees.get(currency!) ?? null)
  return cost ? Math.round(cost.least) : Number.POSITIVE_INFINITY
}

/** Fees of a whole group say nothing of what one person pays, and are left out. */
function costsOf(view: Projection, told: Told, leg: number): LegCosts {
  const { columns } = view.descriptions.LEG
  const number = (name: string, row: number) => columns[name]!.get(row) as number | null
  const fees: LegCosts['fees'] = new Map()
  let hours: LegCost = null
  const [from, to] = told.descriptionsOf(leg)
  for (let row = from; row < to; row++) {
    hours = widened(hours, number('hoursMin', row), number('hoursMax', row))
    const currency = columns.currency!.get(row) as string | null
    if (!currency || columns.perPerson!.get(row) === false) continue
    const fee = widened(fees.get(currency) ?? null, number('feeMin', row), number('feeMax', row))
    if (fee) fees.set(currency, fee)
  }
  return { hours, fees }
}

function widened(range: LegCost, low: number | null, high: number | null): LegCost {
  const told = [low, high].filter((one) => one !== null)
  if (told.length === 0) return range
  const all = range ? [range.least, range.most, ...told] : told
  return { least: Math.min(...all), most: Math.max(...all) }
}
