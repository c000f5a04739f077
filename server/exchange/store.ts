import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ObjectId } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { flushFolder } from '../flush-folder.ts'
import { openQueues } from '../report/queues.ts'
import { writeDurably } from './write.ts'

/**
 * Ciphertext on disk. A blob belongs to one message or note and is addressed by its object id alone: equal blobs are two
 * files, and nobody can ask for one by its hash.
 */
export type Store = {
  /**
   * Resolves when the blob is durable. The same octets under the same id again: nothing happens, so that a caller may retry
   * after a crash, and the blob counts as put just now. Other octets under a known id: IDEMPOTENCY_CONFLICT, and the first ones stay.
   */
  put(id: string, bytes: Uint8Array): Promise<void>
  get(id: string): Promise<Uint8Array | null>
  /** Resolves when the blob is durably gone; whether it was there. */
  erase(id: string): Promise<boolean>
  /**
   * As `erase`, where nobody has put the blob since `time` (ms since 1970). In turn with every `put` of that id: who puts
   * it again at the same moment finds it gone and writes it anew, or was there first and keeps it.
   */
  eraseIdle(id: string, time: number): Promise<boolean>
  /** The ids that nobody has put since `time`, sorted. */
  idle(time: number): Promise<string[]>
  /** Every id that is held, sorted: what no message owns was left by a crash before its message was stored. */
  ids(): Promise<string[]>
}

/** Opens or makes a store in a folder of its own, closed to everybody else, and sweeps what a crash left half written. */
export async function openStore(dir: string): Promise<Store> {
  const blobs = join(dir, 'blobs')
  const incoming = join(dir, 'incoming')
  for (const folder of [dir, blobs, incoming]) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
  }
  // Nothing under incoming was ever acknowledged: a blob counts from its link under blobs.
  for (const name of await readdir(incoming)) await rm(join(incoming, name), { force: true })
  await flushFolder(dir)
  const { inTurn } = openQueues()
  const ids = async () => (await readdir(blobs)).filter((name) => ObjectId.safeParse(name).success).sort()
  const isIdle = (id: string, time: number) =>
    stat(pathOf(blobs, id)).then(({ mtimeMs }) => mtimeMs < time, absent(false))

  async function erase(id: string): Promise<boolean> {
    const was = await unlink(pathOf(blobs, id)).then(() => true, absent(false))
    // Also when it was gone: an erasure that crashed before its flush is finished by the retry.
    await flushFolder(blobs)
    return was
  }

  return {
    async put(id, bytes) {
      const final = pathOf(blobs, id)
      const temporary = join(incoming, `${id}.${randomBytes(8).toString('hex')}`)
      try {
        await writeDurably(temporary, bytes)
        await inTurn(id, () => linkOnce(temporary, final, bytes))
      } finally {
        await rm(temporary, { force: true })
      }
      await flushFolder(blobs)
    },
    get: (id) => read(pathOf(blobs, id)),
    erase,
    eraseIdle: (id, time) => inTurn(id, async () => (await isIdle(id, time)) && erase(id)),
    async idle(time) {
      const found: string[] = []
      for (const id of await ids()) if (await isIdle(id, time)) found.push(id)
      return found
    },
    ids,
  }
}

/** An object id has letters and digits only, so no path can be made of it. */
function pathOf(folder: string, id: string): string {
  if (!ObjectId.safeParse(id).success)
    throw new Fault('BAD_INPUT', 'expected an object id of 26 characters, got another text')
  return join(folder, id)
}

/** A link appears whole or not at all and, unlike a rename, never replaces what stands there. */
export async function linkOnce(from: string, to: string, bytes: Uint8Array): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const held = await read(to)
    // The same octets take the place of the former ones: nothing changes but the time at which they came.
    if (held && Buffer.compare(held, bytes) === 0) return rename(from, to)
    throw new Fault('IDEMPOTENCY_CONFLICT', 'expected the same octets for this object id, got others')
  }
}

async function read(path: string): Promise<Uint8Array | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(absent(null))
  if (!file) return null
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

export function absent<T>(otherwise: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return otherwise
    throw error
  }
}
