import { Fault } from '../../../schema/wire/fault.ts'
import type { Head } from './checkpoint.ts'
import { Edge } from './edge.ts'
import { bundleName, isBundle, leavesOf, type Part, TILE_WIDTH, tileName } from './layout.ts'
import { HASH, rootOf } from './merkle.ts'
import type { Objects } from './objects.ts'

export type Regrowing = {
  /** What the stored leaves are to be, from the first that is new. */
  leaves?: readonly Uint8Array[]
  /** Where the result lies: an edge that is not needed any more. */
  into?: Edge
}

/**
 * Grows `from` to `size` leaves out of the bundles that are stored, and compares each tile on the way with the stored one:
 * what comes back rests on bytes that were read, and on `from`. Needs no more memory than a bundle and the edge.
 *
 * @throws Fault LOG_DAMAGED, naming what was expected, at the first part that is missing or not what it should be, and
 * where `leaves` are given at the first stored leaf that is not one of those.
 */
export async function regrow(
  objects: Objects,
  from: Edge,
  size: number,
  { leaves, into = new Edge() }: Regrowing = {},
): Promise<Edge> {
  const edge = into.become(from)
  while (edge.size < size) {
    const index = Math.floor(edge.size / TILE_WIDTH)
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    const bundle = await readBundle(objects, index, width)
    const { length } = edge.tail
    if (!bundle.subarray(0, length).equals(edge.tail))
      throw damaged(`${bundleName(index, width)} to begin with the leaves before ${edge.size}`, 'others')
    const stored = leavesOf(bundle, length)
    const grown = leaves ? expectLeaves(stored, leaves, from.size, edge.size) : stored
    for (const part of edge.append(grown, false)) await expectTile(objects, part)
  }
  for (const part of edge.partials(from, false)) await expectTile(objects, part)
  return edge
}

/** Passes the stored leaves from `at` on, as long as they are `leaves`, the first of which is leaf `first`. */
function* expectLeaves(stored: Iterable<Buffer>, leaves: readonly Uint8Array[], first: number, at: number) {
  let index = at
  for (const leaf of stored) {
    if (!leaf.equals(leaves[index - first]!)) throw damaged(`leaf ${index} as it was handed over`, 'another')
    index += 1
    yield leaf
  }
}

/**
 * Reads the whole log below `head`, leaf by leaf, and its root.
 *
 * @throws Fault LOG_DAMAGED, naming what was expected.
 */
export async function checkLog(objects: Objects, head: Head): Promise<void> {
  expectRoot(head, (await regrow(objects, new Edge(), head.size)).root())
}

/**
 * The edge of a stored tree of `size` leaves: its partial tiles, and its last bundle, whose leaves are hashed again and
 * compared with the tiles. As many reads as the tree has levels.
 *
 * @throws Fault LOG_DAMAGED, naming what was expected.
 */
export async function loadEdge(objects: Objects, size: number): Promise<Edge> {
  const levels = await levelsAt(objects, size, size)
  if (size === 0) return new Edge()
  const index = Math.floor((size - 1) / TILE_WIDTH)
  const width = size - index * TILE_WIDTH
  const bundle = await readBundle(objects, index, width)
  // All hashes of a bundle are right when the root over them is: that of a full one stands at the level above.
  const alone = new Edge()
  for (const _ of alone.append(leavesOf(bundle), false));
  const full = width === TILE_WIDTH
  const expected = full ? await lastHash(objects, size) : rootOf([levels[0]!])
  if (!alone.root().equals(expected))
    throw damaged(`${bundleName(index, width)} to fit its tile`, 'other leaves')
  return new Edge({ size, last: alone.lastLeaf, tail: full ? Buffer.alloc(0) : bundle, levels })
}

/** The root of the first `size` leaves of a stored tree of `treeSize`, from its tiles. Throws LOG_DAMAGED. */
export async function rootAt(objects: Objects, size: number, treeSize: number): Promise<Buffer> {
  return rootOf(await levelsAt(objects, size, treeSize))
}

export function expectRoot(head: Head, root: Buffer): void {
  if (!root.equals(head.root))
    throw damaged(`the root ${head.root.toString('base64')} of ${head.size} leaves`, root.toString('base64'))
}

/** The partial tiles that a tree of `size` has, cut out of those that one of `treeSize` has. */
async function levelsAt(objects: Objects, size: number, treeSize: number): Promise<Buffer[]> {
  const levels: Buffer[] = []
  for (let level = 0; TILE_WIDTH ** level <= size; level++) {
    const width = Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH
    const index = Math.floor(size / TILE_WIDTH ** (level + 1))
    const tile = width === 0 ? Buffer.alloc(0) : await readTile(objects, level, index, treeSize)
    levels.push(tile.subarray(0, width * HASH))
  }
  return levels
}

/** The hash in the tree of `size` leaves, a multiple of 256, that stands over its last 256. */
async function lastHash(objects: Objects, size: number): Promise<Buffer> {
  return (await readTile(objects, 1, Math.floor((size - 1) / TILE_WIDTH ** 2), size)).subarray(-HASH)
}

/** As wide as a tree of `treeSize` has it. */
async function readTile(objects: Objects, level: number, index: number, treeSize: number): Promise<Buffer> {
  const width = Math.min(TILE_WIDTH, Math.floor(treeSize / TILE_WIDTH ** level) - index * TILE_WIDTH)
  const name = tileName(level, index, width)
  const bytes = await objects.read(name)
  if (bytes?.length !== width * HASH)
    throw damaged(`${name} with ${width} hashes`, bytes ? `${bytes.length} octets` : 'nothing')
  return bytes
}

async function readBundle(objects: Objects, index: number, width: number): Promise<Buffer> {
  const name = bundleName(index, width)
  const bytes = await objects.read(name)
  if (!bytes || !isBundle(bytes, width))
    throw damaged(`${name} with ${width} leaves`, bytes ? `${bytes.length} octets` : 'nothing')
  return bytes
}

async function expectTile(objects: Objects, { name, bytes }: Part): Promise<void> {
  const stored = await objects.read(name)
  if (!stored?.equals(bytes)) throw damaged(`${name} to fit its leaves`, stored ? 'other hashes' : 'nothing')
}

export const damaged = (expected: string, got: string) =>
  new Fault('LOG_DAMAGED', `expected ${expected}, got ${got}`)
