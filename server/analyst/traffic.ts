import { FACETS, KINDS } from '../../schema/wire/codes.ts'
import { NOT_COUNTED } from '../analysis/incidents.ts'
import { NO_DAY } from './column.ts'
import { entityNumber } from './ground.ts'
import { type Links, linksBy, othersAt, rowsAt } from './links.ts'
import type { Projection } from './projection.ts'
import type { Told } from './told.ts'

/**
 * What is said of incidents and where they were: on a leg by LOCATED_AT or INVOLVED_IN, on a route by INVOLVED_IN or through its legs, with
 * a network by INVOLVED_IN.
 */
export type Traffic = {
  view: Projection
  told: Told
  /** HAS_LEG by route, LOCATED_AT by place, INVOLVED_IN by who was involved and by incident, USES by who uses. */
  legs: Links
  located: Links
  involved: Links
  who: Links
  uses: Links
}

/** One incident as the visible claims tell it. Claims that differ stand as a range or together, never as a mean. */
export type Happening = {
  /** Days since 1970, as the best graded description that says one has it; NaN. */
  day: number
  /** Of those carried, by the lowest and the highest claim, or `NOT_COUNTED`. */
  least: number
  most: number
  nationalities: string[]
  /** Places in `FACETS`: of the modi operandi of whoever was involved. */
  facets: number[]
}

/** O(claims). */
export function trafficOf(view: Projection, told: Told): Traffic {
  return {
    ...{ view, told },
    legs: linksBy(view, 'HAS_LEG', 'from'),
    located: linksBy(view, 'LOCATED_AT', 'to'),
    involved: linksBy(view, 'INVOLVED_IN', 'from'),
    who: linksBy(view, 'INVOLVED_IN', 'to'),
    uses: linksBy(view, 'USES', 'from'),
  }
}

const isOf = (view: Projection, entity: number, kind: (typeof KINDS)[number]) =>
  view.kinds[entity] === KINDS.indexOf(kind)

/** All entities of a kind, by id. */
export function entitiesOf(view: Projection, kind: (typeof KINDS)[number]): number[] {
  const wanted = KINDS.indexOf(kind)
  const found: number[] = []
  for (let entity = 0; entity < view.kinds.length; entity++)
    if (view.kinds[entity] === wanted) found.push(entity)
  return found
}

/** The legs of a route, by id. */
export const legsOf = ({ view, legs }: Traffic, route: number): number[] => othersAt(view, legs, route, 'to')

/**
 * Routes with their legs, legs and networks: where and by whom incidents were that belong to one corridor. Throws NOT_FOUND for
 * anything else, as for what the view does not hold.
 */
export function corridorOf(traffic: Traffic, ids: readonly string[]): number[] {
  const { view } = traffic
  const things = ids.flatMap((id) => {
    const entity = entityNumber(view, id)
    if (isOf(view, entity, 'LEG') || isOf(view, entity, 'NETWORK')) return [entity]
    return [entityNumber(view, id, 'ROUTE'), ...legsOf(traffic, entity)]
  })
  return [...new Set(things)].sort((a, b) => a - b)
}

/** The claims that put an incident where something of a corridor is, as rows of relations. */
export function rowsOn({ view, located, involved }: Traffic, things: readonly number[]): number[] {
  const from = view.relations.columns.from!.numbers()
  return things.flatMap((thing) => [
    ...rowsAt(located, thing).filter((row) => isOf(view, from[row]!, 'INCIDENT')),
    ...rowsAt(involved, thing),
  ])
}

/** The incident of such a row: where it was says the incident first, who was in it says it last. */
export function incidentOf({ relations, kinds }: Projection, row: number): number {
  const from = relations.columns.from!.numbers()[row]!
  return kinds[from] === KINDS.indexOf('INCIDENT') ? from : relations.columns.to!.numbers()[row]!
}

/** An incident, of which `rows` are the claims that put it somewhere: they say the day where no description does. */
export function happeningOf(traffic: Traffic, incident: number, rows: readonly number[]): Happening {
  const { view, told } = traffic
  const { columns } = view.descriptions.INCIDENT
  const [days, persons] = [columns.observedFrom!.numbers(), columns.persons!]
  const nationalities = new Set<string>()
  let [day, least, most] = [NO_DAY, Number.POSITIVE_INFINITY, NOT_COUNTED]
  const [from, to] = told.descriptionsOf(incident)
  for (let row = from; row < to; row++) {
    if (day === NO_DAY) day = days[row]!
    const count = persons.get(row) as number | null
    if (count !== null) {
      least = Math.min(least, count)
      most = Math.max(most, count)
    }
    for (const one of (columns.nationalities!.get(row) ?? []) as string[]) nationalities.add(one)
  }
  if (day === NO_DAY) day = firstDayOf(view, rows)
  return {
    ...{ day: day === NO_DAY ? Number.NaN : day, most, least: most === NOT_COUNTED ? NOT_COUNTED : least },
    ...{ nationalities: [...nationalities].sort(), facets: facetsOf(traffic, incident) },
  }
}

function firstDayOf(view: Projection, rows: readonly number[]): number {
  const days = view.relations.columns.observedFrom!.numbers()
  const known = rows.map((row) => days[row]!).filter((day) => day !== NO_DAY)
  return known.length === 0 ? NO_DAY : Math.min(...known)
}

const PLACE_OF = new Map<string, number>(FACETS.map((facet, place) => [facet, place]))

/** How those involved work: the facets that anybody names of what they use. */
function facetsOf({ view, told, who, uses }: Traffic, incident: number): number[] {
  const column = view.descriptions.MODUS_OPERANDI.columns.facets!
  const found = new Set<number>()
  for (const one of othersAt(view, who, incident, 'from'))
    for (const used of othersAt(view, uses, one, 'to')) {
      if (!isOf(view, used, 'MODUS_OPERANDI')) continue
      const [from, to] = told.descriptionsOf(used)
      for (let row = from; row < to; row++)
        for (const facet of (column.get(row) ?? []) as string[]) found.add(PLACE_OF.get(facet)!)
    }
  return [...found].sort((a, b) => a - b)
}
