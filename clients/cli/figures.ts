import type { Language } from '../../schema/wire/codes.ts'
import { words } from '../../schema/words/index.ts'

/** A figure with three significant digits, as the language writes it. */
export const figure = (language: Language, value: number): string =>
  new Intl.NumberFormat(words(language).locale, { maximumSignificantDigits: 3 }).format(value)

/** A share of 0 to 1 as whole hundredths. */
export const percent = (language: Language, share: number): string =>
  new Intl.NumberFormat(words(language).locale, { style: 'percent' }).format(share)

/** A figure and where it lay; without a band, or where that is the figure itself, the figure alone. */
export function bandedFigure(
  language: Language,
  value: number,
  low: number | null,
  high: number | null,
): string {
  const whole = figure(language, value)
  if (low === null || high === null || (low === value && high === value)) return whole
  return `${whole} (${figure(language, low)}–${figure(language, high)})`
}

/** A chance; of one below a thousandth no more is said. */
export const chance = (language: Language, value: number): string =>
  value < 0.001 ? `< ${figure(language, 0.001)}` : figure(language, value)

/** An end of an interval; null: it has none. */
export const bound = (language: Language, value: number | null): string =>
  value === null ? '∞' : figure(language, value)
