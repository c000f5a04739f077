import type { Watch } from '../analysis/watch.ts'

/** The same watch for a part of the work, from one fraction of the whole to another. */
export function within({ signal, progress }: Watch, from: number, to: number): Watch {
  return { signal, progress: progress && ((fraction) => progress(from + fraction * (to - from))) }
}
