import { isDate } from '../../schema/wire/identifiers.ts'
import { say } from '../../schema/words/index.ts'
import { flagOf, type Options, text, texts } from './command.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

/**
 * Codes of a list from an option, in any case, with commas between; undefined where it is not given. Throws Usage on another,
 * which calls the option as it is `typed`.
 */
export function chosen(
  shell: Shell,
  options: Options,
  name: string,
  allowed: readonly string[],
  typed = flagOf(name),
) {
  const given = texts(options, name).map((one) => one.toUpperCase().replaceAll('-', '_'))
  if (given.some((one) => !allowed.includes(one)))
    throw new Usage(say(shell.language, 'cli.badChoice', { option: typed, choices: [...allowed] }))
  return given.length > 0 ? given : undefined
}

/** A day from an option, or undefined where it is not given. Throws Usage on what is no day. */
export function dayOf(shell: Shell, options: Options, name: string): string | undefined {
  const given = text(options, name)
  if (given === undefined || isDate(given) === null) return given
  throw new Usage(say(shell.language, 'cli.badTime', { option: flagOf(name) }))
}
