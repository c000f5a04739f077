/**
 * What is known of the attachments that are being sent: read from disk once, for chunk comes after chunk, and held while
 * anything of it is on its way there. Nothing is lost with it.
 */
export type UnderWay<T> = {
  /** Works with what is known of one. `behind` begins work that may go on after; it waits where too much is under way. */
  use<R>(object: string, work: (known: T, behind: Behind) => Promise<R>): Promise<R>
  /** Resolves when nothing is under way. Throws, once, why something that was begun behind has failed. */
  settled(object: string): Promise<void>
  /** Waits likewise and reads anew when it is used next. */
  forget(object: string): Promise<void>
}

export type Behind = (work: () => Promise<void>) => Promise<void>

type Entry<T> = { known: Promise<T>; users: number; behind: Set<Promise<void>>; failures: unknown[] }

/** As many are remembered that nobody uses. */
const MOST_IDLE = 32
/** Of one attachment: a disk that is slower than the link sets the pace. */
const MOST_BEHIND = 4

export function openUnderWay<T>(read: (object: string) => Promise<T>): UnderWay<T> {
  const entries = new Map<string, Entry<T>>()

  function enter(object: string): Entry<T> {
    const entry = entries.get(object) ?? { known: read(object), users: 0, behind: new Set(), failures: [] }
    // The one that was used last stands last.
    entries.delete(object)
    entries.set(object, entry)
    entry.users++
    return entry
  }

  function leave(entry: Entry<T>): void {
    entry.users--
    const idle = [...entries].filter(([, { users }]) => users === 0)
    for (const [object] of idle.slice(0, -MOST_IDLE)) entries.delete(object)
  }

  async function begin(entry: Entry<T>, work: () => Promise<void>): Promise<void> {
    entry.users++
    const going = work()
      .catch((error: unknown) => void entry.failures.push(error))
      .finally(() => {
        entry.behind.delete(going)
        leave(entry)
      })
    entry.behind.add(going)
    while (entry.behind.size > MOST_BEHIND) await Promise.race(entry.behind)
  }

  async function settled(object: string): Promise<void> {
    const entry = entries.get(object)
    await Promise.all(entry?.behind ?? [])
    const [failure] = entry?.failures.splice(0) ?? []
    if (failure !== undefined) throw failure
  }

  return {
    async use(object, work) {
      const entry = enter(object)
      try {
        return await work(await entry.known, (after) => begin(entry, after))
      } catch (error) {
        // What could not be read is read again.
        if (entry.users === 1) entries.delete(object)
        throw error
      } finally {
        leave(entry)
      }
    },
    settled,
    async forget(object) {
      await settled(object).catch(() => undefined)
      entries.delete(object)
    },
  }
}
