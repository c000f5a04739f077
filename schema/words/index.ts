import type { CodeList, CodeOf, Language } from '../wire/codes.ts'
import { isCountry } from '../wire/identifiers/lists.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import type { Key, Params, Section, Text, Value, Words } from './shape.ts'

export type { Key, Params, Value, Words } from './shape.ts'

/** A further language: its file, its code in `LANGUAGES`, and one name here. */
const WORDS: Record<Language, Words> = { en, fr }

export const words = (language: Language): Words => WORDS[language]

/** The label of a code, for people. */
export function label<L extends CodeList>(language: Language, list: L, code: CodeOf<L>): string {
  return WORDS[language].codes[list][code]
}

type Rest<K extends Key> = [keyof Params<K>] extends [never] ? [] : [params: Params<K>]

/** A text by its key, filled in: `say('fr', 'cli.reports', { count: 3 })`. */
export function say<K extends Key>(language: Language, key: K, ...[params]: Rest<K>): string {
  const [section, name] = key.split('.') as [Section, string]
  const text = (WORDS[language][section] as Record<string, Text>)[name]!
  const values = (params ?? {}) as Record<string, Value>
  return form(language, text, values.count).replace(/\{(\w+)\}/g, (_, one: string) =>
    write(language, values[one]!),
  )
}

function form(language: Language, text: Text, count: Value | undefined): string {
  if (typeof text === 'string') return text
  const category = new Intl.PluralRules(WORDS[language].locale).select(count as number)
  return text[category] ?? text.other
}

function write(language: Language, value: Value): string {
  if (typeof value === 'number') return number(language, value)
  if (value instanceof Date) return moment(language, value)
  return typeof value === 'string' ? plain(value) : list(language, value)
}

/** Control, format and bidi characters become U+FFFD: a value from elsewhere must not steer the reader's terminal. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')

export const number = (language: Language, value: number): string =>
  new Intl.NumberFormat(WORDS[language].locale).format(value)

/** An amount in an ISO 4217 currency, without decimals where it has none to show. */
export const money = (language: Language, amount: number, currency: string): string =>
  new Intl.NumberFormat(WORDS[language].locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amount)

/** `a, b and c`. */
export const list = (language: Language, items: readonly string[]): string =>
  new Intl.ListFormat(WORDS[language].locale, { type: 'conjunction' }).format(items.map(plain))

/** A calendar date YYYY-MM-DD, with the month's name. */
export const date = (language: Language, day: string): string =>
  new Intl.DateTimeFormat(WORDS[language].locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )

/** A moment, to the minute, in UTC and saying so: offices stand in different zones. */
export const moment = (language: Language, time: Date): string =>
  `${new Intl.DateTimeFormat(WORDS[language].locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(time)} UTC`

/** A country's name by its ISO 3166-1 code, or what an ICAO nationality code says; an unknown code stays as it is. */
export function country(language: Language, code: string): string {
  const { nationalities }: { nationalities: Record<string, string> } = WORDS[language]
  if (Object.hasOwn(nationalities, code)) return nationalities[code]!
  if (isCountry(code) !== null) return plain(code)
  return new Intl.DisplayNames(WORDS[language].locale, { type: 'region' }).of(code) ?? code
}
