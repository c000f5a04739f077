// Months are counted from January 1970, which is 0; days from 1970-01-01, which is 0.

const DAY = 86_400_000

/** The month of a day. */
export function monthOf(day: number): number {
  const date = new Date(day * DAY)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}

/** The first day of a month. */
export function firstDayOf(month: number): number {
  return Date.UTC(1970 + Math.floor(month / 12), month - 12 * Math.floor(month / 12), 1) / DAY
}

/** The same day so many months later; the month's last where it has no such day. */
export function monthsLater(day: number, months: number): number {
  const month = monthOf(day) + months
  const inMonth = day - firstDayOf(monthOf(day))
  return Math.min(firstDayOf(month) + inMonth, firstDayOf(month + 1) - 1)
}

/** The month of the year, 0 … 11. */
export const calendarOf = (month: number): number => month - 12 * Math.floor(month / 12)
