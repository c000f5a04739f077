import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../schema/wire/fault.ts'

// A lock whose holder forgot it must not be collected, and so released, while the process runs.
const held = new Set<DatabaseSync>()
const SQLITE_BUSY = 5

/**
 * Lets one process at a time count in a folder: two would each grant the whole budget. It is a lock of the operating system,
 * taken through SQLite because Node offers no other, so nothing of it outlives a kill -9.
 * @throws Fault HOME_BUSY
 */
export function lockFolder(folder: string): { release(): void } {
  const database = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error
    throw new Fault('HOME_BUSY', `expected nobody else at ${folder}, got another evaluator`)
  }
  held.add(database)
  return {
    release: () => {
      if (held.delete(database)) database.close()
    },
  }
}
