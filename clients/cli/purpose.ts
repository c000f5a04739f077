import { type Language, PURPOSES } from '../../schema/wire/codes.ts'
import { Purpose } from '../../schema/wire/purpose.ts'
import { label, say } from '../../schema/words/index.ts'
import { type Options, text } from './command.ts'
import { Usage } from './terminal.ts'

/** The purpose that the flags state; null where none of them is given. Throws Usage where they state half of one. */
export function purposeIn(options: Options, language: Language): Purpose | null {
  const [code, justification] = [text(options, 'purpose'), text(options, 'justification')]
  if (code === undefined && justification === undefined) return null
  const stated = Purpose.safeParse({ code, justification, ...besides(options) })
  if (stated.success) return stated.data
  throw new Usage(`${say(language, 'cli.needPurpose')}\n${purposeCodes(language)}`)
}

/** The case and legal basis that the flags state: they stand beside a purpose, also one that was stated at login. */
export function besides(options: Options): Pick<Purpose, 'case' | 'legalBasis'> {
  const [reference, legalBasis] = [text(options, 'case'), text(options, 'legalBasis')]
  return { ...(reference && { case: reference }), ...(legalBasis && { legalBasis }) }
}

/** Every code with its label, a line each. */
export const purposeCodes = (language: Language) =>
  PURPOSES.map((code) => `  ${code.padEnd(15)}${label(language, 'Purpose', code)}`).join('\n')
