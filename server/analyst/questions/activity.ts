import type { ActivityResult, Comparison } from '../../../schema/analysis/activity.ts'
import type { ActivityQuestion } from '../../../schema/wire/analysis/activity.ts'
import { monthName } from '../../../schema/wire/analysis/months.ts'
import { beforeAndAfter } from '../../analysis/intervention.ts'
import { monthOf } from '../../analysis/months.ts'
import { evidenceOf, opened } from '../evidence.ts'
import { entityNumber } from '../ground.ts'
import { known } from '../known.ts'
import type { Projection } from '../projection.ts'
import { placesIn, type Sightings, type Span, sightingsOf, spanOf, undatedIn } from '../sightings.ts'
import type { Told } from '../told.ts'
import { corridorOf, trafficOf } from '../traffic.ts'

const DAY = 86_400_000

/** See `ActivityQuestion`. Throws NOT_FOUND for what is no route, leg or network of the view. */
export function activity(view: Projection, told: Told, asked: ActivityQuestion): ActivityResult {
  const traffic = trafficOf(view, told)
  const sightings = sightingsOf(traffic, [{ things: corridorOf(traffic, asked.things) }])
  const span = spanOf(sightings.incidents, asked)
  const places = span ? placesIn(sightings, span) : []
  const rows = places.flatMap((place) => sightings.rows[place]!)
  const things = asked.things.map((id) => entityNumber(view, id)).sort((a, b) => a - b)
  return {
    kind: 'activity',
    things: [...new Set(things)].map((thing) => told.node(thing)),
    months: span ? monthsOf(sightings, span, places) : [],
    undated: undatedIn(sightings),
    comparison: asked.intervention ? comparisonOf(sightings, asked, asked.intervention) : null,
    evidence: evidenceOf(view, rows),
    claims: opened(view, told, rows, asked.claims),
  }
}

function monthsOf({ incidents }: Sightings, { from, to }: Span, places: number[]) {
  const counts = new Array<number>(to - from).fill(0)
  for (const place of places) counts[monthOf(incidents.day[place]!) - from]! += 1
  return counts.map((count, at) => ({ month: monthName(from + at), count }))
}

function comparisonOf({ incidents }: Sightings, asked: ActivityQuestion, intervention: string): Comparison {
  const { before, after } = asked
  const found = beforeAndAfter(incidents, { day: Date.parse(intervention) / DAY, legs: [0], before, after })
  const sum = (list: number[]) => list.reduce((all, one) => all + one, 0)
  return {
    day: intervention,
    before: sum(found.monthsBefore),
    after: sum(found.monthsAfter),
    ...{ daysBefore: found.daysBefore, daysAfter: found.daysAfter },
    ...{ ratio: known(found.ratio), low: known(found.low), high: known(found.high) },
    chance: found.chance,
    reading: found.reading,
    dispersion: known(found.dispersion),
    wholeYears: found.wholeYears,
  }
}
