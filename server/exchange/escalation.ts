import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { messageAlarms } from '../../cypher/message/message.ts'
import { canonical } from '../../schema/wire/canonical.ts'
import { repliedFor } from '../../schema/wire/thread.ts'
import type { Audit, Open } from '../audit/log.ts'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory.ts'
import type { Graph } from '../graph.ts'
import { openLineLog } from '../line-log.ts'
import type { Events } from './events.ts'
import { runHook } from './hook.ts'

export type Escalation = {
  /** Calls whoever must be called now. Calls come one after another; a failure is told to the operator and tried again. */
  tick(): Promise<void>
  close(): Promise<void>
}

type Parts = {
  graph: Graph
  directory: Directory
  events: Events
  audit: Audit
  clock: Clock
  /** A program that pages rescue contacts, or null. */
  hook: string | null
  /** Where it is kept which calls were made. */
  file: string
}

const MINUTE = 60_000
/** Minutes after an alarm at which it is called again, and after them every 15. */
const FIRST_LEVELS = [0, 5, 10, 15]

/** The level that an alarm has reached after so many ms; level 0 is the alarm itself. */
export function levelAfter(elapsed: number): number {
  const minutes = Math.floor(elapsed / MINUTE)
  const last = FIRST_LEVELS.at(-1)!
  if (minutes >= last) return FIRST_LEVELS.length - 1 + Math.floor((minutes - last) / 15)
  return FIRST_LEVELS.findLastIndex((level) => level <= minutes)
}

/** The first minute of a level. */
export const minuteOf = (level: number): number =>
  FIRST_LEVELS[level] ?? 15 + (level - FIRST_LEVELS.length + 1) * 15

/** An older alarm than this is a matter of its thread: whoever was to be reached by a program was. */
const WATCHED_MS = 7 * 24 * 60 * MINUTE

const Call = z.object({ message: z.string(), level: z.int().min(0) })
/** `heard`: those of its recipients who have let hear, or whose units have in their place. */
type Alarm = z.infer<typeof messageAlarms.row> & { heard: string[] }

/**
 * Watches alarms (LIFE_AT_RISK) until every recipient has let hear: at once, after 5, 10 and 15 minutes, then every 15. A call
 * is noted once it was made, so a crash in between makes it twice and never not at all; of levels that were missed while
 * the server was away the last one is called.
 */
export async function openEscalation(parts: Parts): Promise<Escalation> {
  const { graph, clock } = parts
  const log = await openLineLog(parts.file)
  const called = new Map<string, number>()
  const note = ({ message, level }: z.infer<typeof Call>) =>
    called.set(message, Math.max(level, called.get(message) ?? -1))
  for (const line of log.lines) note(Call.parse(JSON.parse(line)))

  async function callAll(): Promise<void> {
    const rows = await graph.read(messageAlarms, { since: clock() - WATCHED_MS }, 30_000)
    for (const alarm of rows.map((row) => withHeard(row, parts.directory)).filter(isWaiting)) {
      const level = levelAfter(clock() - alarm.recordedTime)
      if (level <= (called.get(alarm.id) ?? -1)) continue
      await call(parts, alarm, level).then(
        async () => {
          const made = { message: alarm.id, level }
          await log.append(made)
          note(made)
        },
        // Ids may be told to the operator; what the alarm is about nobody here knows.
        (error) => process.stderr.write(`alarm ${alarm.id}, level ${level}: ${(error as Error).message}\n`),
      )
    }
  }

  let last: Promise<void> = Promise.resolve()
  return {
    tick() {
      last = last.then(callAll).catch((error) => {
        process.stderr.write(`alarms cannot be watched: ${(error as Error).name}; trying again\n`)
      })
      return last
    },
    async close() {
      await last
      await log.close()
    },
  }
}

function withHeard(row: z.infer<typeof messageAlarms.row>, { lineage }: Directory): Alarm {
  const asked = row.offices.filter((office) => office !== row.sender)
  const heard = row.replies.flatMap((reply) => repliedFor(asked, reply, lineage) ?? [])
  return { ...row, heard }
}

const isWaiting = ({ sender, offices, heard }: Alarm): boolean =>
  offices.some((office) => office !== sender && !heard.includes(office))

/** Recorded, then made, then recorded with what came of it: whoever is paged outside learns of ids and offices. */
async function call(parts: Parts, alarm: Alarm, level: number): Promise<void> {
  const said = facts(parts, alarm, level)
  const open = await recorded(parts, alarm, said)
  const failure = parts.hook ? await runHook(parts.hook, said).then(nothing, (error: Error) => error) : null
  const detail = {
    ...{ operation: OPERATION, outcome: failure ? 'INTERNAL' : 'OK' },
    ...{ statements: [{ name: messageAlarms.name, digest: messageAlarms.digest }], shown: [alarm.id] },
  }
  const answer = { status: failure ? 500 : 200, body: Buffer.from(canonical(said)), detail }
  for (const one of open) await parts.audit.answered(one, answer)
  // The message itself is word enough of the first level.
  if (level > 0) await told(parts, alarm, level)
  if (failure) throw failure
}

const OPERATION = 'escalation'
const nothing = () => null

/** Rescue partners first; then the offices that have let nothing be heard. */
function facts(
  { directory }: Parts,
  { id, thread, sender, offices, recordedTime, heard }: Alarm,
  level: number,
) {
  const recipients = offices
    .filter((office) => office !== sender)
    .map((office) => {
      const known = directory.office(office)
      const { country, kind } = known ?? { country: '', kind: '' }
      return { office, country, kind: kind as string, heard: heard.includes(office) }
    })
    .sort((a, b) => rank(a) - rank(b) || (a.office < b.office ? -1 : 1))
  return {
    ...{ message: id, thread, level, minutes: minuteOf(level), sender },
    ...{ received: new Date(recordedTime).toISOString(), recipients },
  }
}

const rank = ({ kind, heard }: { kind: string; heard: boolean }) => (heard ? 2 : kind === 'PARTNER' ? 0 : 1)

/** With the auditors of every state whose office is paged about. */
async function recorded(parts: Parts, alarm: Alarm, said: ReturnType<typeof facts>): Promise<Open[]> {
  const { audit, directory, clock } = parts
  const countries = alarm.offices.flatMap((office) => directory.countryOf(`office:${office}`) ?? [])
  const open: Open[] = []
  for (const country of new Set(countries))
    open.push(
      await audit.asked({
        caller: { person: 'server', country },
        at: clock(),
        request: Buffer.from(canonical(said)),
        // No caller's request: nothing that could come again.
        replay: randomBytes(16),
        detail: { operation: OPERATION, purpose: 'EXCHANGE', ...said },
      }),
    )
  return open
}

async function told(
  { events }: Parts,
  { id, thread, sender, offices, heard, recordedTime }: Alarm,
  level: number,
) {
  const waiting = offices.filter((office) => office === sender || !heard.includes(office))
  const due = new Date(recordedTime + minuteOf(level) * MINUTE).toISOString()
  await events.publish({ kind: 'ESCALATION', offices: waiting, id, thread, type: 'LIFE_AT_RISK', due })
}
