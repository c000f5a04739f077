import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { MonthOfConsultations } from '../schema/wire/consultation.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { Clock } from './clock.ts'
import { type LineLog, openLineLog, replaceLines } from './line-log.ts'

/** An office that consulted less often than this in a month is not named. */
export const FLOOR = 10
/** Counts are rounded down to a multiple of it. */
export const STEP = 10
/** After so many lines a month's file is written anew, with one sum for each pair of offices. */
const MOST_LINES = 10_000
const KEPT_MONTHS = 24

export type Consultations = {
  /**
   * Counts an answer for each office whose records it shows, but for the caller's own. Resolves when that is on disk, and the
   * answer does not leave before; its record takes the same time, at the same time. Rejects with STORE_UNAVAILABLE.
   */
  count(consulting: string, owners: Iterable<string>): Promise<void>
  /** How often other offices consulted what `owner` has, in a month that is over. Throws BAD_DATE for any other. */
  of(owner: string, month: string): Promise<MonthOfConsultations>
  close(): Promise<void>
}

/** `[owner, consulting, how often]`, all that were counted together in one line. */
const Line = z.array(z.tuple([z.string(), z.string(), z.int().min(1)]))
type Counts = Map<string, Map<string, number>>
type Month = { name: string; log: LineLog; counts: Counts; lines: number }
type Group = { counts: Counts; written: Promise<void> }

/**
 * A month's count for each pair of owner and consulting office, kept beside the audit log: what that says the server cannot
 * read back. One more is on disk **before** its answer leaves, so a crash may have counted an answer that nobody got, and
 * never missed one, nor counted one twice: what is asked again is another answer. Answers that wait for the file together
 * share one line. It holds no person, no entity and no time.
 */
export async function openConsultations({
  dir,
  clock,
}: {
  dir: string
  clock: Clock
}): Promise<Consultations> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await forgetOld(dir, monthOf(clock()))
  let current: Month | null = await openMonth(dir, monthOf(clock()))
  let waiting: Group | null = null
  let last: Promise<unknown> = Promise.resolve()

  /** Takes counts until the group before it is written. */
  function openGroup(): Group {
    const counts: Counts = new Map()
    const written = last.then(() => {
      waiting = null
      return write(counts)
    })
    last = written.catch(() => {})
    return { counts, written }
  }

  async function write(counts: Counts): Promise<void> {
    try {
      const month = await monthNow()
      await month.log.append(rowsOf(counts))
      for (const [owner, consulting, count] of rowsOf(counts)) add(month.counts, owner, consulting, count)
      month.lines += 1
    } catch {
      throw new Fault('STORE_UNAVAILABLE', 'expected the consultation to be counted, got no room for it')
    }
  }

  /** The month's file, another one when the month is over; whatever could not be opened is tried again by the next. */
  async function monthNow(): Promise<Month> {
    const name = monthOf(clock())
    if (current && (current.name !== name || current.lines >= MOST_LINES)) {
      const former = current
      current = null
      await former.log.close()
      await replaceLines(fileOf(dir, former.name), [rowsOf(former.counts)])
    }
    current ??= await openMonth(dir, name)
    return current
  }

  return {
    count(consulting, owners) {
      const others = [...new Set(owners)].filter((owner) => owner !== consulting)
      if (others.length === 0) return Promise.resolve()
      waiting ??= openGroup()
      for (const owner of others) add(waiting.counts, owner, consulting, 1)
      return waiting.written
    },
    async of(owner, month) {
      // A month under way would tell by its steps on which day somebody looked.
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || month >= monthOf(clock()))
        throw new Fault('BAD_DATE', 'expected a month that is over, such as 2026-10', { path: ['month'] })
      // What was asked at the end of it may still be on its way to the file.
      await last
      return told(month, (await countsIn(dir, month)).get(owner) ?? new Map())
    },
    async close() {
      await last
      await current?.log.close()
    },
  }
}

/**
 * What the owner is told. A few consultations in a month may be one investigation, and he may be the one who is looked into,
 * so an office is named from ten on; nor does an exact figure say what one more was.
 */
function told(month: string, counts: ReadonlyMap<string, number>): MonthOfConsultations {
  const rows = [...counts].sort(([left], [right]) => (left < right ? -1 : 1))
  const named = rows.filter(([, count]) => count >= FLOOR)
  const rest = rows.filter(([, count]) => count < FLOOR).reduce((sum, [, count]) => sum + count, 0)
  return {
    ...{ month, floor: FLOOR, step: STEP },
    offices: named.map(([office, count]) => ({ office, count: rounded(count) })),
    others: rounded(rest),
  }
}

const rounded = (count: number) => count - (count % STEP)
const monthOf = (time: number) => new Date(time).toISOString().slice(0, 7)
const fileOf = (dir: string, month: string) => join(dir, `${month}.jsonl`)

function add(counts: Counts, owner: string, consulting: string, count: number): void {
  const own = counts.get(owner) ?? new Map<string, number>()
  own.set(consulting, (own.get(consulting) ?? 0) + count)
  counts.set(owner, own)
}

const rowsOf = (counts: Counts): [string, string, number][] =>
  [...counts].flatMap(([owner, own]) =>
    [...own].map(([consulting, count]): [string, string, number] => [owner, consulting, count]),
  )

async function openMonth(dir: string, name: string): Promise<Month> {
  const log = await openLineLog(fileOf(dir, name))
  try {
    return { name, log, counts: sumOf(log.lines), lines: log.lines.length }
  } catch (error) {
    await log.close()
    throw error
  }
}

/** Of a month that is over; what a crash tore off its end was never acknowledged. */
async function countsIn(dir: string, month: string): Promise<Counts> {
  const text = await readFile(fileOf(dir, month), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return sumOf(text.split('\n').slice(0, -1))
}

function sumOf(lines: string[]): Counts {
  const counts: Counts = new Map()
  for (const line of lines)
    for (const [owner, consulting, count] of Line.parse(JSON.parse(line)))
      add(counts, owner, consulting, count)
  return counts
}

async function forgetOld(dir: string, now: string): Promise<void> {
  const [year, month] = now.split('-').map(Number) as [number, number]
  const oldest = new Date(Date.UTC(year, month - 1 - KEPT_MONTHS)).toISOString().slice(0, 7)
  for (const file of await readdir(dir))
    if (file.slice(0, 7) < oldest) await rm(join(dir, file), { force: true })
}
