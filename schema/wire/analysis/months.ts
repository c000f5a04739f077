import { z } from 'zod'

// Months as people and programs write them, YYYY-MM. Analyses count them from January 1970.

/** A month of the calendar. */
export const Month = z.string().regex(/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/, 'expected a month YYYY-MM')

/** From which month to which, both included; where one is not given, as far as anything is dated. */
export const MONTHS = { from: Month.optional(), to: Month.optional() }
export type AskedMonths = { from?: string | undefined; to?: string | undefined }

/** Whether the first does not come after the last. */
export const isSpan = ({ from, to }: AskedMonths): boolean => !from || !to || from <= to
export const SPAN_FAULT = { error: 'expected a month that is not before `from`', path: ['to'] }

export const monthNumber = (month: string): number =>
  (Number(month.slice(0, 4)) - 1970) * 12 + Number(month.slice(5, 7)) - 1

export function monthName(number: number): string {
  const year = 1970 + Math.floor(number / 12)
  const month = number - 12 * Math.floor(number / 12) + 1
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`
}
