import { decodeLeaf, LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import { readLeaves } from './segments.ts'
import type { Shelf } from './storage.ts'
import { Feed, type FeedOptions } from './tree/feed.ts'
import { shelfMemory } from './tree/memory.ts'
import { halfYearOf } from './tree/shard.ts'

/** Records are published in steps of so many: how much was asked is blurred. */
export const STEP = 16
const MINUTE = 60_000

/** Where the log is published as a tree, under which origin, and where its keys are. */
export type AuditTree = Pick<FeedOptions, 'shards' | 'keys' | 'origin' | 'opened' | 'fenced'>

/** What publishes the leaves of the audit log on `shelf`, of which those before `durable` are there. */
export function auditFeed(
  tree: AuditTree,
  {
    shelf,
    segmentLeaves,
    ...more
  }: { shelf: Shelf; segmentLeaves: number } & Pick<FeedOptions, 'timer' | 'now' | 'pad'>,
  durable: number,
): Feed {
  return new Feed(
    {
      ...tree,
      ...more,
      ...{ leafSize: LEAF_SIZE, step: STEP },
      memory: (name) => shelfMemory(shelf, `checkpoint-${name}`),
      indexOf: (leaf) => decodeLeaf(leaf)?.index ?? -1,
      shardOf: (leaf) => halfYearOf((decodeLeaf(leaf)?.minute ?? 0) * MINUTE),
      stored: (from, to) => readLeaves(shelf, segmentLeaves, from, to),
    },
    durable,
  )
}
