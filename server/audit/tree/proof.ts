import { Fault } from '../../../schema/wire/fault.ts'
import { TILE_WIDTH, tileName } from './layout.ts'
import { HASH, rootOf } from './merkle.ts'
import type { Objects } from './objects.ts'
import { damaged } from './regrow.ts'

/** Leaves from the first number to before the second: a node of the tree, which RFC 6962 splits in its own way. */
type Span = [from: number, to: number]

/**
 * Gives the paths of RFC 6962, deepest hash first. `size` is at most that of the tree.
 *
 * @throws Fault LOG_DAMAGED where a tile that is needed is missing or cut short; BAD_INPUT where the tree has no such leaf.
 */
export type Prover = {
  /** Of the leaf at `index` in the first `size` leaves (§2.1.1). */
  inclusion(index: number, size: number): Promise<Buffer[]>
  /** That the first `size` leaves begin with the first `from` (§2.1.2). Empty where `from` is 0 or `size`. */
  consistency(from: number, size: number): Promise<Buffer[]>
}

/** Reads each tile of a published tree of `treeSize` once, however many paths go through it. */
export function proverOf(objects: Pick<Objects, 'read'>, treeSize: number): Prover {
  const tiles = new Map<string, Promise<Buffer>>()

  function tile(level: number, index: number): Promise<Buffer> {
    const place = `${level}/${index}`
    const reading = tiles.get(place) ?? readTile(objects, level, index, treeSize)
    tiles.set(place, reading)
    return reading
  }

  /** A node falls apart into full subtrees as a whole tree does, and those of one level lie side by side in one tile. */
  async function hashOf([from, to]: Span): Promise<Buffer> {
    const levels: Promise<Buffer>[] = []
    for (let level = 0; TILE_WIDTH ** level <= to - from; level++) {
      const end = Math.floor(to / TILE_WIDTH ** level)
      const width = Math.floor((to - from) / TILE_WIDTH ** level) % TILE_WIDTH
      const index = Math.floor((end - width) / TILE_WIDTH)
      const at = end - width - index * TILE_WIDTH
      const cut = (bytes: Buffer) => bytes.subarray(at * HASH, (at + width) * HASH)
      levels.push(width === 0 ? Promise.resolve(Buffer.alloc(0)) : tile(level, index).then(cut))
    }
    return rootOf(await Promise.all(levels))
  }

  const expect = (holds: boolean) => {
    if (!holds) throw new Fault('BAD_INPUT', `expected a leaf and a size within ${treeSize}, got others`)
  }

  return {
    async inclusion(index, size) {
      expect(0 <= index && index < size && size <= treeSize)
      return Promise.all(besidePath(index, size).map(hashOf))
    },
    async consistency(from, size) {
      expect(0 <= from && from <= size && size <= treeSize)
      return Promise.all(from === 0 ? [] : besideSubtree(from, size).map(hashOf))
    },
  }
}

/** PATH(m, D[n]): the other half at each split on the way down to the leaf. */
function besidePath(index: number, size: number): Span[] {
  const beside: Span[] = []
  let [from, to]: Span = [0, size]
  while (to - from > 1) {
    const split = from + splitOf(to - from)
    if (index < split) {
      beside.push([split, to])
      to = split
    } else {
      beside.push([from, split])
      from = split
    }
  }
  return beside.reverse()
}

/** PROOF(m, D[n]): the same down to the last node of the older tree, which is left out where it is the whole of it. */
function besideSubtree(older: number, size: number): Span[] {
  const beside: Span[] = []
  let [from, to]: Span = [0, size]
  while (older < to) {
    const split = from + splitOf(to - from)
    if (older <= split) {
      beside.push([split, to])
      to = split
    } else {
      beside.push([from, split])
      from = split
    }
  }
  if (from > 0) beside.push([from, to])
  return beside.reverse()
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

/** A partial tile may be gone once its full one stands, which begins with the same hashes. */
async function readTile(
  objects: Pick<Objects, 'read'>,
  level: number,
  index: number,
  treeSize: number,
): Promise<Buffer> {
  const width = Math.min(TILE_WIDTH, Math.floor(treeSize / TILE_WIDTH ** level) - index * TILE_WIDTH)
  const name = tileName(level, index, width)
  const partial = await objects.read(name)
  const bytes = partial ?? (width < TILE_WIDTH ? await objects.read(tileName(level, index)) : null)
  if (bytes?.length === (partial ? width : TILE_WIDTH) * HASH) return bytes
  throw damaged(`${name} with ${width} hashes`, bytes ? `${bytes.length} octets` : 'nothing')
}
