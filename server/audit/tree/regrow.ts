import { leafHash } from '../../../schema/wire/audit-leaf.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import type { Head } from './checkpoint.ts'
import { Edge } from './edge.ts'
import { bundleName, decodeBundle, decodeTile, type Part, TILE_WIDTH, tileName } from './layout.ts'
import { perfectRoot, rootOf } from './merkle.ts'
import type { Objects } from './objects.ts'

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
  leaves: readonly Uint8Array[] | null = null,
): Promise<Edge> {
  const edge = from.copy()
  while (edge.size < size) {
    const index = Math.floor(edge.size / TILE_WIDTH)
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    const stored = await readBundle(objects, index, width)
    const known = edge.tail.length
    for (const [at, leaf] of stored.entries()) {
      const wanted = at < known ? edge.tail[at] : leaves?.[index * TILE_WIDTH + at - from.size]
      if (wanted && !leaf.equals(wanted))
        throw damaged(`leaf ${index * TILE_WIDTH + at} as it was handed over`, 'another')
    }
    for (const part of edge.append(stored.slice(known))) await expectTile(objects, part)
  }
  for (const part of edge.partials(from)) await expectTile(objects, part)
  return edge
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
  const leaves = await readBundle(objects, index, width)
  const hashes = leaves.map(leafHash)
  const full = width === TILE_WIDTH
  const expected = full ? [await lastHash(objects, size)] : levels[0]!
  for (const [at, hash] of (full ? [perfectRoot(hashes)] : hashes).entries())
    if (!hash.equals(expected[at]!))
      throw damaged(`${bundleName(index, width)} to fit its tile`, 'other leaves')
  return new Edge({ size, last: leaves.at(-1)!, tail: full ? [] : leaves, levels })
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
async function levelsAt(objects: Objects, size: number, treeSize: number): Promise<Buffer[][]> {
  const levels: Buffer[][] = []
  for (let level = 0; TILE_WIDTH ** level <= size; level++) {
    const width = Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH
    const index = Math.floor(size / TILE_WIDTH ** (level + 1))
    const tile = width === 0 ? [] : await readTile(objects, level, index, treeSize)
    levels.push(tile.slice(0, width))
  }
  return levels
}

/** The hash in the tree of `size` leaves, a multiple of 256, that stands over its last 256. */
async function lastHash(objects: Objects, size: number): Promise<Buffer> {
  return (await readTile(objects, 1, Math.floor((size - 1) / TILE_WIDTH ** 2), size)).at(-1)!
}

/** As wide as a tree of `treeSize` has it. */
async function readTile(objects: Objects, level: number, index: number, treeSize: number): Promise<Buffer[]> {
  const width = Math.min(TILE_WIDTH, Math.floor(treeSize / TILE_WIDTH ** level) - index * TILE_WIDTH)
  const name = tileName(level, index, width)
  const bytes = await objects.read(name)
  const tile = bytes && decodeTile(bytes, width)
  if (!tile) throw damaged(`${name} with ${width} hashes`, bytes ? `${bytes.length} octets` : 'nothing')
  return tile
}

async function readBundle(objects: Objects, index: number, width: number): Promise<Buffer[]> {
  const name = bundleName(index, width)
  const bytes = await objects.read(name)
  const leaves = bytes && decodeBundle(bytes, width)
  if (!leaves) throw damaged(`${name} with ${width} leaves`, bytes ? `${bytes.length} octets` : 'nothing')
  return leaves
}

/** The bundles are not read again: the tiles are made of what was read of them. */
async function expectTile(objects: Objects, { name, bytes }: Part): Promise<void> {
  if (name.startsWith('tile/entries/')) return
  const stored = await objects.read(name)
  if (!stored?.equals(bytes)) throw damaged(`${name} to fit its leaves`, stored ? 'other hashes' : 'nothing')
}

export const damaged = (expected: string, got: string) =>
  new Fault('LOG_DAMAGED', `expected ${expected}, got ${got}`)
