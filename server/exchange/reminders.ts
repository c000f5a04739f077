import type { AssignmentBody } from '../../schema/wire/directory.ts'
import { WARNING_DAYS } from '../../schema/wire/key-warnings.ts'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory.ts'
import type { Events, NewEvent } from './events.ts'

export type Reminders = {
  /** Tells each office of its keys that end soon, at each step, and of each desk that changed hands. */
  tick(): Promise<void>
}

/** How far back a beginning is news (ms), after the server was away; the same event told again is no second one. */
const AWAY_MS = 7 * 24 * 3_600_000

/** Watches the directory, whose dates make events by themselves. It remembers only what it need not say again. */
export function openReminders(parts: { directory: Directory; events: Events; clock: Clock }): Reminders {
  const { directory, events } = parts
  const said = new Set<string>()

  async function say(event: NewEvent): Promise<void> {
    const name = JSON.stringify(event)
    if (said.has(name)) return
    await events.publish(event)
    said.add(name)
  }

  async function sayAll(): Promise<void> {
    for (const { office } of directory.offices())
      for (const warning of keysEnding(directory, office)) await say(warning)
    for (const { assignment, office } of begun(directory, parts.clock()))
      await say({ kind: 'HANDOVER', offices: [office], id: assignment })
  }

  let last: Promise<void> = Promise.resolve()
  return {
    tick() {
      last = last.then(sayAll).catch((error) => {
        process.stderr.write(`reminders cannot be sent: ${(error as Error).name}; trying again\n`)
      })
      return last
    },
  }
}

/** The last step is urgent: it is another event, and so is each of the steps before, by its name. */
function keysEnding(directory: Directory, office: string): NewEvent[] {
  return directory.keysEnding(office).map(({ fingerprint, expires, days }) => {
    const step = WARNING_DAYS.findLast((left) => days <= left)!
    return {
      ...{ kind: 'KEY_EXPIRING' as const, offices: [office], id: fingerprint, step: String(step) },
      due: new Date(expires).toISOString(),
      urgency: step === WARNING_DAYS.at(-1) ? 'URGENT' : 'NORMAL',
    }
  })
}

/** Assignments that began lately, as the directory has them now. */
function begun(directory: Directory, now: number): AssignmentBody[] {
  const held = new Map<string, AssignmentBody>()
  for (const entry of directory.publicEntries())
    if ('body' in entry && entry.body.type === 'assignment') held.set(entry.body.assignment, entry.body)
  return [...held.values()].filter(({ from }) => {
    const age = now - Date.parse(from)
    return age >= 0 && age < AWAY_MS
  })
}
