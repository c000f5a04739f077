import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../schema/wire/fault.ts'

/** How long to wait before each further attempt (ms): half a minute in all. */
export const PATIENCE: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 15_000]

/** No judgement of what was sent. Its answer may have been lost, so only what may be done twice is tried again. */
const TRY_AGAIN = new Set<string>([
  ...[
    'UNREACHABLE',
    'AUDIT_UNAVAILABLE',
    'DEADLINE',
    'LOG_UNWITNESSED',
    'NEO4J_UNAVAILABLE',
    'STORE_UNAVAILABLE',
  ],
])

/** Tries again while the link or the server is away, for as long as `waits` say. Throws what the last attempt threw. */
export async function patiently<T>(attempt: () => Promise<T>, waits = PATIENCE): Promise<T> {
  for (const wait of waits) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Fault) || !TRY_AGAIN.has(error.code)) throw error
      await sleep(wait)
    }
  }
  return attempt()
}
