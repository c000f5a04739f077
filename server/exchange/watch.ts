import type { Deadlines } from './deadlines.ts'
import type { Escalation } from './escalation.ts'

/** How often it is looked whether somebody must be called or reminded. */
const EVERY_MS = 15_000

/** Looks at once, for the server may have been away, and then all the time. Returns what ends it. */
export function startWatch({
  escalation,
  deadlines,
}: {
  escalation: Escalation
  deadlines: Deadlines
}): () => void {
  const look = () => {
    void escalation.tick()
    void deadlines.tick()
  }
  look()
  const timer = setInterval(look, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
