/** `2016-08`, and how many. Several entries of one month add up. */
export type MonthCount = { month: string; count: number }
/** What was to be expected of a month: a band between two counts. */
export type MonthBand = { month: string; low: number; high: number }

/** Month numbers from the first to the last of everything that is shown. */
export type Span = { from: number; to: number }

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/

/** Months since the year 0. Throws RangeError for what is no month. */
export function monthNumber(month: string): number {
  const [, year, of] = MONTH.exec(month) ?? []
  if (!year) throw new RangeError(`expected a month such as 2016-08, got ${month}`)
  return Number(year) * 12 + Number(of) - 1
}

export const monthOf = (number: number): string =>
  `${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`

/** Counts by month number. Throws RangeError for a count below 0 or none. */
export function countsOf(months: readonly MonthCount[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { month, count } of months) {
    if (!(count >= 0 && Number.isFinite(count))) throw new RangeError(`expected a count from 0, got ${count}`)
    const at = monthNumber(month)
    counts.set(at, (counts.get(at) ?? 0) + count)
  }
  return counts
}

/** A step of 1, 2 or 5 times a power of ten that leaves at most `most` steps up to `top`. */
export function niceStep(top: number, most: number): number {
  for (let power = 1; ; power *= 10)
    for (const one of [1, 2, 5]) if (top / (one * power) <= most) return one * power
}
