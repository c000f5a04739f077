import type { CodeList } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { coded } from './claims.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

/** A code of a closed list, or a usage fault that shows the whole list with its labels. */
export function reasonOf(
  shell: Shell,
  given: string | undefined,
  list: CodeList,
  codes: readonly string[],
  option = '--reason',
): string {
  if (given && codes.includes(given)) return given
  const choices = codes.map((code) => `  ${code.padEnd(24)}${coded(shell.language, list, code)}`)
  throw new Usage(`${say(shell.language, 'cli.oneOf', { option })}\n${choices.join('\n')}`)
}
