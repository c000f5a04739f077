import { entrySizeOf, mostOfBundle, readBundle, readHashes, rootOfFull } from './entries.ts'
import { readPart } from './read-part.ts'
import type { LogSource } from './source.ts'
import { bundlePath, TILE_WIDTH, tilePath, widthAt } from './tile.ts'
import {
  broken,
  HASH_SIZE,
  type Head,
  hashLeaf,
  hashNode,
  isConsistent,
  isPowerOfTwo,
  rootByInclusion,
  same,
  splitOf,
} from './tree.ts'

export type Prover = {
  /** The octets of an entry and the path from its hash to the root. @throws Fault LOG where the tiles don't give one */
  inclusion(index: number): Promise<{ entry: Buffer; path: Uint8Array[] }>
  /** The proof that an older tree of the log is its beginning, or null where it isn't. @throws Fault LOG */
  consistency(older: Head): Promise<Uint8Array[] | null>
  /** As RFC 6962's, but with the node it starts from always there: see `rootsByConsistency`. */
  wholeConsistency(from: number): Promise<Uint8Array[]>
}

/** Makes proofs from the tiles of a log, to the root of a checkpoint whose signature was checked before. */
export function proverOf(source: LogSource, head: Head & { origin: string }): Prover {
  const { size, root } = head
  const tiles = new Map<string, Promise<Buffer[]>>()

  async function loadTile(level: number, index: number): Promise<Buffer[]> {
    const width = widthAt(level, index, size)
    const path = (wide: number) => tilePath({ level, index, width: wide })
    const { bytes } = await readPart(source, path, width, width * HASH_SIZE)
    return readHashes(bytes.subarray(0, Math.max(width, 1) * HASH_SIZE), width, path(width))
  }

  function tile(level: number, index: number): Promise<Buffer[]> {
    const name = `${level}/${index}`
    const loading = tiles.get(name) ?? loadTile(level, index)
    tiles.set(name, loading)
    return loading
  }

  /** The root over the leaves from `from` to before `to`, as RFC 6962 splits them. */
  async function rootOver(from: number, to: number): Promise<Uint8Array> {
    const count = to - from
    if (isPowerOfTwo(count) && from % count === 0) return fullRoot(from, count)
    const split = from + splitOf(count)
    return hashNode(await rootOver(from, split), await rootOver(split, to))
  }

  async function fullRoot(from: number, count: number): Promise<Uint8Array> {
    const level = Math.floor(Math.log2(count) / 8)
    const leaves = TILE_WIDTH ** level
    const first = from / leaves
    const hashes = await tile(level, Math.floor(first / TILE_WIDTH))
    return rootOfFull(hashes.slice(first % TILE_WIDTH, (first % TILE_WIDTH) + count / leaves))
  }

  async function pathTo(index: number, from: number, to: number): Promise<Uint8Array[]> {
    if (to - from === 1) return []
    const split = from + splitOf(to - from)
    return index < split
      ? [...(await pathTo(index, from, split)), await rootOver(split, to)]
      : [...(await pathTo(index, split, to)), await rootOver(from, split)]
  }

  /** `isKnown` while the subtree is the whole older tree, whose root whoever checks has. */
  async function since(older: number, from: number, to: number, isKnown: boolean): Promise<Uint8Array[]> {
    if (older === to - from) return isKnown ? [] : [await rootOver(from, to)]
    const width = splitOf(to - from)
    const split = from + width
    return older <= width
      ? [...(await since(older, from, split, isKnown)), await rootOver(split, to)]
      : [...(await since(older - width, split, to, false)), await rootOver(from, split)]
  }

  return {
    async inclusion(index) {
      if (index >= size) throw broken(`expected an entry below ${size}, got ${index}`)
      const entrySize = entrySizeOf(head.origin)
      const at = Math.floor(index / TILE_WIDTH)
      const width = widthAt(0, at, size)
      const pathOf = (wide: number) => bundlePath({ index: at, width: wide })
      const { bytes } = await readPart(source, pathOf, width, mostOfBundle(width, entrySize))
      const entry = readBundle(bytes, null, entrySize, pathOf(width))[index % TILE_WIDTH]
      if (!entry) throw broken(`expected entry ${index} in ${pathOf(width)}, got none`)
      const path = await pathTo(index, 0, size)
      const led = rootByInclusion({ index, size }, hashLeaf(entry), path)
      if (led === null || !same(led, root))
        throw broken(`expected tiles that lead from entry ${index} to the root, got others`)
      return { entry, path }
    },
    async consistency(older) {
      if (older.size > size) return null
      const path = older.size === 0 || older.size === size ? [] : await since(older.size, 0, size, true)
      return isConsistent(older, head, path) ? path : null
    },
    wholeConsistency: (from) => since(from, 0, size, false),
  }
}
