import { entryHash } from '../../schema/wire/directory.ts'
import { machineTimer } from '../audit/sequencer.ts'
import { Feed, type FeedOptions } from '../audit/tree/feed.ts'
import type { Memory } from '../audit/tree/objects.ts'
import { WHOLE } from '../audit/tree/shard.ts'
import type { Directory } from '../directory.ts'

/** A leaf: the index of an entry in eight octets, and its hash, which whoever has the directory makes again. */
const LEAF_SIZE = 40

export type PublishedDirectoryOptions = Pick<
  FeedOptions,
  'shards' | 'keys' | 'origin' | 'opened' | 'fenced'
> & {
  memory: Memory
}

/**
 * Publishes the history of the key directory as a tree of its own: what an office's key was at a time, nobody can say
 * otherwise later. Names of officers are in no leaf.
 * @throws Fault LOG_DAMAGED where other entries were published than the directory has, AUDIT_UNAVAILABLE where more were
 */
export async function publishDirectory(
  directory: Directory,
  options: PublishedDirectoryOptions,
): Promise<Feed> {
  const leavesFrom = (from: number, to?: number) =>
    Buffer.concat(
      directory
        .publicEntries(from)
        .slice(0, to && to - from)
        .map(leafOf),
    )
  const feed = new Feed(
    {
      ...options,
      ...{ memory: () => options.memory, timer: machineTimer, now: () => performance.now() },
      ...{ leafSize: LEAF_SIZE, step: 1, pad: async () => {}, shardOf: () => WHOLE },
      indexOf: (leaf) => leaf.readUIntBE(2, 6),
      stored: async (from, to) => leavesFrom(from, to),
    },
    directory.head().index + 1,
  )
  await feed.open().catch(async (error: unknown) => {
    await feed.close().catch(() => undefined)
    throw error
  })
  directory.watch(({ index }) => feed.take(leavesFrom(index, index + 1)))
  return feed
}

function leafOf(line: Parameters<typeof entryHash>[0]): Buffer {
  const leaf = Buffer.alloc(LEAF_SIZE)
  leaf.writeUIntBE(line.index, 2, 6)
  leaf.write(entryHash(line), 8, 'hex')
  return leaf
}
