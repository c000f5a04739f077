import { matchRemind, matchUndecided, type Undecided } from '../../cypher/match/batch.ts'
import { NOBODY_ASKED } from '../outbox.ts'
import { type MatchingParts, unbarred } from './batch.ts'
import { NEXT_REMINDER } from './times.ts'

const DEADLINE = 60_000
const REMINDERS = 500

/**
 * Lets offices that were told first of a hit, and have not decided, be told again: the next of those that are due. Whether there may
 * be more. When is told by the office's own hit and its own silence, so it says nothing of the other one.
 */
export async function reminded(parts: MatchingParts, now: number): Promise<boolean> {
  const { graph, directory } = parts
  const due = await graph.read(matchUndecided, { now, first: REMINDERS }, DEADLINE)
  const open = await unbarred(parts, due.flatMap(holderIn))
  const isOpen = ({ card, watched, office }: Undecided) =>
    card === null ? watched && directory.office(office) !== null : open.has(card)
  const rows = due.map((one) => ({
    ...{ key: one.key, undecided: one.undecided, next: now + NEXT_REMINDER },
    told: !one.ended && isOpen(one),
  }))
  if (rows.length > 0) await graph.write(matchRemind, { rows }, DEADLINE, NOBODY_ASKED)
  return due.length === REMINDERS
}

/** What of a side is asked for protection: a card that is on watch and not silent. */
const holderIn = ({ card, entities, office }: Undecided) =>
  card === null ? [] : entities.map((entity) => ({ card, entity, office }))
