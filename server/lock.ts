import { DatabaseSync } from 'node:sqlite'

/** A held lock. `release` is idempotent; the kernel releases it too when the process ends, however it ends. */
export type Lock = { release(): void }

const SQLITE_BUSY = 5
// A lock whose holder forgot it must not be collected, and so released, while the process runs.
const held = new Set<DatabaseSync>()

/**
 * Takes the exclusive lock of `file` (created if missing), or returns null when somebody holds it,
 * be it another process or this one.
 *
 * It is a file lock of the operating system, taken through SQLite because Node offers no other: nothing of it
 * outlives a kill -9, two starters cannot both find a lock stale, and pid reuse or containers do not confuse it.
 */
export function takeLock(file: string): Lock | null {
  const database = new DatabaseSync(file)
  try {
    // No journal on disk: nothing is ever written, the transaction is only held.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null
    throw error
  }
  held.add(database)
  return {
    release: () => {
      if (held.delete(database)) database.close()
    },
  }
}
