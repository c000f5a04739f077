import { beyondEdge, checkOlderParts } from './beside.ts'
import {
  type EntrySize,
  entrySizeOf,
  expectSame,
  leafHashes,
  mostOfBundle,
  readBundle,
  readHashes,
  rootOfFull,
} from './entries.ts'
import { readPart } from './read-part.ts'
import type { LogSource } from './source.ts'
import { bundlePath, edgeOf, hashesAt, TILE_WIDTH, type Tile, tilePath, widthAt } from './tile.ts'
import { broken, Frontier, HASH_SIZE, type Head, same } from './tree.ts'

export type Checked = {
  /** Resources that lie beyond the checkpoint: nobody has signed them. */
  beyond: string[]
}

/** So many tiles are on their way while one is checked. */
const AHEAD = 8

/**
 * Reads the whole log below a checkpoint and makes its root again from the entries: every hash of every tile is the one
 * that the entries make, nothing is missing, and no file holds more than it should. The right edge is read first, for
 * a log that goes on growing lets its partial tiles go; then the full ones that took their place begin as they did. `step` is
 * told how many leaves are done; `seen` is shown the entries, in their order, of which nothing is proven before this resolves.
 *
 * @throws Fault LOG, naming what is wrong first; UNREACHABLE
 */
export async function checkLog(
  source: LogSource,
  head: Head & { origin: string },
  step: (leaves: number) => void = () => {},
  seen: (entries: readonly Buffer[]) => void = () => {},
): Promise<Checked> {
  const { size } = head
  const store = await openEdge(source, size, entrySizeOf(head.origin))
  const tiles = new TileCheck(store)
  const frontier = new Frontier()
  const last = Math.ceil(size / TILE_WIDTH)
  const coming: Promise<Loaded>[] = []
  for (let index = 0, asked = 0; index < last; index++) {
    for (; asked < last && asked < index + AHEAD; asked++) coming.push(quietly(store.load(asked)))
    const { width, entries, hashes } = await coming.shift()!
    const computed = leafHashes(entries)
    expectSame(computed, hashes, { level: 0, index, path: tilePath({ level: 0, index, width }) })
    await store.checkBeside(index, computed, entries)
    seen(entries)
    if (width === TILE_WIDTH) {
      const root = rootOfFull(computed)
      frontier.add(root, TILE_WIDTH)
      await tiles.add(1, root)
    } else for (const hash of computed) frontier.add(hash)
    step(Math.min(size, (index + 1) * TILE_WIDTH))
  }
  await tiles.finish()
  if (!same(frontier.root(), head.root))
    throw broken(`expected the root that ${size} entries make, got another`)
  return { beyond: await beyondEdge(source, size) }
}

type Loaded = { width: number; entries: Buffer[]; hashes: Buffer[] }
type Store = Awaited<ReturnType<typeof openEdge>>

/** A fault of what is read ahead waits until its turn comes. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** Reads the right edge, and from there on whatever is asked for. */
async function openEdge(source: LogSource, size: number, entrySize: EntrySize) {
  const edge = new Map<string, Promise<Buffer[]>>()

  async function readTile({ level, index, width }: Tile): Promise<Buffer[]> {
    const pathOf = (wide: number) => tilePath({ level, index, width: wide })
    const { bytes, isFull } = await readPart(source, pathOf, width, width * HASH_SIZE)
    return readHashes(bytes, isFull ? TILE_WIDTH : width, pathOf(width)).slice(0, width)
  }

  async function readEntries({ index, width }: Omit<Tile, 'level'>): Promise<Buffer[]> {
    const pathOf = (wide: number) => bundlePath({ index, width: wide })
    const { bytes, isFull } = await readPart(source, pathOf, width, mostOfBundle(width, entrySize))
    return readBundle(bytes, isFull ? TILE_WIDTH : width, entrySize, pathOf(width)).slice(0, width)
  }

  for (const tile of edgeOf(size)) {
    edge.set(tilePath(tile), Promise.resolve(await readTile(tile)))
    if (tile.level === 0) edge.set(bundlePath(tile), Promise.resolve(await readEntries(tile)))
  }

  function hashes(level: number, index: number): Promise<Buffer[]> {
    const tile = { level, index, width: widthAt(level, index, size) }
    return edge.get(tilePath(tile)) ?? readTile(tile)
  }

  return {
    size,
    hashes,
    async load(index: number): Promise<Loaded> {
      const width = widthAt(0, index, size)
      const bundle = edge.get(bundlePath({ index, width })) ?? readEntries({ index, width })
      const [entries, tile] = await Promise.all([bundle, hashes(0, index)])
      return { width, entries, hashes: tile }
    },
    checkBeside: (index: number, leaves: readonly Buffer[], entries: readonly Buffer[]) =>
      checkOlderParts(source, { level: 0, index }, leaves, entries),
    checkAbove: (level: number, index: number, nodes: readonly Uint8Array[]) =>
      checkOlderParts(source, { level, index }, nodes),
  }
}

/** The tiles above the leaves, made again from below. It holds no more than one tile of each level. */
class TileCheck {
  readonly #store: Store
  readonly #levels: { index: number; nodes: Uint8Array[] }[] = []

  constructor(store: Store) {
    this.#store = store
  }

  async add(level: number, node: Uint8Array): Promise<void> {
    this.#levels[level] ??= { index: 0, nodes: [] }
    const tile = this.#levels[level]
    tile.nodes.push(node)
    if (tile.nodes.length < TILE_WIDTH) return
    await this.#check(level)
    await this.add(level + 1, rootOfFull(tile.nodes))
    this.#levels[level] = { index: tile.index + 1, nodes: [] }
  }

  async finish(): Promise<void> {
    for (let level = 1; hashesAt(level, this.#store.size) > 0; level++)
      if (this.#levels[level]!.nodes.length > 0) await this.#check(level)
  }

  async #check(level: number): Promise<void> {
    const { index, nodes } = this.#levels[level]!
    const path = tilePath({ level, index, width: nodes.length })
    expectSame(nodes, await this.#store.hashes(level, index), { level, index, path })
    await this.#store.checkAbove(level, index, nodes)
  }
}
