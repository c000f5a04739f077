import { setImmediate } from 'node:timers/promises'

/** How a long analysis is followed and ended from outside. */
export type Watch = {
  /** An analysis that it aborts rejects with its reason. */
  signal?: AbortSignal | undefined
  /** Is told, never less than before, which fraction of 0 … 1 has been done; 1 comes last. */
  progress?: ((fraction: number) => void) | undefined
}

/** Called with the steps that were taken since the last call. */
export type Pace = (steps: number) => Promise<void> | void

/** About as many looks at a neighbour as take some hundredths of a second. */
const BREATH = 4_000_000

/**
 * Lets the thread hear its messages after every few million steps, and throws the reason of an abort. It counts steps
 * and reads no clock, so an answer cannot depend on how fast the machine is.
 */
export function paced({ signal }: Watch): Pace {
  signal?.throwIfAborted()
  let since = 0
  return (steps) => {
    since += steps
    if (since < BREATH) return
    since = 0
    return setImmediate().then(() => signal?.throwIfAborted())
  }
}
