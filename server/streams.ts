import type { Caller } from '../schema/wire/caller.ts'
import { Fault } from '../schema/wire/fault.ts'
import { HEARTBEAT_MS } from '../schema/wire/stream.ts'

/** A further stream of a session ends its oldest: who lost his link comes back before the server knows that he was gone. */
export const MOST_PER_SESSION = 2
export const MOST_PER_OFFICE = 64

/** How often an open stream shows that it is alive, and how often it tells what is not told at once (ms). */
export type Pace = { heartbeat: number; tick: number }

/** Notices of what was released are told on the minute, so that no timing tells when an act was done. */
export const PACE: Pace = { heartbeat: HEARTBEAT_MS, tick: 60_000 }

export type Streams = {
  pace: Pace
  /** Takes a place until what is given back is called. Throws TOO_MANY_STREAMS where the office has no more. */
  take(caller: Caller, end: (why: Fault) => void): () => void
}

/** The streams that are open: one costs the server little, and no office can open enough of them to cost it much. */
export function openStreams(pace: Pace = PACE): Streams {
  const places = new Set<{ session: string; office: string; end: (why: Fault) => void }>()
  return {
    pace,
    take({ session, office }, end) {
      const [oldest, ...others] = [...places].filter((place) => place.session === session)
      if (oldest && others.length + 1 >= MOST_PER_SESSION) {
        places.delete(oldest)
        oldest.end(tooMany(MOST_PER_SESSION, 'a session'))
      }
      if ([...places].filter((place) => place.office === office).length >= MOST_PER_OFFICE)
        throw tooMany(MOST_PER_OFFICE, 'an office')
      const place = { session, office, end }
      places.add(place)
      return () => void places.delete(place)
    },
  }
}

const tooMany = (most: number, whose: string) =>
  new Fault('TOO_MANY_STREAMS', `expected at most ${most} streams of ${whose}, got another`)
