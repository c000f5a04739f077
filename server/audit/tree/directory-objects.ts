import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '../../../schema/wire/fault.ts'
import { type Lock, takeLock } from '../../lock.ts'
import { type Files, machineFiles } from './files.ts'
import type { Part } from './layout.ts'
import type { Objects } from './objects.ts'

const CHECKPOINT = 'checkpoint'
/** Where files are made before they have their names. Whatever lies here after a crash was never part of the log. */
const UNNAMED = '.new'

export type DirectoryOptions = { files?: Files; lock?: (dir: string) => Promise<Lock | null> }

/**
 * A log in a directory, in the very layout in which it is served. The directory belongs to one process at a time; the lock
 * dies with the process, so that it is free at once after a kill -9.
 *
 * @throws Fault LOG_FENCED where another process writes this log.
 */
export async function openDirectory(dir: string, options: DirectoryOptions = {}): Promise<Objects> {
  const { files = machineFiles, lock = lockOf } = options
  const held = await lock(dir)
  if (!held) throw new Fault('LOG_FENCED', 'expected to be the only writer of this log, got another')
  try {
    await files.remove(join(dir, UNNAMED))
    await files.folder(join(dir, UNNAMED))
    // The last writer may have died between naming a file and making the name durable.
    await files.sync(dir)
    return new DirectoryObjects(dir, files, held)
  } catch (error) {
    held.release()
    throw error
  }
}

async function lockOf(dir: string): Promise<Lock | null> {
  const first = await mkdir(dir, { recursive: true, mode: 0o700 })
  // The log's own name has to survive a power cut as well, and those of the folders above that were made for it.
  for (let made = resolve(dir); ; made = dirname(made)) {
    await machineFiles.sync(dirname(made))
    if (first === undefined || made === resolve(first)) break
  }
  return takeLock(join(dir, '.lock'))
}

class DirectoryObjects implements Objects {
  #dir: string
  #files: Files
  #lock: Lock
  #made = 0
  /** Folders that survive a power cut. */
  #folders = new Set<string>()
  #swapping: Promise<unknown> = Promise.resolve()

  constructor(dir: string, files: Files, lock: Lock) {
    this.#dir = dir
    this.#files = files
    this.#lock = lock
    this.#folders.add(dir)
  }

  read(name: string): Promise<Buffer | null> {
    return this.#files.read(join(this.#dir, name))
  }

  checkpoint(): Promise<Buffer | null> {
    return this.read(CHECKPOINT)
  }

  /** Bytes first, then names, then the folders that hold the names: a name never stands for less than its bytes. */
  async write(parts: readonly Part[]): Promise<void> {
    const made = await allDone(parts.map(async (part) => ({ ...part, path: await this.#make(part.bytes) })))
    const folders = new Set<string>()
    for (const { name, bytes, path } of made) {
      const place = join(this.#dir, name)
      await this.#folder(dirname(place))
      if (!(await this.#files.link(path, place)) && !(await this.#files.read(place))?.equals(bytes))
        throw new Fault('LOG_DAMAGED', `expected ${name} to be free or the same, got other bytes`)
      await this.#files.remove(path)
      folders.add(dirname(place))
    }
    for (const folder of folders) await this.#files.sync(folder)
  }

  /** The lock keeps other processes out, so that between comparing and renaming only this one could come: it waits. */
  swap(last: Buffer | null, next: Buffer): Promise<boolean> {
    const swapped = this.#swapping.then(() => this.#swap(last, next))
    this.#swapping = swapped.catch(() => {})
    return swapped
  }

  async #swap(last: Buffer | null, next: Buffer): Promise<boolean> {
    const stored = await this.checkpoint()
    if (!(last === null ? stored === null : stored?.equals(last))) return false
    const path = await this.#make(next)
    await this.#files.rename(path, join(this.#dir, CHECKPOINT))
    // A crash before this resolves leaves the old checkpoint or the new one; the parts of both are durable.
    await this.#files.sync(this.#dir)
    return true
  }

  async discard(prefix: string): Promise<void> {
    await this.#files.remove(join(this.#dir, prefix))
    this.#folders.delete(join(this.#dir, prefix))
  }

  async close(): Promise<void> {
    await this.#swapping
    this.#lock.release()
  }

  async #make(bytes: Buffer): Promise<string> {
    const path = join(this.#dir, UNNAMED, String(this.#made++))
    await this.#files.create(path, bytes)
    return path
  }

  /** Also a folder that is there already may not be durable yet: whoever made it may have died first. */
  async #folder(path: string): Promise<void> {
    if (this.#folders.has(path)) return
    await this.#folder(dirname(path))
    await this.#files.folder(path)
    await this.#files.sync(dirname(path))
    this.#folders.add(path)
  }
}

/** Like `Promise.all`, but nothing is still under way when it throws. */
async function allDone<T>(promises: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
