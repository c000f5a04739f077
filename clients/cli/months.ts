import type { Language } from '../../schema/wire/codes.ts'
import { say, words } from '../../schema/words/index.ts'
import { type Option, type Options, text } from './command.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

export const MONTHS: Option[] = [
  { flags: '--from <month>', about: 'cli.optMonthFrom' },
  { flags: '--to <month>', about: 'cli.optMonthTo' },
]

/** `from` and `to` as an analysis takes them. Throws Usage where one is no month. */
export const monthsOf = (shell: Shell, options: Options) => ({
  from: monthIn(shell, options, 'from'),
  to: monthIn(shell, options, 'to'),
})

function monthIn(shell: Shell, options: Options, name: string): string | undefined {
  const given = text(options, name)
  if (given === undefined || /^\d{4}-(0[1-9]|1[0-2])$/.test(given)) return given
  throw new Usage(say(shell.language, 'cli.badMonth', { option: `--${name}` }))
}

/** A month YYYY-MM with its name. */
export const monthText = (language: Language, month: string): string =>
  new Intl.DateTimeFormat(words(language).locale, {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${month}-01T00:00:00Z`))
