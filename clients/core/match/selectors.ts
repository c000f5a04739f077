import { type CardContent, isProtected } from '../../../schema/wire/card.ts'
import type { IdentifierKind } from '../../../schema/wire/codes.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { normalForm, type Raw } from '../../../schema/wire/identifiers/normal.ts'
import { SELECTOR_TYPES, type SelectorType } from '../../../schema/wire/match.ts'

/** An identifier that may become a token, in its one spelling. */
export type Selector = { type: SelectorType; normal: string }

export const isSelectorType = (kind: IdentifierKind | string): kind is SelectorType =>
  (SELECTOR_TYPES as readonly string[]).includes(kind)

/**
 * What of a card becomes tokens, each once: identifiers of those types that have their one spelling. Names, dates and half a
 * number plate never do, and nothing of a protected person does.
 */
export function selectorsOf({
  subject,
  identifiers,
}: Pick<CardContent, 'subject' | 'identifiers'>): Selector[] {
  if (subject && isProtected(subject)) return []
  return each(
    identifiers.flatMap((identifier) => {
      const normal = isSelectorType(identifier.kind) ? normalForm(identifier) : null
      return normal === null ? [] : [{ type: identifier.kind as SelectorType, normal }]
    }),
  )
}

/** The same for whoever asks for them by hand. @throws Fault PROTECTED_PERSON where the subject is protected (law 6) */
export function selectorsAsked(content: Pick<CardContent, 'subject' | 'identifiers'>): Selector[] {
  if (content.subject && isProtected(content.subject))
    throw new Fault('PROTECTED_PERSON', 'expected a card that may be matched: this person is protected')
  return selectorsOf(content)
}

/** One that an officer types. @throws Fault BAD_IDENTIFIER, which does not repeat the value */
export function selectorOf({ kind, ...rest }: Omit<Raw, 'kind'> & { kind: string }): Selector {
  if (!isSelectorType(kind))
    throw new Fault('BAD_IDENTIFIER', `expected one of ${SELECTOR_TYPES.join(', ')}, got another type`)
  const normal = normalForm({ kind, ...rest })
  if (normal !== null) return { type: kind, normal }
  const beside = {
    PLATE: ' and its country',
    DOCUMENT: ' and its country',
    HANDLE: ' and its platform',
  } as const
  const more = kind in beside ? beside[kind as keyof typeof beside] : ''
  throw new Fault('BAD_IDENTIFIER', `expected a whole ${kind}${more}, got something else`)
}

/** Each selector once, in the order in which they came. */
export const each = (selectors: Selector[]): Selector[] => [
  ...new Map(selectors.map((one) => [`${one.type}\n${one.normal}`, one])).values(),
]
