import type { CodeList, CodeOf } from '../wire/codes.ts'
import type { FaultCode } from '../wire/fault.ts'
import type { en } from './en.ts'

/** A text, or a text that counts: one form per plural category of the language, chosen by `{count}`. */
export type Text = string | Counted
export type Counted = { readonly [category in Intl.LDMLPluralRule]?: string } & { readonly other: string }

/** What the first language must hold: a label for every code and a sentence for every fault. */
export type Source = {
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
  readonly codes: { readonly [L in CodeList]: { readonly [C in CodeOf<L>]: string } }
  readonly nationalities: Readonly<Record<string, string>>
  readonly faults: { readonly [F in FaultCode]: string }
  readonly fields: Readonly<Record<string, string>>
  readonly relations: Readonly<Record<string, string>>
  readonly cli: Readonly<Record<string, Text>>
  readonly picture: Readonly<Record<string, Text>>
}

/** What every language must hold: exactly the keys of the first. */
export type Words = Source & {
  readonly [S in Section]: { readonly [K in keyof English[S]]: Like<English[S][K]> }
}
type Like<T> = T extends string ? string : Counted

export type English = typeof en
export type Section = 'nationalities' | 'faults' | 'fields' | 'relations' | 'cli' | 'picture'
export type Key = { [S in Section]: `${S}.${keyof English[S] & string}` }[Section]

/** What may be filled in. Lists are joined and numbers and dates written as the language does. */
export type Value = string | number | Date | readonly string[]

/** The names between braces in the English text of a key: a missing or misspelt parameter does not compile. */
export type Params<K extends Key> = { [N in Names<TextOf<K>>]: N extends 'count' ? number : Value }
type TextOf<K extends Key> = K extends `${infer S extends Section}.${infer N}`
  ? Forms<At<English[S], N>>
  : never
type At<T, N extends string> = N extends keyof T ? T[N] : never
type Forms<T> = T extends string ? T : T[keyof T]
type Names<T> = T extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never
