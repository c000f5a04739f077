import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { takeLock } from '../lock.ts'

export type Home = { release(): Promise<void> }

/**
 * Takes `home` for this process, creating it with mode 0700. Whatever lives in a home, the private Neo4j first,
 * may be touched only by the process that holds it. After a kill -9 of the holder the home is free at once.
 *
 * @throws Fault HOME_BUSY, naming the pid of the holder.
 */
export async function takeHome(home: string): Promise<Home> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  await chmod(home, 0o700)
  const lock = takeLock(join(home, 'lock'))
  const holder = join(home, 'holder')
  if (!lock)
    throw new Fault('HOME_BUSY', `expected a free home, got one in use by process ${await pidIn(holder)}`)
  // Only for the message above; the lock alone decides.
  await writeFile(holder, `${process.pid}\n`, { mode: 0o600 })
  return { release: async () => lock.release() }
}

async function pidIn(holder: string): Promise<string> {
  const text = await readFile(holder, 'utf8').catch(() => '')
  return text.trim() || 'unknown'
}
