import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { flushFolder } from '../../flush-folder.ts'

/**
 * The few things that a directory of objects asks of a file system, each with what it promises. A test puts another in its
 * place that loses power.
 */
export type Files = {
  /** Null where there is none. */
  read(path: string): Promise<Buffer | null>
  /** A new file with these bytes, which survive a power cut once this resolves; its name does when its folder is synced. */
  create(path: string, bytes: Uint8Array): Promise<void>
  /** A second name for a file; false where that name is taken. */
  link(from: string, to: string): Promise<boolean>
  /** A new name for a file, in the place of whatever has that name. Readers see the one or the other. */
  rename(from: string, to: string): Promise<void>
  /** A folder whose parent exists; fine where it is there already. */
  folder(path: string): Promise<void>
  /** Resolves when the names in a folder survive a power cut. */
  sync(folder: string): Promise<void>
  /** A file or a whole folder; fine where there is none. */
  remove(path: string): Promise<void>
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

/** The machine's own; files of mode 0600 in folders of mode 0700. */
export const machineFiles: Files = {
  async read(path) {
    try {
      return await readFile(path)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    }
  },
  async create(path, bytes) {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  },
  async link(from, to) {
    try {
      await link(from, to)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  },
  rename,
  async folder(path) {
    await mkdir(path, { mode: 0o700 }).catch((error) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  },
  sync: flushFolder,
  remove: (path) => rm(path, { recursive: true, force: true }),
}
