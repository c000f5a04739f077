import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { homeArgument, MAIN_CLASS } from './settings.ts'

export const STOP_MS = 30_000
const POLL_MS = 50

/** Where the pid of the last launched Neo4j stands. It is never removed: what counts is `isOurs`. */
export function pidFile(neo4jHome: string): string {
  return join(neo4jHome, 'pid')
}

/**
 * Stops a Neo4j of this home that outlived its launcher: SIGTERM, after 30 s SIGKILL. Only the holder of the
 * home may call it. A pid that has passed to a stranger is left alone, because the stranger's command line
 * does not name this home.
 */
export async function endLeftover(neo4jHome: string): Promise<void> {
  const pid = Number(await readFile(pidFile(neo4jHome), 'utf8').catch(() => ''))
  if (!(pid > 1) || !(await isOurs(pid, neo4jHome))) return
  signal(pid, 'SIGTERM')
  const deadline = performance.now() + STOP_MS
  let killed = false
  while (await isOurs(pid, neo4jHome)) {
    if (!killed && performance.now() > deadline) {
      signal(pid, 'SIGKILL')
      killed = true
    }
    await sleep(POLL_MS)
  }
}

async function isOurs(pid: number, neo4jHome: string): Promise<boolean> {
  const command = await commandOf(pid)
  return command.includes(MAIN_CLASS) && command.includes(homeArgument(neo4jHome))
}

/** The command line of a process, empty when it is gone or already a zombie. */
async function commandOf(pid: number): Promise<string | string[]> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  }
  const printed = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
  return (await printed.catch(() => ({ stdout: '' }))).stdout
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
