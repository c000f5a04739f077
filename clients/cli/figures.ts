import type { Language } from '../../schema/wire/codes.ts'
import { words } from '../../schema/words/index.ts'

/** A figure with three significant digits, as the language writes it. */
export const figure = (language: Language, value: number): string =>
  new Intl.NumberFormat(words(language).locale, { maximumSignificantDigits: 3 }).format(value)
