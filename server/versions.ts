import type { Clock } from './clock.ts'

/**
 * Commit versions and their times. Versions are what the graph compares; times are what callers read and ask by.
 * Version n (from 1) has the time `times[n-1]`; times grow strictly, so a time names one version.
 */
export type Versions = {
  /** The last version that was acknowledged, and so the highest that a read may see. */
  watermark(): number
  /** The version that was the last at a time, never above the watermark. */
  at(time: number): number
  /** The time of a version, in milliseconds. */
  timeOf(version: number): number
  /**
   * Now, as an `asOf`: no write that is not acknowledged yet will carry this time or an earlier one. While one is in
   * flight it is the moment before that one, or the same `asOf` would read differently once the store has confirmed it.
   */
  now(): number
  /** Draws the next version and its time. Not visible until `acknowledge`. */
  draw(): { version: number; time: number }
  acknowledge(version: number): void
  /** What was drawn and not acknowledged will never stand. */
  abandon(): void
  /** Gives none of the next `count` versions: somebody may have seen them, in a store that was put back since. */
  skip(count: number): void
  /** Resolves when no write is in flight: only then does a moment of theirs read the same ever after. */
  settled(): Promise<void>
}

export function openVersions(stored: { version: number; time: number }[], clock: Clock): Versions {
  // Gaps are versions whose write failed; they take the time of the version before.
  const times: number[] = []
  for (const { version, time } of stored) {
    while (times.length < version - 1) times.push(times.at(-1) ?? 0)
    times.push(time)
  }
  let watermark = times.length
  let drawn = watermark
  // Versions after this one are in flight: drawn, and neither acknowledged nor abandoned.
  let settled = watermark
  let lastTime = times.at(-1) ?? 0
  let lastRead = 0
  let waiting: (() => void)[] = []

  function settleTo(version: number): void {
    if (version > settled) settled = version
    if (settled < drawn) return
    for (const go of waiting) go()
    waiting = []
  }

  return {
    watermark: () => watermark,
    at(time) {
      let [low, high] = [0, watermark]
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (times[middle - 1]! <= time) low = middle
        else high = middle - 1
      }
      return low
    },
    timeOf: (version) => times[version - 1] ?? 0,
    now() {
      if (drawn > settled) return Math.max(times[settled]! - 1, lastRead)
      lastRead = Math.max(clock(), lastTime, lastRead)
      return lastRead
    },
    draw() {
      lastTime = Math.max(clock(), lastTime + 1, lastRead + 1)
      drawn += 1
      times[drawn - 1] = lastTime
      return { version: drawn, time: lastTime }
    },
    acknowledge(version) {
      if (version > watermark) watermark = version
      settleTo(version)
    },
    skip(count) {
      for (let nth = 0; nth < count; nth++) times.push(times.at(-1) ?? 0)
      drawn += count
      watermark = drawn
      settled = drawn
    },
    abandon: () => settleTo(drawn),
    settled: () => (settled === drawn ? Promise.resolve() : new Promise((go) => waiting.push(go))),
  }
}
