import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A folder that can be full for those who write there. */
export type Disk = {
  /**
   * Leaves room for `left` octets, and gives back what makes room again. Where single files are limited, `folder` says
   * whose largest one may not grow: on a full disk it is whoever writes most that finds no room.
   */
  fill(left: number, folder?: string): Promise<() => Promise<void>>
  /** What starts a program so that it has no more room than there is. */
  under(): string[]
  close(): void
}

/**
 * A disk of its own of `size` MiB at `path`. It needs the right to mount; without it the kernel refuses instead to let a
 * file of those who write there grow beyond `left`: of `writer`, and of what is started `under` it.
 */
export async function openDisk(path: string, size: number, writer: () => number | null): Promise<Disk> {
  await mkdir(path, { mode: 0o700 })
  try {
    if (process.env.PORTOLAN_NO_MOUNT) throw new Error('told not to')
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m,mode=0700`, 'portolan-test', path], {
      stdio: 'pipe',
    })
  } catch (error) {
    const [why] = (error as Error).message.trim().split('\n').slice(-1)
    console.warn(`no disk of its own could be mounted (${why}): files are limited by RLIMIT_FSIZE instead`)
    return limited(path, writer)
  }
  return {
    async fill(left) {
      const ballast = join(path, 'ballast')
      // What the server had begun to make room for is given back when it finds none: then there is more to fill.
      for (let nth = 0; nth < 5; nth++) {
        const room = roomAt(path) - left
        if (room <= 0) break
        await appendFile(ballast, Buffer.alloc(room, 7)).catch((error) => {
          if (error.code !== 'ENOSPC') throw error
        })
        await sleep(200)
      }
      return () => rm(ballast, { force: true })
    },
    under: () => [],
    close: () => void execFileSync('umount', ['-l', path]),
  }
}

/** How much still fits on the disk of a folder (octets). */
function roomAt(path: string): number {
  const [, row] = execFileSync('df', ['--output=avail', '-B1', path], { encoding: 'utf8' }).split('\n')
  return Number(row!.trim())
}

/** The soft limit alone is changed, so that it can be lifted again. */
function limited(path: string, writer: () => number | null): Disk {
  let left: number | null = null
  const limit = (most: number | 'unlimited') => {
    const pid = writer()
    if (pid !== null) execFileSync('prlimit', ['--pid', String(pid), `--fsize=${most}:`])
  }
  return {
    async fill(most, folder) {
      left = folder === undefined ? most : Math.max(most, await largestIn(join(path, folder)))
      limit(left)
      return async () => {
        left = null
        limit('unlimited')
      }
    },
    under: () => (left === null ? [] : ['prlimit', `--fsize=${left}:`, '--']),
    close: () => {},
  }
}

async function largestIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((one) => one.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  )
  return Math.max(0, ...sizes)
}
