import type { Change } from '../cypher/outbox/outbox.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { Progress } from './audit/progress.ts'

/**
 * A store that was put back in time: the graph lacks changes that are on record, or the log lacks the question of a change
 * that stands. `graph` and `log` are the last question that changed anything as each of them knows it, −1 where none.
 */
export type Behind = { store: 'GRAPH' | 'LOG'; graph: number; log: number }

/**
 * Compares how far graph and log have come; null where they belong together. The last change in the graph names the leaf of
 * its question, so that a log which was put back is noticed also when it has grown again since.
 * @param left everything in the outbox, the last change always among it
 */
export async function compareHeads(
  log: Pick<Progress, 'leafAt' | 'changed'>,
  left: readonly Change[],
): Promise<Behind | null> {
  const head = left.reduce<Change | null>((last, one) => (last && last.asked > one.asked ? last : one), null)
  const at = { graph: head?.asked ?? -1, log: log.changed() }
  if (head && (await log.leafAt(head.asked)) !== head.leaf) return { store: 'LOG', ...at }
  return at.log > at.graph ? { store: 'GRAPH', ...at } : null
}

/** Whether changes are taken. Nothing is changed while the stores contradict each other: it would hide what is missing. */
export type Heads = {
  behind(): Behind | null
  /** Throws STORE_BEHIND. */
  check(): void
  /** The operator has accepted what is lost, on record and in the graph. */
  accepted(): void
}

export function openHeads(found: Behind | null): Heads {
  let behind = found
  return {
    behind: () => behind,
    check() {
      if (behind === null) return
      throw new Fault(
        'STORE_BEHIND',
        'expected stores that belong together, got one from a copy: nothing is changed',
      )
    },
    accepted() {
      behind = null
    },
  }
}

/** A write that fails may draw a version as well; and some were drawn for what was asked before the last change that stands. */
const DRAWN_EACH = 2
const SPARE = 1_000

/** How many versions the graph may have given out after the copy that it was put back from, at most: no question draws more. */
export const versionsLost = (behind: Behind | null, log: Pick<Progress, 'size'>): number =>
  behind?.store === 'GRAPH' ? (log.size() - behind.graph) * DRAWN_EACH + SPARE : 0
