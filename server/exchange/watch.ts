import type { ResurgenceWatch } from '../analyst/resurgence-watch.ts'
import type { Clock } from '../clock.ts'
import type { Matching } from '../match/batch.ts'
import { MINUTE } from '../match/times.ts'
import type { Deadlines } from './deadlines.ts'
import type { Escalation } from './escalation.ts'
import type { Reminders } from './reminders.ts'
import type { ResealWatch } from './reseal-watch.ts'

/** How often it is looked whether somebody must be called or reminded. */
const EVERY_MS = 15_000
/** How often it is looked what may go on from what was dismantled: that is a lead, and takes minutes of a processor. */
const RESURGENCE_MS = 3_600_000

/** Looks at once, for the server may have been away, and then all the time. Returns what ends it. */
export function startWatch({
  escalation,
  deadlines,
  reminders,
  resealWatch,
  resurgenceWatch,
  matching,
  clock,
}: {
  escalation: Escalation
  deadlines: Deadlines
  reminders: Reminders
  resealWatch: ResealWatch
  resurgenceWatch: ResurgenceWatch
  matching: Matching
  clock: Clock
}): () => void {
  const look = () => {
    void escalation.tick()
    void deadlines.tick()
    void reminders.tick()
    void resealWatch.tick()
  }
  look()
  const stopBatches = everyMinute(clock, () => void matching.tick())
  const timer = setInterval(look, EVERY_MS)
  // Never at once: whoever comes first after a start must not wait for it.
  const slow = setInterval(() => void resurgenceWatch.tick(), RESURGENCE_MS)
  for (const one of [timer, slow]) one.unref()
  return () => {
    clearInterval(timer)
    clearInterval(slow)
    stopBatches()
  }
}

/** Runs at once and at every full minute of the clock, when the questions of the one before are due. */
function everyMinute(clock: Clock, run: () => void): () => void {
  let timer: NodeJS.Timeout
  const go = () => {
    run()
    timer = setTimeout(go, MINUTE - (clock() % MINUTE)).unref()
  }
  go()
  return () => clearTimeout(timer)
}
