import { CommanderError } from 'commander'
import type { Language } from '../../schema/wire/codes.ts'
import { Fault, type FaultCode, type FaultDetail } from '../../schema/wire/fault.ts'
import { plain, say } from '../../schema/words/index.ts'
import { fileFault } from './file-fault.ts'
import { programFor, usageOf } from './program.ts'
import { openShell } from './shell.ts'
import { EXIT, languageOf, type Terminal, Usage } from './terminal.ts'

const REFUSED: readonly FaultCode[] = ['AUTH', 'NOT_ALLOWED', 'BUDGET_EXHAUSTED']

/** Runs one command line and gives its exit code. Data goes to stdout, everything else that is said to stderr. */
export async function run(argv: string[], terminal: Terminal): Promise<number> {
  const language = languageOf(argv, terminal.env)
  const complain = (text: string) => void terminal.stderr.write(`${text}\n`)
  let isHelp = false
  const program = programFor(
    language,
    (text) => {
      isHelp = true
      terminal.stdout.write(text)
    },
    (command, args, { everywhere, own }) =>
      command.run(openShell({ language, terminal, options: everywhere, again: run }), args, own),
  )
  try {
    await program.parseAsync(argv, { from: 'user' })
    return EXIT.ok
  } catch (error) {
    if (error instanceof CommanderError) {
      const usage = usageOf(error, language)
      if (usage === null) return argv.length > 0 && isHelp && error.exitCode === 0 ? EXIT.ok : EXIT.usage
      complain(usage.message)
      return EXIT.usage
    }
    if (error instanceof Usage) {
      complain(error.message)
      return EXIT.usage
    }
    if (error instanceof Fault) return faulted(error, language, complain)
    if ((error as Error).name === 'AbortError') {
      complain(say(language, 'cli.interrupted'))
      return EXIT.fault
    }
    const refused = fileFault(language, error)
    if (refused !== null) {
      complain(refused)
      return EXIT.fault
    }
    complain(`${say(language, 'cli.broken')} ${plain(String((error as Error).message))}`)
    return EXIT.fault
  }
}

function faulted(fault: Fault, language: Language, complain: (text: string) => void): number {
  const details: FaultDetail[] = [
    { code: fault.code, message: fault.message, ...(fault.path && { path: fault.path }) },
    ...fault.others,
  ]
  if (details.length > 1) complain(say(language, 'cli.faults', { count: details.length }))
  for (const detail of details) complain(lineOf(detail, language))
  if (fault.code === 'UNREACHABLE') return EXIT.unreachable
  return REFUSED.includes(fault.code) ? EXIT.refused : EXIT.fault
}

/** `BAD_CODE claims.2.actor.category: A code is not in its list. (expected one of …)` */
export function lineOf({ code, message, path }: FaultDetail, language: Language): string {
  const where = path && path.length > 0 ? ` ${plain(path.join('.'))}:` : ':'
  return `${code}${where} ${say(language, `faults.${code}`)} (${plain(message)})`
}
