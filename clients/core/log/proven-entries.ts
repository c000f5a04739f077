import { entrySizeOf, leafHashes, mostOfBundle, readBundle, readHashes, rootOfFull } from './entries.ts'
import { readPart } from './read-part.ts'
import type { LogSource } from './source.ts'
import { bundlePath, edgeOf, TILE_WIDTH, tilePath, widthAt } from './tile.ts'
import { broken, Frontier, HASH_SIZE, type Head, same } from './tree.ts'

/** The entries of a log, a bundle of up to 256 at a time. */
export type ProvenEntries = {
  /** Each is seen to make the root that was signed. @throws Fault LOG where they do not; UNREACHABLE */
  bundle(index: number): Promise<Buffer[]>
}

/**
 * Reads entries from the tiles of a log, below a checkpoint whose signature was checked before. Its right edge is read at
 * once and makes the root; every tile left of it makes a hash of the tile above it. Whoever asks for some entries reads
 * their bundles and the tiles above, each once, instead of the whole log.
 * @throws Fault LOG where the edge does not make the root
 */
export async function openProvenEntries(
  source: LogSource,
  { size, origin, root }: Head & { origin: string },
): Promise<ProvenEntries> {
  const entrySize = entrySizeOf(origin)
  const edge = await provenEdge(source, { size, root })
  const tiles = new Map<string, Promise<Buffer[]>>()

  async function load(level: number, index: number): Promise<Buffer[]> {
    if (widthAt(level, index, size) < TILE_WIDTH) return edge.get(level)!
    const path = tilePath({ level, index, width: TILE_WIDTH })
    const hashes = readHashes(await source.read(path, TILE_WIDTH * HASH_SIZE), TILE_WIDTH, path)
    await expectAbove({ level, index, path }, hashes)
    return hashes
  }

  function tile(level: number, index: number): Promise<Buffer[]> {
    const name = `${level}/${index}`
    const loading = tiles.get(name) ?? load(level, index)
    tiles.set(name, loading)
    return loading
  }

  /** A full tile makes one hash of the tile above it. */
  async function expectAbove({ level, index, path }: Place, hashes: readonly Uint8Array[]): Promise<void> {
    const above = await tile(level + 1, Math.floor(index / TILE_WIDTH))
    if (!same(rootOfFull(hashes), above[index % TILE_WIDTH]!))
      throw broken(`expected ${path} to make the hash above it, got another`)
  }

  return {
    async bundle(index) {
      const width = widthAt(0, index, size)
      if (width === 0) throw broken(`expected a bundle below ${size} entries, got ${index}`)
      const pathOf = (wide: number) => bundlePath({ index, width: wide })
      const path = pathOf(width)
      const { bytes } = await readPart(source, pathOf, width, mostOfBundle(width, entrySize))
      const entries = readBundle(bytes, null, entrySize, path).slice(0, width)
      if (entries.length < width) throw broken(`expected ${width} entries in ${path}, got ${entries.length}`)
      const hashes = leafHashes(entries)
      if (width === TILE_WIDTH) await expectAbove({ level: 0, index, path }, hashes)
      else if (!hashes.every((hash, i) => same(hash, edge.get(0)![i]!)))
        throw broken(`expected ${path} to make the hashes of its tile, got others`)
      return entries
    },
  }
}

type Place = { level: number; index: number; path: string }

/** The partial tile of each level, which no tile above speaks of: together they make the root. */
async function provenEdge(source: LogSource, { size, root }: Head): Promise<Map<number, Buffer[]>> {
  const edge = new Map<number, Buffer[]>()
  const frontier = new Frontier()
  for (const { level, index, width } of edgeOf(size).toReversed()) {
    if (width === TILE_WIDTH) continue
    const pathOf = (wide: number) => tilePath({ level, index, width: wide })
    const { bytes } = await readPart(source, pathOf, width, width * HASH_SIZE)
    const hashes = readHashes(bytes.subarray(0, width * HASH_SIZE), width, pathOf(width))
    for (const hash of hashes) frontier.add(hash, TILE_WIDTH ** level)
    edge.set(level, hashes)
  }
  if (!same(frontier.root(), root))
    throw broken(`expected the tiles at the edge to make the root of ${size} leaves, got another`)
  return edge
}
