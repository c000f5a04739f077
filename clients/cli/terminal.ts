import type { Language } from '../../schema/wire/codes.ts'

/** Where a command runs. Tests and the tour give it another one. */
export type Terminal = {
  stdin: NodeJS.ReadStream
  stdout: Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number }
  stderr: Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean }
  env: NodeJS.ProcessEnv
  cwd: string
  /** The desk clock, ms since 1970. */
  clock(): number
}

/** What `process.exitCode` says to the program that called. */
export const EXIT = { ok: 0, fault: 1, usage: 2, unreachable: 3, refused: 4 } as const

/** The command line was not understood or lacks something. The message is a sentence in the reader's language. */
export class Usage extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Usage'
  }
}

/** `--lang` wherever it stands, for help and faults are in that language too; else the environment's; else English. */
export function languageOf(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const named = at < 0 ? undefined : (argv[at]!.split('=')[1] ?? argv[at + 1])
  const text = named ?? env.PORTOLAN_LANG ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? ''
  return text.toLowerCase().startsWith('fr') ? 'fr' : 'en'
}
