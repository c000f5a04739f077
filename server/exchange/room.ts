/**
 * How many octets of large bodies are in memory at once, over all sessions and for each: a hundred officers on slow links
 * may send files at one time, and the server stays as small as it was.
 */
export type Room = {
  /** Resolves when there is room; then `leave` must be called. Those who fit overtake those who wait for themselves. */
  enter(session: string, octets: number): Promise<() => void>
  /** Octets that are held now. */
  held(): number
}

export const ROOM = { all: 96 << 20, each: 20 << 20 }

type Waiting = { session: string; octets: number; go: () => void }

/** @param limits a body larger than either is let in when nothing else is */
export function openRoom(limits: { all: number; each: number } = ROOM): Room {
  const sessions = new Map<string, number>()
  const waiting: Waiting[] = []
  let all = 0

  const of = (session: string) => sessions.get(session) ?? 0
  const fits = ({ session, octets }: Waiting) =>
    (all === 0 || all + octets <= limits.all) && (of(session) === 0 || of(session) + octets <= limits.each)

  function letIn(one: Waiting): void {
    all += one.octets
    sessions.set(one.session, of(one.session) + one.octets)
    one.go()
  }

  function leaver({ session, octets }: Waiting): () => void {
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      all -= octets
      const left = of(session) - octets
      if (left > 0) sessions.set(session, left)
      else sessions.delete(session)
      for (const next of [...waiting])
        if (fits(next)) {
          waiting.splice(waiting.indexOf(next), 1)
          letIn(next)
        }
    }
  }

  return {
    enter(session, octets) {
      return new Promise((settle) => {
        const one: Waiting = { session, octets, go: () => settle(leaver(one)) }
        if (fits(one)) letIn(one)
        else waiting.push(one)
      })
    },
    held: () => all,
  }
}
