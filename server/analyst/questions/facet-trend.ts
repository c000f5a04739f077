import type { FacetTrendResult, ShownTrend } from '../../../schema/analysis/facet-trend.ts'
import type { FacetTrendQuestion } from '../../../schema/wire/analysis/facet-trend.ts'
import { monthName } from '../../../schema/wire/analysis/months.ts'
import { FACETS, FACETS_OF, type Facet } from '../../../schema/wire/codes.ts'
import { facetTrends, type Trend } from '../../analysis/facet-trend.ts'
import { thingsOf } from '../../analysis/profiles.ts'
import { evidenceOf, opened } from '../evidence.ts'
import { entityNumber } from '../ground.ts'
import { known } from '../known.ts'
import type { Projection } from '../projection.ts'
import { placesIn, sightingsOf, spanOf, undatedIn } from '../sightings.ts'
import type { Told } from '../told.ts'
import { corridorOf, trafficOf } from '../traffic.ts'

/** See `FacetTrendQuestion`. Throws NOT_FOUND for what is no route, leg or network of the view. */
export function facetTrend(view: Projection, told: Told, asked: FacetTrendQuestion): FacetTrendResult {
  const traffic = trafficOf(view, told)
  const sightings = sightingsOf(traffic, [{ things: corridorOf(traffic, asked.things) }])
  const span = spanOf(sightings.incidents, asked)
  const places = span ? placesIn(sightings, span) : []
  const counted = places.filter((place) => thingsOf(sightings.incidents.facets, place).length > 0)
  const wanted = new Set<Facet>(asked.groups.flatMap((group) => FACETS_OF[group]))
  const trends = (span ? facetTrends(sightings.incidents, { legs: [0], ...span }) : []).filter(
    ({ facet }) => wanted.size === 0 || wanted.has(FACETS[facet]!),
  )
  const rows = counted.flatMap((place) => sightings.rows[place]!)
  const things = [...new Set(asked.things.map((id) => entityNumber(view, id)))].sort((a, b) => a - b)
  return {
    kind: 'facetTrend',
    things: things.map((thing) => told.node(thing)),
    from: span && monthName(span.from),
    to: span && monthName(span.to - 1),
    incidents: places.length,
    known: counted.length,
    undated: undatedIn(sightings),
    tried: trends.length,
    trends: trends.sort(byChance).slice(0, asked.most).map(shown),
    evidence: evidenceOf(view, rows),
    claims: opened(view, told, rows, asked.claims),
  }
}

/** Those that cannot be told come last. */
function byChance(one: Trend, other: Trend): number {
  const of = ({ chance }: Trend) => (Number.isNaN(chance) ? 2 : chance)
  return of(one) - of(other) || one.facet - other.facet
}

const shown = ({ facet, quarters, slope, chance, reading }: Trend): ShownTrend => ({
  facet: FACETS[facet]!,
  quarters: quarters.map(({ month, share, ...quarter }) => ({
    ...quarter,
    month: monthName(month),
    share: known(share),
  })),
  ...{ slope: known(slope.value), low: known(slope.low), high: known(slope.high) },
  chance: known(chance),
  reading,
})
