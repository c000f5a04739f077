import { normalAbove, normalTail } from './chances.ts'
import { expectIncidents, expectMonths, type Incidents } from './incidents.ts'
import { monthOf } from './months.ts'
import { thingsOf } from './profiles.ts'
import { expectConfidence, type Interval, wilsonInterval } from './rates.ts'

export type TrendQuestion = {
  /** The legs of the corridor. */
  legs: readonly number[]
  /** Months, counted from January 1970: the first included, the last not. Quarters count from the first. */
  from: number
  to: number
  confidence?: number
}

export type Quarter = Interval & {
  month: number
  /** Incidents of which some facet is known, and those with this one. */
  all: number
  having: number
  /** NaN where `all` is 0. */
  share: number
}

export type Trend = {
  facet: number
  quarters: Quarter[]
  /** What the share grows by in a quarter, by the straight line that fits best, and its interval. NaN where it cannot be told. */
  slope: Interval & { value: number }
  /** Of a slope as steep, either way, where there is none. NaN as well. */
  chance: number
  reading: 'ROSE' | 'FELL' | 'NOT_SHOWN' | 'TOO_FEW'
}

/** What a normal number stands for well enough: so many incidents with and without, as Cochran 1954 (DOI 10.2307/3001616) asks of a cell. */
const ENOUGH = 5

/**
 * How the share of each facet among the incidents of a corridor goes, quarter by quarter, with Wilson's interval for each; and its slope by the
 * trend test of Cochran 1954 and Armitage 1955 (DOI 10.2307/3001775), whose regression weighs each quarter by its incidents. Only incidents of which
 * some facet is known count: a facet that nobody mentions may be there. Every facet is tried, so that of twenty without any trend one will show some
 * at 95 %: `chance` is of each alone. By facet. O(facets of all incidents + facets · quarters). Throws RangeError on columns, months or a
 * confidence out of range.
 */
export function facetTrends(incidents: Incidents, question: TrendQuestion): Trend[] {
  expectIncidents(incidents)
  const { legs, from, to, confidence = 0.95 } = question
  expectMonths(from, to)
  expectConfidence(confidence)
  const asked = new Set(legs)
  const quarters = Math.ceil((to - from) / 3)
  const all = new Uint32Array(quarters)
  const having = new Map<number, Uint32Array>()
  for (let one = 0; one < incidents.count; one++) {
    const facets = thingsOf(incidents.facets, one)
    if (!asked.has(incidents.leg[one]!) || Number.isNaN(incidents.day[one]!) || facets.length === 0) continue
    const month = monthOf(incidents.day[one]!)
    if (month < from || month >= to) continue
    const quarter = Math.floor((month - from) / 3)
    all[quarter]! += 1
    for (const facet of facets) {
      const counts = having.get(facet) ?? new Uint32Array(quarters)
      counts[quarter]! += 1
      having.set(facet, counts)
    }
  }
  return [...having]
    .sort(([one], [other]) => one - other)
    .map(([facet, counts]) => ({
      facet,
      quarters: Array.from(all, (count, at) => quarterOf(from + 3 * at, counts[at]!, count, confidence)),
      ...slopeOf(counts, all, confidence),
    }))
}

const quarterOf = (month: number, having: number, all: number, confidence: number): Quarter => ({
  ...{ month, all, having, share: having / all },
  ...wilsonInterval(having, all, confidence),
})

const NOT_KNOWN = {
  slope: { value: Number.NaN, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  chance: Number.NaN,
  reading: 'TOO_FEW' as const,
}

/** The line, and the test of its slope against none. Time counts in quarters; where all lie in one there is no slope. */
export function slopeOf(
  having: ArrayLike<number>,
  all: ArrayLike<number>,
  confidence: number,
): Pick<Trend, 'slope' | 'chance' | 'reading'> {
  let [whole, sum, times] = [0, 0, 0]
  for (let at = 0; at < all.length; at++) {
    whole += all[at]!
    sum += having[at]!
    times += at * all[at]!
  }
  const [share, middle] = [sum / whole, times / whole]
  let [spread, together] = [0, 0]
  for (let at = 0; at < all.length; at++) {
    spread += all[at]! * (at - middle) ** 2
    together += (at - middle) * (having[at]! - all[at]! * share)
  }
  if (!(spread > 0) || Math.min(sum, whole - sum) < ENOUGH) return NOT_KNOWN
  const value = together / spread
  const error = Math.sqrt((share * (1 - share)) / spread)
  const chance = 2 * normalTail(Math.abs(value) / error)
  const half = normalAbove((1 - confidence) / 2) * error
  const shows = chance <= 1 - confidence
  return {
    slope: { value, low: value - half, high: value + half },
    chance,
    reading: !shows ? 'NOT_SHOWN' : value > 0 ? 'ROSE' : 'FELL',
  }
}
