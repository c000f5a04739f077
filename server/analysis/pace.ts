import { setImmediate } from 'node:timers/promises'

/** How a long run is watched and ended. */
export type Run = {
  signal?: AbortSignal
  /** Is told which part is done, 0…1, never less than before. */
  progress?: (fraction: number) => void
}

/** Lets others have the thread for a moment and tells how far a run is. Throws the signal's reason once it is aborted. */
export async function turn({ signal, progress }: Run, fraction: number): Promise<void> {
  signal?.throwIfAborted()
  progress?.(fraction)
  await setImmediate()
  signal?.throwIfAborted()
}
