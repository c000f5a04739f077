import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from '../flush-folder.ts'
import { SteadyFile, writeAll } from './steady-file.ts'

/**
 * One sequence of bytes that only grows. One writer, any number of readers of what is already synced.
 * A call that throws leaves the tail undefined: the caller gives the store up and recovers from a fresh `open`.
 */
export type Store = {
  size(): Promise<number>
  /** All of `bytes` after everything appended before; may be lost or cut anywhere until `sync`. */
  append(bytes: Uint8Array): Promise<void>
  /** Resolves when everything appended survives a power cut. Never retried after it threw: the kernel may have dropped the pages. */
  sync(): Promise<void>
  truncate(size: number): Promise<void>
  /** Puts `bytes` in the place of as many that were appended: only to erase. Until `sync`, any of them may be old or new. */
  overwrite(offset: number, bytes: Uint8Array): Promise<void>
  /** Shorter than `length` only at the end. */
  read(offset: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** Where stores live, by name. */
export type Shelf = {
  names(): Promise<string[]>
  /**
   * Opens or creates; a created store survives a power cut, empty, once this resolves. One that is `steady` is appended to all
   * the time and synced after each append: it may keep zeros ready behind its end, which a crash leaves there.
   */
  open(name: string, steady?: boolean): Promise<Store>
  /** Puts whole small contents under `name` at once: afterwards it has either the old bytes or the new. */
  replace(name: string, bytes: Uint8Array): Promise<void>
}

/** Stores as files of mode 0600 in a directory of mode 0700. */
export async function fileShelf(dir: string): Promise<Shelf> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  /** Whose place in the folder is durable. Whoever created one may have died before it was. */
  const placed = new Set<string>()
  return {
    names: () => readdir(dir),
    async open(name, steady = false) {
      const through = steady ? constants.O_DSYNC : 0
      const file = await open(join(dir, name), constants.O_RDWR | constants.O_CREAT | through, 0o600)
      if (!placed.has(name)) await flushFolder(dir)
      placed.add(name)
      return steady ? steadyStore(file) : fileStore(file)
    },
    async replace(name, bytes) {
      const file = await open(join(dir, `${name}.new`), 'w', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(join(dir, `${name}.new`), join(dir, name))
      await flushFolder(dir)
    },
  }
}

async function fileStore(file: FileHandle): Promise<Store> {
  let end = (await file.stat()).size
  return {
    size: async () => end,
    async append(bytes) {
      await writeAll(file, bytes, end)
      end += bytes.length
    },
    overwrite: (offset, bytes) => writeAll(file, bytes, offset),
    sync: () => file.datasync(),
    async truncate(size) {
      await file.truncate(size)
      end = size
    },
    read: (offset, length) => readFrom(file, offset, length),
    close: () => file.close(),
  }
}

async function steadyStore(file: FileHandle): Promise<Store> {
  const steady = new SteadyFile(file, (await file.stat()).size)
  return {
    size: async () => steady.end,
    append: (bytes) => steady.append(bytes),
    overwrite: (offset, bytes) => writeAll(file, bytes, offset),
    // Each call above was durable when it came back.
    sync: async () => {},
    truncate: (size) => steady.truncate(size),
    read: (offset, length) => readFrom(file, offset, length),
    close: () => steady.close(),
  }
}

async function readFrom(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const into = Buffer.allocUnsafe(length)
  let got = 0
  while (got < length) {
    const { bytesRead } = await file.read(into, got, length - got, offset + got)
    if (bytesRead === 0) break
    got += bytesRead
  }
  return into.subarray(0, got)
}
