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
import type { LogSource } from './source.ts'
import { bundlePath, edgeOf, hashesAt, TILE_WIDTH, tilePath, widthAt } from './tile.ts'
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
 * a log that goes on growing may let its partial tiles go. `step` is told how many leaves are done; `seen` is shown the entries,
 * in their order, of which nothing is proven before this resolves.
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
  const edge = new Map<string, Buffer>()
  const fetch = async (path: string, most: number) => edge.get(path) ?? (await source.read(path, most))
  for (const tile of edgeOf(size)) {
    const path = tilePath(tile)
    edge.set(path, await source.read(path, tile.width * HASH_SIZE))
    if (tile.level > 0) continue
    const bundle = bundlePath(tile)
    edge.set(bundle, await source.read(bundle, mostOfBundle(tile.width, entrySize)))
  }

  async function hashes(level: number, index: number): Promise<Buffer[]> {
    const width = widthAt(level, index, size)
    const path = tilePath({ level, index, width })
    return readHashes(await fetch(path, width * HASH_SIZE), width, path)
  }

  return {
    size,
    hashes,
    async load(index: number): Promise<Loaded> {
      const width = widthAt(0, index, size)
      const path = bundlePath({ index, width })
      const [bundle, tile] = await Promise.all([
        fetch(path, mostOfBundle(width, entrySize)),
        hashes(0, index),
      ])
      return { width, entries: readBundle(bundle, width, entrySize, path), hashes: tile }
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
