import { messageFalling } from '../../cypher/message/message.ts'
import type { Clock } from '../clock.ts'
import type { Graph } from '../graph.ts'
import type { Events } from './events.ts'

export type Deadlines = {
  /** Reminds both sides of what is soon due, and tells them of what has become overdue. */
  tick(): Promise<void>
}

const HOUR = 3_600_000
/** How long before its time something is soon due. */
const SOON_MS = HOUR
/** How far back is looked after the server was away; the same event told again is no second one. */
const AWAY_MS = 7 * 24 * HOUR

/** Watches what falls due. Everything is in the store: a start goes on where the last one ended. */
export function openDeadlines({
  graph,
  events,
  clock,
}: {
  graph: Graph
  events: Events
  clock: Clock
}): Deadlines {
  /** Up to when each kind has been told. */
  const told = { OVERDUE: 0, DUE_SOON: 0 }

  async function tell(kind: 'OVERDUE' | 'DUE_SOON', until: number): Promise<void> {
    const from = Math.max(told[kind], until - AWAY_MS)
    const rows = await graph.read(messageFalling, { from, to: until }, 30_000)
    for (const { id, thread, type, sender, due, owing } of rows) {
      // What was due before it could be soon due is overdue, and told as that.
      if (kind === 'DUE_SOON' && due <= clock()) continue
      const facts = { kind, id, thread, type, due: new Date(due).toISOString() }
      for (const office of owing) await events.publish({ ...facts, offices: [sender, office] })
    }
    told[kind] = until
  }

  let last: Promise<void> = Promise.resolve()
  return {
    tick() {
      last = last
        .then(() => tell('OVERDUE', clock() - 1))
        .then(() => tell('DUE_SOON', clock() + SOON_MS))
        .catch((error) => {
          process.stderr.write(`deadlines cannot be watched: ${(error as Error).name}; trying again\n`)
        })
      return last
    },
  }
}
