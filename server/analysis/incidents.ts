import { monthOf } from './months.ts'
import type { Profiles } from './profiles.ts'

/** Incidents as columns: one place each. */
export type Incidents = {
  count: number
  /** Days since 1970-01-01; NaN where it is not known. */
  day: ArrayLike<number>
  /** Where it happened, or `NO_LEG`. */
  leg: ArrayLike<number>
  /** How many were carried, all together, or `NOT_COUNTED`. */
  persons: ArrayLike<number>
  /** The sets of each: nationalities of those carried, facets of the way of working. Empty where nobody says. */
  nationalities: Profiles
  facets: Profiles
}

export const NO_LEG = -1
export const NOT_COUNTED = -1

/** Throws RangeError where a column is shorter or longer than the others, or has what it cannot have. O(incidents). */
export function expectIncidents({ count, day, leg, persons, nationalities, facets }: Incidents): void {
  const lengths = [day.length, leg.length, persons.length, nationalities.networks, facets.networks]
  if (!lengths.every((length) => length === count))
    throw new RangeError(`expected columns of ${count} incidents, got ${lengths.join(', ')}`)
  for (let one = 0; one < count; one++)
    if (!(isFrom(NO_LEG, leg[one]!) && isFrom(NOT_COUNTED, persons[one]!) && isDay(day[one]!)))
      throw new RangeError(`expected a day, leg and number, got ${day[one]}, ${leg[one]} and ${persons[one]}`)
}

const isFrom = (least: number, value: number) => Number.isSafeInteger(value) && value >= least
/** A hundred million days either way are what a date can be. */
const isDay = (day: number) => Number.isNaN(day) || (Number.isInteger(day) && Math.abs(day) <= 100_000_000)

/** Throws RangeError where it is no span of months, the first included, the last not. */
export function expectMonths(from: number, to: number): void {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to && to - from <= 12_000))
    throw new RangeError(`expected months from one to a later one, got ${from} and ${to}`)
}

/** The first and the last month in which something is dated, the last excluded; null where nothing is. O(incidents). */
export function monthsIn({
  count,
  day,
}: Pick<Incidents, 'count' | 'day'>): { from: number; to: number } | null {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let one = 0; one < count; one++) {
    if (Number.isNaN(day[one]!)) continue
    least = Math.min(least, day[one]!)
    most = Math.max(most, day[one]!)
  }
  return least > most ? null : { from: monthOf(least), to: monthOf(most) + 1 }
}
