import { say } from '../../schema/words/index.ts'
import { type Options, text } from './command.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

/** What an option says that a command cannot do without. @throws Usage, which names it */
export function needed({ language }: Shell, options: Options, name: string): string {
  const value = text(options, name)
  if (value !== undefined) return value
  const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new Usage(say(language, 'cli.missingOption', { option }))
}
