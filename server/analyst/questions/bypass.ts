import type { BypassHop, BypassLeg, BypassResult, BypassWay } from '../../../schema/analysis/bypass.ts'
import type { BypassQuestion } from '../../../schema/wire/analysis/bypass.ts'
import type { LegStatus } from '../../../schema/wire/codes.ts'
import { type Bypass, bypassesOf } from '../../analysis/bypass.ts'
import type { Watch } from '../../analysis/watch.ts'
import { NO_DAY } from '../column.ts'
import { evidenceOf, opened } from '../evidence.ts'
import { entityNumber } from '../ground.ts'
import { type LegCost, type LegHops, legHops } from '../leg-network.ts'
import type { Projection } from '../projection.ts'
import { sightingsOf } from '../sightings.ts'
import type { Told } from '../told.ts'
import { entitiesOf, trafficOf } from '../traffic.ts'

const DAY = 86_400_000
/** What says that a leg is no longer open. */
const SHUT: readonly unknown[] = ['CONTROLLED', 'BYPASSED', 'CLOSED'] satisfies LegStatus[]

/** See `BypassQuestion`. Throws NOT_FOUND for what is no place, or no leg or place, of the view. */
export async function bypass(
  view: Projection,
  told: Told,
  asked: BypassQuestion,
  watch: Watch,
): Promise<BypassResult> {
  const [from, to] = [entityNumber(view, asked.from, 'PLACE'), entityNumber(view, asked.to, 'PLACE')]
  const closed = [...new Set(asked.closed.map((id) => closedThing(view, told, id)))].sort((a, b) => a - b)
  const legs = closed.filter((thing) => told.kindOf(thing) === 'LEG')
  const since = asked.since ? Date.parse(asked.since) / DAY : controlledFrom(view, told, legs)
  const counted = countedOn(view, told, since)
  const hops = legHops(view, told, asked, counted)
  const isClosed = new Set(legs)
  const found = await bypassesOf(hops, {
    ...{ signal: watch.signal, progress: watch.progress, most: asked.most },
    from: hops.nodeOf.get(from)!,
    to: hops.nodeOf.get(to)!,
    legs: hops.legOf.flatMap((leg, hop) => (isClosed.has(leg) ? [hop] : [])),
    places: closed.flatMap((thing) => hops.nodeOf.get(thing) ?? []),
  })
  const show = { view, told, asked, hops, counted }
  return {
    kind: 'bypass',
    from: told.node(from),
    to: told.node(to),
    closed: closed.map((thing) => told.node(thing)),
    since: since === null ? null : new Date(since * DAY).toISOString().slice(0, 10),
    by: asked.by,
    currency: asked.by === 'FEE' ? asked.currency! : null,
    usual: found.usual && wayOf(show, { ...found.usual, more: null }),
    ways: found.bypasses.map((one) => wayOf(show, one)),
    unpriced: hops.unpriced,
  }
}

function closedThing(view: Projection, told: Told, id: string): number {
  const thing = entityNumber(view, id)
  return told.kindOf(thing) === 'LEG' ? thing : entityNumber(view, id, 'PLACE')
}

/** The first day on which a claim says that one of these legs was no longer open; null where none does. */
function controlledFrom(view: Projection, told: Told, legs: number[]): number | null {
  const { status, observedFrom } = view.descriptions.LEG.columns
  const days: number[] = []
  for (const leg of legs) {
    const [first, last] = told.descriptionsOf(leg)
    for (let row = first; row < last; row++) {
      const day = observedFrom!.numbers()[row]!
      if (SHUT.includes(status!.get(row)) && day !== NO_DAY) days.push(day)
    }
  }
  return days.length === 0 ? null : Math.min(...days)
}

/** Incidents on each leg before a day and from it on; where no day is known all count as since. */
function countedOn(view: Projection, told: Told, since: number | null) {
  const legs = entitiesOf(view, 'LEG')
  const { incidents } = sightingsOf(
    trafficOf(view, told),
    legs.map((leg) => ({ things: [leg] })),
  )
  const counted = { before: new Map<number, number>(), since: new Map<number, number>() }
  for (let place = 0; place < incidents.count; place++) {
    const day = incidents.day[place]!
    // Of an incident without a day nobody can say on which side it lies.
    if (since !== null && Number.isNaN(day)) continue
    const of = since === null || day >= since ? counted.since : counted.before
    const leg = legs[incidents.leg[place]!]!
    of.set(leg, (of.get(leg) ?? 0) + 1)
  }
  return counted
}

type Showing = {
  view: Projection
  told: Told
  asked: BypassQuestion
  hops: LegHops
  counted: ReturnType<typeof countedOn>
}

function wayOf(show: Showing, { places, hops, weight, more, activity, isNew }: Bypass): BypassWay {
  const { told, hops: network } = show
  const list = hops.map(
    (own, at): BypassHop => ({
      from: told.node(network.placeOf[places[at]!]!),
      to: told.node(network.placeOf[places[at + 1]!]!),
      legs: own.map((hop) => legOf(show, network.legOf[hop]!)),
    }),
  )
  const first = hops.map(([hop]) => network.costs.get(network.legOf[hop!]!)!)
  const currencies = [...new Set(first.flatMap(({ fees }) => [...fees.keys()]))].sort()
  return {
    ...{ cost: weight, more, activity, isNew, hops: list },
    hours: summed(first.map(({ hours }) => hours)),
    fees: currencies.map((currency) => ({
      currency,
      ...summed(first.map(({ fees }) => fees.get(currency) ?? null)),
    })),
  }
}

/** The sum of what is told, and of how many legs nobody tells it. */
function summed(costs: LegCost[]) {
  const told = costs.filter((cost) => cost !== null)
  return {
    least: told.reduce((sum, { least }) => sum + least, 0),
    most: told.reduce((sum, { most }) => sum + most, 0),
    untold: costs.length - told.length,
  }
}

function legOf({ view, told, asked, hops, counted }: Showing, leg: number): BypassLeg {
  const rows = hops.endRows(leg)
  return {
    leg: told.node(leg),
    status: told.best(leg, 'status') as LegStatus | null,
    before: counted.before.get(leg) ?? 0,
    since: counted.since.get(leg) ?? 0,
    evidence: evidenceOf(view, rows),
    claims: opened(view, told, rows, asked.claims),
  }
}
