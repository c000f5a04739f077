import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDirectory } from './directory-objects.ts'
import type { Objects } from './objects.ts'

/** Where the shards of one log lie: in a folder, or in a bucket. */
export type Shards = {
  /** What lies there: the name of each shard that was begun, and maybe others. */
  names(): Promise<string[]>
  /** A shard's objects, for the one that writes it. @throws Fault LOG_FENCED where it can tell that another one does */
  open(shard: string): Promise<Objects>
  /** What lies in a shard under `name`, for whoever reads it while it is written; null where nothing does. */
  read(shard: string, name: string): Promise<Buffer | null>
}

/** Where the logs of an instance lie, each by its own name: `audit`, and `directory`. */
export type LogStorage = (log: string) => Shards

/** A folder with a folder for each log. */
export const directoryStorage =
  (dir: string): LogStorage =>
  (log) =>
    directoryShards(join(dir, log))

/** A folder with a folder for each shard, in the layout in which it is served. */
export function directoryShards(dir: string): Shards {
  return {
    names: async () => (await unless(['ENOENT'], readdir(dir))) ?? [],
    open: (shard) => openDirectory(join(dir, shard)),
    read: (shard, name) => unless(['ENOENT', 'ENOTDIR'], readFile(join(dir, shard, name))),
  }
}

function unless<T>(codes: string[], work: Promise<T>): Promise<T | null> {
  return work.catch((error: NodeJS.ErrnoException) => {
    if (codes.includes(error.code!)) return null
    throw error
  })
}
