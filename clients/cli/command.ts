import type { English } from '../../schema/words/shape.ts'
import type { Shell } from './shell.ts'

export type Text = `cli.${keyof English['cli'] & string}`

export type Option = {
  /** As commander takes them: `--level CODE` is written `--level <code>`. */
  flags: string
  about: Text
  /** May be given several times; the value is then a list. */
  many?: boolean
}

export type Options = Record<string, string | string[] | boolean | undefined>

/** One thing that can be typed. A new command is one file and one line in `commands.ts`. */
export type Command = {
  /** `network list` */
  name: string
  about: Text
  /** `<id>`, `[name]` or `<files...>` */
  args?: string[]
  options?: Option[]
  /** Names of the options of every command that mean something else here. */
  without?: string[]
  examples: { line: string; about: Text }[]
  run(shell: Shell, args: string[], options: Options): Promise<void>
}

/** An option as it is typed, by the name that its value has: `minWait` is typed `--min-wait`. */
export const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The value of an option that takes one. */
export const text = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** The values of an option, each of which may be a list with commas. */
export const texts = (options: Options, name: string): string[] =>
  [options[name] ?? []]
    .flat()
    .flatMap((value) => String(value).split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
