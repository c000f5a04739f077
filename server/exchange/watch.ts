import type { Deadlines } from './deadlines.ts'
import type { Escalation } from './escalation.ts'
import type { Reminders } from './reminders.ts'
import type { ResealWatch } from './reseal-watch.ts'

/** How often it is looked whether somebody must be called or reminded. */
const EVERY_MS = 15_000

/** Looks at once, for the server may have been away, and then all the time. Returns what ends it. */
export function startWatch({
  escalation,
  deadlines,
  reminders,
  resealWatch,
}: {
  escalation: Escalation
  deadlines: Deadlines
  reminders: Reminders
  resealWatch: ResealWatch
}): () => void {
  const look = () => {
    void escalation.tick()
    void deadlines.tick()
    void reminders.tick()
    void resealWatch.tick()
  }
  look()
  const timer = setInterval(look, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
