import { join } from 'node:path'
import { keepSigningKey } from './key-file.ts'
import { bundleName, leavesOf, TILE_WIDTH } from './layout.ts'
import type { Memory, Objects } from './objects.ts'
import { openPublisher, type Publisher } from './publisher.ts'
import type { Shards } from './shards.ts'

/** A part of a log, best a half-year: a tree of its own under an origin and a key of its own, so that a former one can be put away whole. */
export type Shard = {
  /** Such as 2026h2. */
  name: string
  /** The index in the whole log of the first leaf of this tree. */
  base: number
  publisher: Publisher
  /** The last leaf when it was opened. */
  last: Buffer | null
}

export type ShardOptions = {
  shards: Shards
  /** A signing key for each shard, with its public half beside it. */
  keys: string
  /** Before the name of the shard: what the log is called. */
  origin: string
  /** Where the last checkpoint of a shard is remembered. */
  memory(name: string): Memory
  /** The index that stands in a leaf. */
  indexOf(leaf: Buffer): number
  /** The name of the shard in which a leaf belongs. */
  shardOf(leaf: Buffer): string
}

/** The half-year of a time (ms) in UTC. Names sort by time. */
export function halfYearOf(time: number): string {
  const date = new Date(time)
  return `${date.getUTCFullYear()}h${date.getUTCMonth() < 6 ? 1 : 2}`
}

/** Where a log is so small that it is never parted. */
export const WHOLE = 'whole'
const NAME = /^(\d{4}h[12]|whole)$/

/** The names of all shards that were begun, oldest first. */
export async function shardsIn(shards: Shards): Promise<string[]> {
  const names = await shards.names()
  return names.filter((name) => NAME.test(name)).sort()
}

/** Opens the newest shard; null before the first. @throws Fault as `openPublisher` */
export async function openLastShard(options: ShardOptions): Promise<Shard | null> {
  const [last, before] = (await shardsIn(options.shards)).reverse()
  return last === undefined ? null : openShard(options, last, () => endOf(options, before))
}

/** Opens or begins a shard. `base` is asked where it has no leaf that would say it. @throws Fault as `openPublisher` */
export async function openShard(
  options: ShardOptions,
  name: string,
  base: () => Promise<number> | number,
): Promise<Shard> {
  const { shards, keys, origin, memory } = options
  const objects = await shards.open(name)
  try {
    const key = await keepSigningKey(join(keys, `${origin.split('/').at(-1)}-${name}`), `${origin}/${name}`)
    const publisher = await openPublisher({ objects, signers: [key], memory: memory(name) })
    const { size } = publisher.head()
    const first = await leafAt(objects, 0, size)
    const last = await leafAt(objects, size - 1, size)
    return { name, base: first ? options.indexOf(first) : await base(), publisher, last }
  } catch (error) {
    await objects.close()
    throw error
  }
}

/** The index after the last leaf of a shard that was ended. */
async function endOf(options: ShardOptions, name: string | undefined): Promise<number> {
  if (name === undefined) return 0
  const { base, publisher } = await openShard(options, name, () => 0)
  await publisher.close()
  return base + publisher.head().size
}

async function leafAt(objects: Objects, index: number, size: number): Promise<Buffer | null> {
  if (index >= size || index < 0) return null
  const nth = Math.floor(index / TILE_WIDTH)
  const bundle = await objects.read(bundleName(nth, Math.min(TILE_WIDTH, size - nth * TILE_WIDTH)))
  return (bundle && [...leavesOf(bundle)][index % TILE_WIDTH]) ?? null
}
