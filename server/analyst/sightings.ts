import { type AskedMonths, monthNumber } from '../../schema/wire/analysis/months.ts'
import { FACETS } from '../../schema/wire/codes.ts'
import { type Incidents, monthsIn } from '../analysis/incidents.ts'
import { monthOf } from '../analysis/months.ts'
import { profilesOf } from '../analysis/profiles.ts'
import { type Happening, happeningOf, incidentOf, rowsOn, type Traffic } from './traffic.ts'

/** Things of a corridor; incidents that were at something of `without` are not counted in it. */
export type Corridor = { things: readonly number[]; without?: readonly number[] }

/** Incidents by corridor and then by id: one place for each incident in each corridor, `leg` being the corridor's number. */
export type Sightings = {
  /** `persons` as the lowest claim has it. */
  incidents: Incidents
  /** Beside it, as the highest has it. */
  most: number[]
  /** The incident of each place, and the claims that put it there. */
  entity: number[]
  rows: number[][]
  /** The code of each nationality. */
  nationalities: string[]
}

/** What the view tells of incidents in some corridors. O(claims of them). */
export function sightingsOf(traffic: Traffic, corridors: readonly Corridor[]): Sightings {
  const found = corridors.flatMap((corridor, leg) =>
    [...incidentsIn(traffic, corridor)]
      .sort(([one], [other]) => one - other)
      .map(([entity, rows]) => ({ entity, leg, rows, told: happeningOf(traffic, entity, rows) })),
  )
  const told = found.map((one) => one.told)
  const nationalities = [...new Set(told.flatMap((one) => one.nationalities))].sort()
  const place = new Map(nationalities.map((code, at) => [code, at]))
  return {
    incidents: {
      count: found.length,
      day: told.map(({ day }) => day),
      leg: found.map(({ leg }) => leg),
      persons: told.map(({ least }) => least),
      nationalities: setsOf(told, nationalities.length, (one) =>
        one.nationalities.map((code) => place.get(code)!),
      ),
      facets: setsOf(told, FACETS.length, (one) => one.facets),
    },
    most: told.map(({ most }) => most),
    entity: found.map(({ entity }) => entity),
    rows: found.map(({ rows }) => rows),
    nationalities,
  }
}

function incidentsIn(traffic: Traffic, { things, without = [] }: Corridor): Map<number, number[]> {
  const found = Map.groupBy(rowsOn(traffic, things), (row) => incidentOf(traffic.view, row))
  for (const row of rowsOn(traffic, without)) found.delete(incidentOf(traffic.view, row))
  return found
}

function setsOf(told: Happening[], kinds: number, of: (one: Happening) => number[]) {
  const [at, things]: [number[], number[]] = [[], []]
  told.forEach((one, place) => {
    for (const thing of of(one)) {
      at.push(place)
      things.push(thing)
    }
  })
  return profilesOf(told.length, kinds, at, things)
}

/** Fifty years: what is dated farther back is left out, unless it is asked for. */
const MOST_MONTHS = 600

export type Span = { from: number; to: number }

/** The months asked about, or those in which something is dated; the last excluded. Null where there is none. */
export function spanOf(incidents: Pick<Incidents, 'count' | 'day'>, asked: AskedMonths): Span | null {
  const known = monthsIn(incidents)
  const to = asked.to ? monthNumber(asked.to) + 1 : known?.to
  const from = asked.from ? monthNumber(asked.from) : known?.from
  if (to === undefined || from === undefined || from >= to) return null
  return { from: Math.max(from, to - MOST_MONTHS), to }
}

/** The places whose day lies in some months. */
export function placesIn({ incidents }: Sightings, { from, to }: Span): number[] {
  const places: number[] = []
  for (let place = 0; place < incidents.count; place++) {
    const day = incidents.day[place]!
    if (Number.isNaN(day)) continue
    const month = monthOf(day)
    if (month >= from && month < to) places.push(place)
  }
  return places
}

export const undatedIn = ({ incidents: { day } }: Sightings): number =>
  Array.from(day).filter((one) => Number.isNaN(one)).length
