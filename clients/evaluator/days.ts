import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import { CountryCode } from '../../schema/wire/directory.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { EVALUATION_AIMS, Octets32 } from '../../schema/wire/match.ts'
import { flushFolder } from '../core/flush-folder.ts'

/** What an evaluator keeps of one order: who by a tag, how many, and what only his auditor may have opened. */
export const Spent = z.strictObject({
  time: z.int().nonnegative(),
  order: z.string(),
  hash: z.string(),
  officer: z.string(),
  country: CountryCode,
  aim: z.enum(EVALUATION_AIMS),
  epoch: z.int(),
  commitments: z.array(Octets32),
})
export type Spent = z.infer<typeof Spent>

export type Days = {
  /** Resolves when it would survive a crash. Once a write could not be undone, nothing is taken any more. */
  append(spent: Spent): Promise<void>
  close(): Promise<void>
}

export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
const fileOf = (folder: string, day: string) => join(folder, `evaluations-${day}.jsonl`)
const FILE = /^evaluations-(\d{4}-\d{2}-\d{2})\.jsonl$/

/** The days that there is a file of, oldest first. */
export const daysIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).flatMap((name) => FILE.exec(name)?.[1] ?? []).sort()

/** What was counted on a day. A torn end was never answered. @throws Fault LOG_DAMAGED naming the line */
export async function readDay(folder: string, day: string): Promise<Spent[]> {
  const handle = await open(fileOf(folder, day), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (handle === null) return []
  try {
    const octets = await handle.readFile()
    return linesOf(octets.subarray(0, octets.lastIndexOf('\n') + 1), day)
  } finally {
    await handle.close()
  }
}

function linesOf(octets: Buffer, day: string): Spent[] {
  const lines = octets.toString('utf8').split('\n').slice(0, -1)
  return lines.map((line, at) => {
    try {
      return Spent.parse(JSON.parse(line))
    } catch {
      throw new Fault('LOG_DAMAGED', `expected an evaluation in line ${at + 1} of ${day}, got something else`)
    }
  })
}

type Group = { day: string; lines: string[]; written: Promise<void> }

/** Files of JSON lines, one a day, that only grow. What comes while a write is being flushed shares the next one. */
export function openDays(folder: string): Days {
  let file: { day: string; handle: FileHandle; length: number } | null = null
  let broken: unknown = null
  let waiting: Group | null = null
  let last: Promise<unknown> = Promise.resolve()

  async function fileFor(day: string) {
    if (file?.day === day) return file
    await file?.handle.close()
    file = null
    const handle = await open(fileOf(folder, day), 'a+', 0o600)
    const octets = await handle.readFile()
    // What a crash tore at the end was never answered.
    const length = octets.lastIndexOf('\n') + 1
    await handle.truncate(length)
    await handle.sync()
    await flushFolder(folder)
    file = { day, handle, length }
    return file
  }

  async function write({ day, lines }: Group): Promise<void> {
    if (broken !== null) throw broken
    const into = await fileFor(day)
    const octets = Buffer.from(lines.join(''))
    try {
      await into.handle.appendFile(octets)
      await into.handle.datasync()
      into.length += octets.length
    } catch (error) {
      await into.handle
        .truncate(into.length)
        .then(() => into.handle.sync())
        .catch(() => {
          broken = error
        })
      throw error
    }
  }

  function groupOf(day: string): Group {
    if (waiting?.day === day) return waiting
    const group: Group = { day, lines: [], written: Promise.resolve() }
    group.written = last.then(() => {
      if (waiting === group) waiting = null
      return write(group)
    })
    last = group.written.catch(() => {})
    waiting = group
    return group
  }

  return {
    append(spent) {
      const group = groupOf(dayOf(spent.time))
      group.lines.push(`${canonical(spent as Json)}\n`)
      return group.written
    },
    close: () => last.then(() => file?.handle.close()),
  }
}
