import { type Deed, dayOf } from './deeds.ts'

// Unusual volumes, as leads: what to look at, and never a judgement of anybody.

/** An office's days before, at most so many, are what its days are measured against. */
export const HISTORY_DAYS = 60
/** With fewer of them that saw any request, nothing is said. */
export const LEAST_DAYS = 10
/** Below this nothing is a lead, however quiet the office is. */
const LEAST_COUNT = 10
/** How many times the usual spread a day lies above the usual. */
const SPREADS = 5
const DAY = 86_400_000

/** How much was asked on each day, by each office and each of its persons. */
export type Volumes = { add(deed: Deed): void; days(office: string): Map<string, Map<string, Volume>> }
/** Requests, and entities shown, each counted once a day. */
export type Volume = { requests: number; shown: Set<string> }

export function openVolumes(): Volumes {
  const offices = new Map<string, Map<string, Map<string, Volume>>>()
  return {
    add({ office, at, person, shown }) {
      const days = provided(offices, office, () => new Map<string, Map<string, Volume>>())
      const persons = provided(days, dayOf(at), () => new Map<string, Volume>())
      const volume = provided(persons, person, () => ({ requests: 0, shown: new Set<string>() }))
      volume.requests += 1
      for (const id of shown) volume.shown.add(id)
    },
    days: (office) => offices.get(office) ?? new Map(),
  }
}

/** What stands under a key, made where nothing does. */
export function provided<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

export type Lead = {
  day: string
  /** Null: the office as a whole. */
  person: string | null
  measure: 'REQUESTS' | 'ENTITIES'
  count: number
  /** Median and median absolute deviation of the days before, and above which count a day is a lead. */
  median: number
  mad: number
  limit: number
  /** How many days, or persons' days, that rests on. */
  of: number
}

export type Leads = {
  leads: Lead[]
  /** Days of the month with requests that had fewer than `LEAST_DAYS` such days before them: nothing is said of them. */
  unmeasured: string[]
}

/**
 * The days of a month on which an office, or one of its persons, asked for or was shown far more than is usual in that
 * office: above the median of the days before by five times their spread. Days without a request count as no day.
 * A person is measured against everybody's days in the office, for one who always asks much is to be seen too.
 */
export function leadsOf(days: ReadonlyMap<string, ReadonlyMap<string, Volume>>, month: string): Leads {
  const found: Leads = { leads: [], unmeasured: [] }
  for (const [day, persons] of [...days].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (!day.startsWith(month)) continue
    const earliest = dayOf(Date.parse(day) - HISTORY_DAYS * DAY)
    const before = [...days].filter(([other]) => other >= earliest && other < day).map(([, one]) => one)
    if (before.length < LEAST_DAYS) {
      found.unmeasured.push(day)
      continue
    }
    for (const measure of ['REQUESTS', 'ENTITIES'] as const) {
      const office = before.map((one) => totalOf(one, measure))
      const each = before.flatMap((one) => [...one.values()].map((volume) => countOf(volume, measure)))
      found.leads.push(...leadOf(day, null, measure, totalOf(persons, measure), office))
      for (const [person, volume] of persons)
        found.leads.push(...leadOf(day, person, measure, countOf(volume, measure), each))
    }
  }
  return found
}

function leadOf(
  day: string,
  person: string | null,
  measure: Lead['measure'],
  count: number,
  history: number[],
): Lead[] {
  const usual = median(history)
  const mad = median(history.map((value) => Math.abs(value - usual)))
  // Where every day is alike the deviation is 0, and counts scatter by their root all the same.
  const spread = Math.max(1.4826 * mad, Math.sqrt(usual), 1)
  const limit = Math.max(Math.ceil(usual + SPREADS * spread), LEAST_COUNT)
  if (count <= limit) return []
  return [{ day, person, measure, count, median: usual, mad, limit, of: history.length }]
}

const countOf = ({ requests, shown }: Volume, measure: Lead['measure']) =>
  measure === 'REQUESTS' ? requests : shown.size

function totalOf(persons: ReadonlyMap<string, Volume>, measure: Lead['measure']): number {
  if (measure === 'REQUESTS') return [...persons.values()].reduce((sum, { requests }) => sum + requests, 0)
  return new Set([...persons.values()].flatMap(({ shown }) => [...shown])).size
}

/** Of an empty list 0. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
