import * as fc from 'fast-check'
import { type Incidents, NOT_COUNTED } from '../../../server/analysis/incidents.ts'
import { profilesOf } from '../../../server/analysis/profiles.ts'

export const KINDS = 5
export type Told = { day: number; leg: number; persons: number; nationalities: number[]; facets: number[] }

export function columnsOf(list: readonly Partial<Told>[], kinds = KINDS): Incidents {
  const sets = (of: 'nationalities' | 'facets') => {
    const pairs = list.flatMap((one, at) => (one[of] ?? []).map((thing) => [at, thing] as const))
    return profilesOf(
      list.length,
      kinds,
      pairs.map(([at]) => at),
      pairs.map(([, thing]) => thing),
    )
  }
  return {
    count: list.length,
    day: list.map(({ day = Number.NaN }) => day),
    leg: list.map(({ leg = -1 }) => leg),
    persons: list.map(({ persons = NOT_COUNTED }) => persons),
    ...{ nationalities: sets('nationalities'), facets: sets('facets') },
  }
}

const set = fc.uniqueArray(fc.nat(KINDS - 1), { maxLength: 3 })
/** Of some years around 2016, on four legs, some without a day, a leg or a number. */
export const drawnIncidents = fc.array(
  fc.record({
    day: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 16_000, max: 17_000 }) },
      fc.constant(Number.NaN),
    ),
    leg: fc.integer({ min: -1, max: 3 }),
    persons: fc.integer({ min: -1, max: 90 }),
    nationalities: set,
    facets: set,
  }),
  { maxLength: 40 },
)
