import { LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { Catalogue, SegmentIndex } from './catalogue.ts'
import type { PruneMark } from './prune.ts'
import { type Scanned, scan } from './recover.ts'
import type { Segment } from './sequencer.ts'
import type { Shelf } from './storage.ts'

/** Leaves per segment: 256 tiles of 256. */
export const SEGMENT_LEAVES = 65_536

const nameOf = (number: number, part: 'leaves' | 'details' | 'index') =>
  `${String(number).padStart(8, '0')}.${part}`

export async function openSegment(shelf: Shelf, number: number): Promise<Segment> {
  const details = await shelf.open(nameOf(number, 'details'), true)
  const leaves = await shelf.open(nameOf(number, 'leaves'))
  return { number, leaves, details, detailBytes: await details.size() }
}

export async function closeSegment(segment: Segment): Promise<void> {
  await segment.leaves.close()
  await segment.details.close()
}

/** Makes a full segment's leaves durable, keeps what the catalogue knows of it beside it, and opens the next. */
export async function rollOver(shelf: Shelf, full: Segment, catalogue: Catalogue): Promise<Segment> {
  await full.leaves.sync()
  await saveIndex(shelf, full.number, catalogue)
  const next = await openSegment(shelf, full.number + 1)
  await closeSegment(full)
  return next
}

/** `torn` counts the bytes of a write that was cut short, and is now cut off. */
export type Loaded = { catalogue: Catalogue; segment: Segment; next: number; torn: number }

/**
 * Opens what is there: full segments by their index (read through where it is missing), the last one record by record,
 * with an unfinished write cut off. Throws AUDIT_UNAVAILABLE, naming the record, where something is missing or damaged.
 */
export async function loadSegments(
  shelf: Shelf,
  segmentLeaves: number,
  mark: PruneMark | null = null,
): Promise<Loaded> {
  const names = new Set(await shelf.names())
  const last = lastSegment(names)
  const catalogue = new Catalogue()
  const loading = { shelf, names, catalogue }
  const pruned = mark
    ? await loadPruned(loading, { ...mark, segments: Math.min(mark.segments, last) }, segmentLeaves)
    : 0
  for (let number = pruned; number < last; number++) await loadFull(loading, number, segmentLeaves)
  const segment = await openSegment(shelf, last)
  try {
    const first = last * segmentLeaves
    const scanned = await scan(segment, first, (entry) => catalogue.note(last, entry))
    const count = scanned.leafBytes / LEAF_SIZE
    if (count > segmentLeaves) throw missing(first + segmentLeaves)
    await mend(segment, scanned)
    return { catalogue, segment, next: first + count, torn: scanned.torn }
  } catch (error) {
    await closeSegment(segment).catch(() => {})
    throw error
  }
}

function lastSegment(names: Set<string>): number {
  let last = 0
  for (const name of names) {
    const match = /^(\d{8})\.leaves$/.exec(name)
    if (match) last = Math.max(last, Number(match[1]))
  }
  return last
}

type Loading = { shelf: Shelf; names: Set<string>; catalogue: Catalogue }

/**
 * What is marked as pruned, by its index alone; gives how many segments that is. Where a log was put back and has grown again,
 * other records stand there: those that are younger are no part of it.
 */
async function loadPruned(
  { shelf, names, catalogue }: Loading,
  { segments, before }: PruneMark,
  segmentLeaves: number,
): Promise<number> {
  let count = 0
  for (; count < segments; count++) {
    const index = names.has(nameOf(count, 'index')) ? await readIndex(shelf, count) : null
    // One whose details went before its index was lost.
    if (index === null && (await sizeOf(shelf, nameOf(count, 'details'))) > 0) break
    if (index !== null && index.latest >= before) break
    await expectLeaves(shelf, count, segmentLeaves)
    catalogue.read(count, index ?? EMPTY)
  }
  catalogue.forget(count)
  return count
}

/** Nothing else tells of a record whose detail is gone. */
async function expectLeaves(shelf: Shelf, number: number, segmentLeaves: number): Promise<void> {
  const count = Math.floor((await sizeOf(shelf, nameOf(number, 'leaves'))) / LEAF_SIZE)
  if (count !== segmentLeaves) throw missing(number * segmentLeaves + Math.min(count, segmentLeaves))
}

const EMPTY: SegmentIndex = {
  ...{ detailBytes: 0, latest: 0, periods: [], ranges: [], interrupted: [], open: [] },
  ...{ changed: -1, marks: [], erasures: [], pruning: null },
}

async function sizeOf(shelf: Shelf, name: string): Promise<number> {
  const store = await shelf.open(name)
  return store.size().finally(() => store.close())
}

async function loadFull(
  { shelf, names, catalogue }: Loading,
  number: number,
  segmentLeaves: number,
): Promise<void> {
  const first = number * segmentLeaves
  if (!names.has(nameOf(number, 'leaves')) || !names.has(nameOf(number, 'details'))) throw missing(first)
  const segment = await openSegment(shelf, number)
  try {
    const count = Math.floor((await segment.leaves.size()) / LEAF_SIZE)
    if (count !== segmentLeaves) throw missing(first + Math.min(count, segmentLeaves))
    const index = names.has(nameOf(number, 'index')) ? await readIndex(shelf, number) : null
    if (index?.detailBytes === segment.detailBytes) return catalogue.read(number, index)
    const { torn, made, detailBytes } = await scan(segment, first, (entry) => catalogue.note(number, entry))
    // Its leaves were synced before the next segment began: no crash takes any of them.
    if (torn > 0 || made.size > 0) throw missing(first + segmentLeaves - 1)
    if (segment.detailBytes > detailBytes) await segment.details.truncate(detailBytes)
    await saveIndex(shelf, number, catalogue)
  } finally {
    await closeSegment(segment)
  }
}

/** Cuts off what was cut short and puts back leaves that a crash took. Done again from the start should this be interrupted. */
async function mend(segment: Segment, { leafBytes, detailBytes, made }: Scanned): Promise<void> {
  const { leaves, details } = segment
  if (segment.detailBytes > detailBytes) {
    await details.truncate(detailBytes)
    await details.sync()
  }
  segment.detailBytes = detailBytes
  if ((await leaves.size()) === leafBytes && made.size === 0) return
  // From the first that is missing on: a store only grows at its end.
  const kept = Math.min(leafBytes, ...made.keys())
  const rest = await leaves.read(kept, leafBytes - kept)
  const whole = Buffer.concat([rest, Buffer.alloc(leafBytes - kept - rest.length)])
  for (const [at, leaf] of made) leaf.copy(whole, at - kept)
  await leaves.truncate(kept)
  await leaves.append(whole)
  await leaves.sync()
}

/** Leaves from one index to before another, of records that stand. They are written late: the last may not be there. */
export async function readLeaves(
  shelf: Shelf,
  segmentLeaves: number,
  from: number,
  to: number,
): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let at = from; at < to; ) {
    const number = Math.floor(at / segmentLeaves)
    const first = number * segmentLeaves
    const until = Math.min(to, first + segmentLeaves)
    const store = await shelf.open(nameOf(number, 'leaves'))
    const leaves = await store
      .read((at - first) * LEAF_SIZE, (until - at) * LEAF_SIZE)
      .finally(() => store.close())
    if (leaves.length < (until - at) * LEAF_SIZE) throw missing(at + Math.floor(leaves.length / LEAF_SIZE))
    parts.push(leaves)
    at = until
  }
  return Buffer.concat(parts)
}

async function saveIndex(shelf: Shelf, number: number, catalogue: Catalogue): Promise<void> {
  await shelf.replace(nameOf(number, 'index'), Buffer.from(JSON.stringify(catalogue.write(number))))
}

/** Null when what is there is no index: it is made again. */
async function readIndex(shelf: Shelf, number: number): Promise<SegmentIndex | null> {
  const store = await shelf.open(nameOf(number, 'index'))
  try {
    return SegmentIndex.parse(JSON.parse((await store.read(0, await store.size())).toString()))
  } catch {
    return null
  } finally {
    await store.close()
  }
}

const missing = (index: number) => new Fault('AUDIT_UNAVAILABLE', `expected record ${index}, got nothing`)
