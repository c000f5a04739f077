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

type Day = { name: string; log: LineLog; shown: Map<string, Set<string>>; grants: Map<string, number> }

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
  let day = openDay(dayOf(clock()))

  async function openDay(name: string): Promise<Day> {
    const log = await openLineLog(join(dir, `${name}.jsonl`))
    for (const old of await readdir(dir)) if (old < name) await rm(join(dir, old), { force: true })
    const opened: Day = { name, log, shown: new Map(), grants: new Map() }
    for (const line of log.lines) {
      const parsed = Line.parse(JSON.parse(line))
      if ('shown' in parsed) for (const tag of parsed.shown) seen(opened, parsed.person).add(tag)
      else opened.grants.set(parsed.person, (opened.grants.get(parsed.person) ?? 0) + GRANT)
    }
    return opened
  }

  async function today(): Promise<Day> {
    const opened = day
    const current = await opened
    const name = dayOf(clock())
    if (current.name === name) return current
    // Two requests at midnight open one day between them.
    if (day === opened) {
      day = openDay(name)
      await current.log.close()
    }
    return day
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
  let latest: Day = await day

  return {
    async spend(caller, shown) {
      const current = await today()
      latest = current
      const before = seen(current, caller.person)
      const fresh = [...new Set([...shown].map(tagOf))].filter((tag) => !before.has(tag))
      if (fresh.length === 0) return
      if (before.size + fresh.length > limitOf(current, caller.person))
        throw new Fault(
          'BUDGET_EXHAUSTED',
          `expected at most ${limitOf(current, caller.person)} entities shown in a day: a colleague may approve more`,
        )
      for (const tag of fresh) before.add(tag)
      await current.log.append({ person: caller.person, shown: fresh })
    },
    status(caller) {
      if (latest.name !== dayOf(clock())) return { shown: 0, limit }
      return { shown: seen(latest, caller.person).size, limit: limitOf(latest, caller.person) }
    },
    async approve(caller, person, _reason) {
      if (person === caller.person)
        throw new Fault('NOT_ALLOWED', 'expected a colleague, got yourself', { path: ['person'] })
      const current = await today()
      await current.log.append({ person, approvedBy: caller.person })
      current.grants.set(person, (current.grants.get(person) ?? 0) + GRANT)
    },
    async close() {
      await (await day).log.close()
    },
  }
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

function seen(day: Day, person: string): Set<string> {
  const set = day.shown.get(person) ?? new Set()
  day.shown.set(person, set)
  return set
}
