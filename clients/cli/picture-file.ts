import { access, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { plain, say } from '../../schema/words/index.ts'
import { writeWhole } from '../core/write-whole.ts'
import { restrictions, type Stamp } from '../picture/stamp.ts'
import { type Option, type Options, text } from './command.ts'
import { moment } from './page.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

export const PICTURE_FILE: Option[] = [
  { flags: '--out <file>', about: 'cli.optPictureOut' },
  { flags: '--force', about: 'cli.optForce' },
]

/** Where the picture goes. Asked before the server is: what cannot be written need not be asked. Throws Usage. */
export async function pictureFile(shell: Shell, options: Options): Promise<string> {
  const { language, terminal } = shell
  const out = text(options, 'out')
  if (out === undefined) throw new Usage(say(language, 'cli.missingOption', { option: '--out' }))
  const file = resolve(terminal.cwd, out)
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (isThere && options.force !== true) throw there(shell, file)
  return file
}

const there = ({ language }: Shell, file: string): Usage =>
  new Usage(say(language, 'cli.fileThere', { file: plain(file) }))

/** Writes the picture for its owner only; over a file that is there only with `--force`. Throws Usage. */
export async function writePicture(
  shell: Shell,
  options: Options,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  if (options.force === true) return writeWhole(file, content)
  await writeFile(file, content, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? there(shell, file) : error
  })
}

export type Restricted = { handling: readonly string[]; sensitivity: string | null }

/** Whose picture it is, of when, on which record: of everything that this command has asked. */
export async function stampOf(shell: Shell, options: Options, claims: Iterable<Restricted>): Promise<Stamp> {
  const { caller, now } = await shell.link()
  const { entries, keptSince } = shell.onRecord()
  return {
    ...restrictions(claims),
    ...{ person: caller.person, office: caller.office, at: new Date(now()).toISOString() },
    ...{ asOf: moment(shell, options).asOf, entries, keptSince },
  }
}

/** A few questions in one, each under a name of its own: the server takes ten at a time. */
export async function askAll<T>(
  shell: Shell,
  questions: readonly string[],
  variables: object,
  each = 10,
): Promise<(T | null)[]> {
  const answers: (T | null)[] = []
  for (let at = 0; at < questions.length; at += each) {
    const some = questions.slice(at, at + each)
    const fields = some.map((question, i) => `q${i}: ${question}`).join(' ')
    const head = some.some((question) => question.includes('$asOf'))
      ? 'query picture($asOf: Time)'
      : 'query picture'
    const data = await shell.ask<Record<string, T | null>>(`${head} { ${fields} }`, variables)
    answers.push(...some.map((_, i) => data[`q${i}`] ?? null))
  }
  return answers
}
