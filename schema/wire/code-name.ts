import { z } from 'zod'

/** Letters, digits and hyphens, 1 to 40 of them, beginning and ending with a letter or digit (law 5). */
export const CODE_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,38}[\p{L}\p{N}])?$/u

/** Letters that show nothing (Hangul fillers …): they would make two equal-looking names differ. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

/** Scripts whose letters pass for each other's. */
const LOOK_ALIKE = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u]

/**
 * Null for a code name, else why it is none. What the pattern lets through is held to one spelling: NFKC (which is
 * also NFC; ligatures, full-width and superscript forms fall out), nothing invisible, one of the scripts that look
 * alike. Format and bidi characters, spaces and combining marks are neither letters nor digits.
 */
export function isCodeName(value: string): string | null {
  if (!CODE_NAME.test(value)) return 'expected a code name of at most 40 letters, digits and hyphens'
  if (value !== value.normalize('NFKC')) return 'expected a code name in normal form (NFKC)'
  if (INVISIBLE.test(value)) return 'expected a code name without invisible letters'
  if (LOOK_ALIKE.filter((script) => script.test(value)).length > 1)
    return 'expected a code name in one script'
  return null
}

/** The only free word that the graph holds. A failure carries the fault code FREE_TEXT in the issue's params. */
export const CodeName = z.string().superRefine((value, context) => {
  const reason = isCodeName(value)
  if (reason) context.addIssue({ code: 'custom', message: reason, params: { fault: 'FREE_TEXT' } })
})
