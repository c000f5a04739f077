import { expectIncidents, type Incidents } from './incidents.ts'
import { monthsLater } from './months.ts'
import { type RateRatio, rateRatio } from './rates.ts'

export type InterventionQuestion = {
  /** The day on which it was done: the first of those after. */
  day: number
  /** The legs that are asked about, counted once each. */
  legs: readonly number[]
  /** Months looked at on either side, 1 and more. Default 12. */
  before?: number
  after?: number
  confidence?: number
}

export type InterventionAnswer = RateRatio & {
  /** Incidents in each month of either side, the one nearest to the day last before and first after. */
  monthsBefore: number[]
  monthsAfter: number[]
  daysBefore: number
  daysAfter: number
  /**
   * Variance of the months over their mean, within the sides: about 1 where incidents come independently; far above it they come in
   * bursts or seasons, and the interval is too narrow. NaN where it cannot be told.
   */
  dispersion: number
  /** Whether both sides are whole years, so that no season stands on one of them alone. */
  wholeYears: boolean
}

/**
 * The level of activity before and after a day, in months counted from it. What rose or fell after an intervention need not have
 * done so because of it, and what is reported may have changed instead of what was done. O(incidents + months). Throws RangeError on columns,
 * a day, months or a confidence out of range.
 */
export function beforeAndAfter(incidents: Incidents, question: InterventionQuestion): InterventionAnswer {
  const { day, legs, before = 12, after = 12, confidence = 0.95 } = question
  expectIncidents(incidents)
  for (const months of [before, after])
    if (!(Number.isSafeInteger(months) && months >= 1 && months <= 1_200))
      throw new RangeError(`expected 1 to 1200 months, got ${months}`)
  if (!Number.isSafeInteger(day)) throw new RangeError(`expected a day, got ${day}`)
  const edges = Array.from({ length: before + after + 1 }, (_, at) => monthsLater(day, at - before))
  const counts = new Array<number>(before + after).fill(0)
  const asked = new Set(legs)
  for (let one = 0; one < incidents.count; one++) {
    const when = incidents.day[one]!
    if (!(asked.has(incidents.leg[one]!) && when >= edges[0]! && when < edges.at(-1)!)) continue
    counts[edges.findLastIndex((edge) => edge <= when)]! += 1
  }
  const [monthsBefore, monthsAfter] = [counts.slice(0, before), counts.slice(before)]
  const [daysBefore, daysAfter] = [day - edges[0]!, edges.at(-1)! - day]
  const rates = { beforeLength: daysBefore, afterLength: daysAfter, confidence }
  return {
    ...rateRatio({ before: sumOf(monthsBefore), after: sumOf(monthsAfter), ...rates }),
    ...{ monthsBefore, monthsAfter, daysBefore, daysAfter },
    dispersion: dispersionOf([monthsBefore, monthsAfter]),
    wholeYears: before % 12 === 0 && after % 12 === 0,
  }
}

const sumOf = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0)

/** Pearson's statistic over its degrees of freedom (McCullagh and Nelder 1989, *Generalized Linear Models*, 6.2.4). */
function dispersionOf(sides: number[][]): number {
  let [statistic, free] = [0, 0]
  for (const side of sides) {
    const mean = sumOf(side) / side.length
    if (mean === 0) continue
    statistic += sumOf(side.map((count) => (count - mean) ** 2 / mean))
    free += side.length - 1
  }
  return statistic / free
}
