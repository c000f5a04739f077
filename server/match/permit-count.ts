import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import { EVALUATION_AIMS, MATCH_BUDGET } from '../../schema/wire/match.ts'
import type { Clock } from '../clock.ts'
import { type LineLog, openLineLog } from '../line-log.ts'

const Permitted = z.strictObject({
  id: z.string(),
  /** Of the order. */
  hash: z.string(),
  person: z.string(),
  country: z.string(),
  aim: z.enum(EVALUATION_AIMS),
  count: z.int(),
  at: z.int(),
})
export type Permitted = z.infer<typeof Permitted>

/** Tokens of a question, which permits of the same officer cover. */
const Asked = z.strictObject({ question: z.string(), person: z.string(), count: z.int(), at: z.int() })
export type Asked = z.infer<typeof Asked>

const Line = z.union([Permitted, Asked])
type Line = z.infer<typeof Line>

/** A line is counted from the moment that it is given to the disk, and is worth nothing before it is there. */
type Kept = { line: Line; written: Promise<void> }
type Day = { name: string; log: LineLog; kept: Kept[] }

export type PermitCount = {
  /** Counts an order once; resolves when that is durable. Throws BUDGET_EXHAUSTED, and IDEMPOTENCY_CONFLICT for another order of that id. */
  permit(order: Omit<Permitted, 'at'>): Promise<void>
  /** Counts a question against what its officer was permitted to ask about; the same question once. */
  ask(question: Omit<Asked, 'at'>): Promise<void>
  close(): Promise<void>
}

const DAY = 24 * 3_600_000
const MINUTE = 60_000

/**
 * How many selectors each officer and each state had evaluated today (UTC) and in the last minute, one file a day. Yesterday's
 * is kept beside it: an order and its question may lie on two sides of midnight.
 */
export async function openPermitCount(options: { dir: string; clock: Clock }): Promise<PermitCount> {
  const { clock } = options
  const { both, close } = await openDays(options)
  return {
    async permit(order) {
      const [today, yesterday] = await both()
      const kept = [...yesterday.kept, ...today.kept]
      const before = kept.find(
        ({ line }) => 'hash' in line && line.id === order.id && line.person === order.person,
      )
      if (before) {
        if ((before.line as Permitted).hash !== order.hash)
          throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new order id, got that of another order')
        return before.written
      }
      const permitted = kept.flatMap(({ line }) => ('hash' in line ? [line] : []))
      checkBudget(order, permitted, clock())
      return append(today, { ...order, at: clock() })
    },
    async ask(question) {
      const [today, yesterday] = await both()
      const kept = [...yesterday.kept, ...today.kept]
      const before = kept.find(({ line }) => 'question' in line && line.question === question.question)
      if (before) return before.written
      checkCovered(
        question,
        kept.map(({ line }) => line),
      )
      return append(today, { ...question, at: clock() })
    },
    close,
  }
}

async function openDays({ dir, clock }: { dir: string; clock: Clock }) {
  const days = new Map<string, Promise<Day>>()

  function day(name: string): Promise<Day> {
    const known = days.get(name)
    if (known) return known
    const opened = openDay(dir, name)
    days.set(name, opened)
    // Where it cannot be opened nothing is counted, so nothing is permitted; the next one tries again.
    opened.catch(() => days.delete(name))
    return opened
  }

  /** Today first. What they hold is looked at after the last wait, or two would find the same room. */
  async function both(): Promise<[today: Day, yesterday: Day]> {
    const now = clock()
    const [yesterday, today] = await Promise.all([day(dayOf(now - DAY)), day(dayOf(now))])
    for (const [name, old] of days)
      if (name < yesterday.name) {
        days.delete(name)
        await (await old).log.close()
        await rm(join(dir, `${name}.jsonl`), { force: true })
      }
    return [today, yesterday]
  }

  await both()
  for (const old of await readdir(dir))
    if (old < dayOf(clock() - DAY)) await rm(join(dir, old), { force: true })
  return {
    both,
    async close() {
      for (const opened of days.values()) await (await opened).log.close()
    },
  }
}

/** Counted at once, so that two under way do not both find room; taken back where the disk refuses. */
function append(today: Day, line: Line): Promise<void> {
  const written = today.log.append(line)
  const one = { line, written }
  today.kept.push(one)
  written.catch(() => today.kept.splice(today.kept.indexOf(one), 1))
  return written
}

/** By count alone: of which selectors the tokens are, the platform cannot see. */
function checkCovered({ person, count }: Omit<Asked, 'at'>, lines: Line[]): void {
  const own = lines.filter((line) => line.person === person)
  const covered = total(own.filter((line) => 'hash' in line && line.aim === 'MATCH'))
  const left = covered - total(own.filter((line) => 'question' in line))
  if (count <= left) return
  throw new Fault(
    'BUDGET_EXHAUSTED',
    `expected at most ${left} tokens, for so many more were permitted to be asked about today: have the others evaluated first`,
    { path: ['input', 'tokens'] },
  )
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)
const total = (lines: readonly { count: number }[]) => lines.reduce((sum, { count }) => sum + count, 0)

async function openDay(dir: string, name: string): Promise<Day> {
  const log = await openLineLog(join(dir, `${name}.jsonl`))
  const written = Promise.resolve()
  return { name, log, kept: log.lines.map((line) => ({ line: Line.parse(JSON.parse(line)), written })) }
}

/** A renewal is of cards whose selectors were counted before: it spends the state's budget alone. */
function checkBudget(order: Omit<Permitted, 'at'>, permitted: Permitted[], now: number): void {
  const { person, country, aim, count } = order
  const today = permitted.filter(({ at }) => dayOf(at) === dayOf(now))
  const tomorrow = Date.parse(`${dayOf(now)}T00:00:00.000Z`) + DAY
  const ofState = today.filter((one) => one.country === country)
  if (total(ofState) + count > MATCH_BUDGET.stateDay)
    throw exhausted(`${MATCH_BUDGET.stateDay} selectors of one state in a day`, tomorrow)
  if (aim === 'RENEW') return
  const own = permitted.filter((one) => one.person === person && one.aim !== 'RENEW')
  if (total(own.filter(({ at }) => dayOf(at) === dayOf(now))) + count > MATCH_BUDGET.officerDay)
    throw exhausted(`${MATCH_BUDGET.officerDay} selectors of one officer in a day`, tomorrow)
  const recent = own.filter(({ at }) => at > now - MINUTE)
  if (total(recent) + count <= MATCH_BUDGET.officerMinute) return
  let left = total(recent)
  const frees = recent.find((one) => {
    left -= one.count
    return left + count <= MATCH_BUDGET.officerMinute
  })
  throw exhausted(
    `${MATCH_BUDGET.officerMinute} selectors of one officer in a minute`,
    (frees?.at ?? now) + MINUTE,
  )
}

const exhausted = (most: string, on: number) =>
  new Fault('BUDGET_EXHAUSTED', `expected at most ${most}: it goes on at ${new Date(on).toISOString()}`)
