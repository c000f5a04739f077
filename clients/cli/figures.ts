import type { Language } from '../../schema/wire/codes.ts'
import { words } from '../../schema/words/index.ts'

/** A figure with three significant digits, as the language writes it. */
export const figure = (language: Language, value: number): string =>
  new Intl.NumberFormat(words(language).locale, { maximumSignificantDigits: 3 }).format(value)

/** A share of 0 to 1 as whole hundredths. */
export const percent = (language: Language, share: number): string =>
  new Intl.NumberFormat(words(language).locale, { style: 'percent' }).format(share)
