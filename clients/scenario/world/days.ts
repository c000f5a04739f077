/** Months of a world count from 0; days of a month from 0 to 27, so that every month has them. */
export const DAYS = 28

/** The date of a day of a month, YYYY-MM-DD. */
export function dateOf(from: string, month: number, day: number): string {
  const months = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1 + month
  const two = (number: number) => String(number).padStart(2, '0')
  return `${Math.floor(months / 12)}-${two((months % 12) + 1)}-${two(day + 1)}`
}

/** The month of the year, 1–12. */
export const calendarMonth = (from: string, month: number): number =>
  ((Number(from.slice(5, 7)) - 1 + month) % 12) + 1
