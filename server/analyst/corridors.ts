import type { CorridorKind } from '../../schema/wire/codes.ts'
import { entityNumber } from './ground.ts'
import { linksBy, othersAt } from './links.ts'
import type { Corridor } from './sightings.ts'
import { entitiesOf, legsOf, type Traffic } from './traffic.ts'

/** A corridor by the route or leg that it is, or by the country to which its legs lead. */
export type NamedCorridor = Corridor & { thing: number | null; country: string | null }

/** The corridors of a view, or of some routes: by the ids of what they are, or by country. Throws NOT_FOUND. */
export function corridorsBy(traffic: Traffic, ids: readonly string[], by: CorridorKind): NamedCorridor[] {
  const { view } = traffic
  const asked = ids.map((id) => entityNumber(view, id, 'ROUTE'))
  const routes = ids.length > 0 ? unique(asked) : entitiesOf(view, 'ROUTE')
  if (by === 'ROUTE')
    return routes.map((route) => ({
      ...{ thing: route, country: null },
      things: [route, ...legsOf(traffic, route)],
    }))
  const legs =
    ids.length > 0 ? unique(routes.flatMap((one) => legsOf(traffic, one))) : entitiesOf(view, 'LEG')
  if (by === 'LEG') return legs.map((leg) => ({ thing: leg, country: null, things: [leg] }))
  return byDestination(traffic, legs)
}

/** A leg of which two claims name two countries is in both: none of them is averaged away. */
function byDestination({ view, told }: Traffic, legs: number[]): NamedCorridor[] {
  const arrives = linksBy(view, 'ARRIVES_AT', 'from')
  const found = new Map<string, number[]>()
  for (const leg of legs) {
    const countries = othersAt(view, arrives, leg, 'to').map((place) => told.best(place, 'country'))
    for (const country of new Set(countries)) {
      if (country === null) continue
      const list = found.get(country as string)
      if (list) list.push(leg)
      else found.set(country as string, [leg])
    }
  }
  return [...found]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([country, things]) => ({ thing: null, country, things }))
}

const unique = (list: number[]) => [...new Set(list)].sort((a, b) => a - b)
