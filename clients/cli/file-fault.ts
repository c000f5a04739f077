import { getSystemErrorMap } from 'node:util'
import type { Language } from '../../schema/wire/codes.ts'
import { plain, say } from '../../schema/words/index.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

// What a file system refuses, in the reader's words.

const REASONS = ['EACCES', 'EISDIR', 'ENAMETOOLONG', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'] as const

/** Why a file cannot be used; null for what no file system said. */
export function fileReason(language: Language, error: unknown): string | null {
  const { code, errno } = error as NodeJS.ErrnoException
  const known = REASONS.find((one) => one === code)
  if (known) return say(language, `cli.file${known}`)
  return code !== undefined && errno !== undefined && getSystemErrorMap().has(errno) ? code : null
}

/** A file that was to be read and cannot be, or holds no JSON. */
export function badFile(shell: Shell, file: string, error: unknown): Usage {
  const { language } = shell
  const reason = fileReason(language, error) ?? `${say(language, 'cli.notReport')}${placeIn(error)}`
  return new Usage(say(language, 'cli.badFile', { file: plain(file), reason }))
}

/** ` (3:12)`: line and column of what is no JSON, where the parser tells. */
function placeIn(error: unknown): string {
  const [, line, column] = /line (\d+) column (\d+)/.exec(String((error as Error).message)) ?? []
  return line ? ` (${line}:${column})` : ''
}

/** One sentence about a file that a command came upon; null where it failed for another reason. */
export function fileFault(language: Language, error: unknown): string | null {
  const { path, dest } = error as NodeJS.ErrnoException & { dest?: string }
  const reason = fileReason(language, error)
  if (reason === null) return null
  const file = dest ?? path
  // What is written through an open file names none.
  if (file === undefined) return say(language, 'cli.diskRefused', { reason })
  return say(language, 'cli.fileRefused', { file: plain(file), reason })
}
