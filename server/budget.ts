import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Caller } from '../schema/wire/caller.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { Clock } from './clock.ts'
import { type LineLog, openLineLog } from './line-log.ts'
import { Mac } from './mac.ts'

/** Each approval lets an officer see this many times the daily limit more. */
const GRANT = 1
const MOST_TAGS = 50_000

export type Budget = {
  /** Counts what an answer shows. Throws BUDGET_EXHAUSTED, and then nothing of it may be shown; resolves when the count is on disk. */
  spend(caller: Caller, shown: Iterable<string>): Promise<void>
  status(caller: Caller): { shown: number; limit: number }
  /** A colleague lets `person` see more today. */
  approve(caller: Caller, person: string, reason: string): Promise<void>
  close(): Promise<void>
}

const Line = z.union([
  z.strictObject({ person: z.string(), shown: z.array(z.string()) }),
  z.strictObject({ person: z.string(), approvedBy: z.string() }),
])

/** What one officer was shown in a day, and those of its lines that are not on disk yet. */
type Seen = { tags: Set<string>; writing: Set<Promise<void>> }
type Day = { name: string; log: LineLog; shown: Map<string, Seen>; grants: Map<string, number> }

/**
 * How many distinct entities each officer has been shown today (UTC). Kept as HMACs of ids, one file a day: a crash forgets
 * nothing, and yesterday's file goes when a new day begins.
 */
export async function openBudget(options: {
  dir: string
  limit: number
  key: Uint8Array
  clock: Clock
}): Promise<Budget> {
  const { dir, limit, key, clock } = options
  let latest = await openDay(dir, dayOf(clock()))
  let opening: Promise<Day> | null = null

  /** Today's count. Where its file cannot be opened nothing can be counted, so nothing is shown; the next request tries again. */
  async function today(): Promise<Day> {
    const name = dayOf(clock())
    if (latest.name === name) return latest
    // Requests at midnight open one day between them.
    opening ??= turnTo(name).finally(() => {
      opening = null
    })
    return opening
  }

  async function turnTo(name: string): Promise<Day> {
    const next = await openDay(dir, name)
    const before = latest
    latest = next
    await before.log.close()
    return next
  }

  const mac = new Mac(key)
  const tags = new Map<string, string>()
  /** HMAC of an id, remembered: the same few thousand entities are shown again and again. */
  function tagOf(id: string): string {
    const known = tags.get(id)
    if (known !== undefined) return known
    const tag = Buffer.from(mac.text(`shown\0${id}`), 'latin1')
      .toString('base64url')
      .slice(0, 12)
    if (tags.size >= MOST_TAGS) tags.clear()
    tags.set(id, tag)
    return tag
  }
  const limitOf = (current: Day, person: string) => limit * (1 + (current.grants.get(person) ?? 0))

  return {
    async spend(caller, shown) {
      const current = await today()
      const { tags: before, writing } = seen(current, caller.person)
      const fresh = [...new Set([...shown].map(tagOf))].filter((tag) => !before.has(tag))
      const most = limitOf(current, caller.person)
      if (fresh.length > 0 && before.size + fresh.length > most)
        throw new Fault(
          'BUDGET_EXHAUSTED',
          `expected at most ${most} entities shown in a day: a colleague may approve more`,
        )
      if (fresh.length > 0) count(current, caller.person, fresh)
      // What another answer counted a moment ago is not on disk yet: this one waits for it, and fails with it.
      await Promise.all(writing)
    },
    status(caller) {
      if (latest.name !== dayOf(clock())) return { shown: 0, limit }
      return { shown: seen(latest, caller.person).tags.size, limit: limitOf(latest, caller.person) }
    },
    async approve(caller, person, _reason) {
      if (person === caller.person)
        throw new Fault('NOT_ALLOWED', 'expected a colleague, got yourself', { path: ['person'] })
      const current = await today()
      await current.log.append({ person, approvedBy: caller.person })
      current.grants.set(person, (current.grants.get(person) ?? 0) + GRANT)
    },
    async close() {
      await opening?.catch(() => {})
      await latest.log.close()
    },
  }
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

async function openDay(dir: string, name: string): Promise<Day> {
  const log = await openLineLog(join(dir, `${name}.jsonl`))
  try {
    for (const old of await readdir(dir)) if (old < name) await rm(join(dir, old), { force: true })
    return readDay(name, log)
  } catch (error) {
    await log.close()
    throw error
  }
}

function readDay(name: string, log: LineLog): Day {
  const day: Day = { name, log, shown: new Map(), grants: new Map() }
  for (const line of log.lines) {
    const parsed = Line.parse(JSON.parse(line))
    if ('shown' in parsed) for (const tag of parsed.shown) seen(day, parsed.person).tags.add(tag)
    else day.grants.set(parsed.person, (day.grants.get(parsed.person) ?? 0) + GRANT)
  }
  return day
}

/** Counted at once, so that two answers under way do not both find room; taken back where the disk refuses. */
function count(day: Day, person: string, fresh: string[]): void {
  const { tags, writing } = seen(day, person)
  for (const tag of fresh) tags.add(tag)
  const written = day.log.append({ person, shown: fresh })
  writing.add(written)
  written
    .catch(() => {
      for (const tag of fresh) tags.delete(tag)
    })
    .finally(() => writing.delete(written))
}

function seen(day: Day, person: string): Seen {
  const own = day.shown.get(person) ?? { tags: new Set(), writing: new Set() }
  day.shown.set(person, own)
  return own
}
