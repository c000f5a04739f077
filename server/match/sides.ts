import type { NewHit, SideProps } from '../../cypher/match/batch.ts'
import type { HitType, MatchChoice } from '../../schema/wire/codes.ts'
import { FIRST_REMINDER } from './times.ts'

// Who learns what of a hit. Whoever is not told has no side of it in the graph: nothing is looked up that might be shown.

/** One of the two: a card or a network that is on watch, or a token or a network of a question. */
export type Party = {
  office: string
  compartment: number
  card?: string
  network?: string
  question?: string
  position?: number
  /** A question announces its asker to those who announce, and to nobody else. */
  choice: MatchChoice | 'AS_THE_OTHER'
}

export const sideKey = (id: string, office: string): string => `${id}.${office}`

const announces = (one: Party, other: Party): boolean =>
  (one.choice === 'AS_THE_OTHER' ? other.choice : one.choice) === 'ANNOUNCE'

/**
 * Who is told of the other. Whoever asks has let it be known: every holder is told that somebody asked. Of a holder only those are
 * told whom he lets know: all, where he announces; where he wishes to be told first, those who wish the same, for otherwise neither
 * would ever learn it; nobody, where he is silent. So nobody learns more by a card of his own than by asking, unless he lets the
 * others learn as much of him.
 */
function isTold(one: Party, other: Party): boolean {
  if (announces(other, one) || other.choice === 'AS_THE_OTHER') return true
  return one.choice === 'ANNOUNCE_TO_ME_FIRST' && other.choice === 'ANNOUNCE_TO_ME_FIRST'
}

/** A hit of two parties, with the side of each that is told of it. */
export function hitOf(
  { id, type, at }: { id: string; type: HitType; at: number },
  one: Party,
  other: Party,
): NewHit {
  const side = (own: Party, theirs: Party): SideProps => ({
    ...{ key: sideKey(id, own.office), id, type, at, office: own.office, compartment: own.compartment },
    ...(own.card !== undefined && { card: own.card }),
    ...(own.network !== undefined && { network: own.network }),
    ...(own.question !== undefined && { question: own.question, position: own.position }),
    ...{ announced: announces(own, theirs), known: announces(theirs, own) },
    ...{ theirOffice: theirs.office, theirCompartment: theirs.compartment },
    ...(theirs.card !== undefined && { theirCard: theirs.card }),
    ...(theirs.network !== undefined && { theirNetwork: theirs.network }),
    ...(theirs.question !== undefined && { theirQuestion: theirs.question, theirPosition: theirs.position }),
    // Whoever is silent has decided, and whoever announces too.
    ...(own.choice === 'ANNOUNCE_TO_ME_FIRST' && { undecided: at + FIRST_REMINDER }),
    untold: 'FOUND',
  })
  const sides = [
    ...(isTold(one, other) ? [side(one, other)] : []),
    ...(isTold(other, one) ? [side(other, one)] : []),
  ]
  return { id, sides }
}
