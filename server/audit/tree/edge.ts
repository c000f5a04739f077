import { bundleName, type Part, putLeaf, roomOf, TILE_WIDTH, tileName } from './layout.ts'
import { HASH, putLeafHash, putPerfectRoot, rootOf } from './merkle.ts'

/** As a tree of `size` leaves has them. */
export type EdgeParts = {
  size: number
  last: Uint8Array | null
  /** The unfinished bundle. */
  tail: Buffer
  /** The unfinished tiles, from the leaves upwards. */
  levels: readonly Buffer[]
}

/** Room that is used again and again, and how many octets of it are there. */
type Growing = { room: Buffer; end: number }

/**
 * The right edge of a growing tree: its unfinished tile at each level and its unfinished bundle. That is all a tree needs
 * in order to grow and to give its root, however large it is: at most 255 leaves and 255 hashes a level.
 */
export class Edge {
  #size = 0
  #last: Uint8Array | null = null
  #tail: Growing = { room: Buffer.alloc(0), end: 0 }
  #levels: Growing[] = []

  constructor(parts?: EdgeParts) {
    if (parts) this.#become(parts)
  }

  get size(): number {
    return this.#size
  }

  get lastLeaf(): Uint8Array | null {
    return this.#last
  }

  /** The unfinished bundle, until the edge grows. */
  get tail(): Buffer {
    return seen(this.#tail)
  }

  root(): Buffer {
    return rootOf(this.#levels.map(seen))
  }

  /** Takes the form of another edge, in the room it has. */
  become(other: Edge): this {
    return this.#become({
      size: other.#size,
      last: other.#last,
      tail: other.tail,
      levels: other.#levels.map(seen),
    })
  }

  #become({ size, last, tail, levels }: EdgeParts): this {
    this.#size = size
    this.#last = last
    fill(this.#tail, tail)
    while (this.#levels.length < levels.length) this.#levels.push(newTile())
    this.#levels.length = levels.length
    for (const [level, hashes] of levels.entries()) fill(this.#levels[level]!, hashes)
    return this
  }

  /** Grows by `leaves`; gives each tile once it is full, and before it its bundle. Nothing grows that is not asked for. */
  *append(leaves: Iterable<Uint8Array>, bundles = true): Generator<Part> {
    for (const leaf of leaves) {
      makeRoom(this.#tail, roomOf(leaf))
      putLeaf(leaf, this.#tail.room, this.#tail.end)
      this.#tail.end += roomOf(leaf)
      this.#last = leaf
      this.#size += 1
      this.#addHash(leaf)
      if (this.#size % TILE_WIDTH !== 0) continue
      const bundle = bundles
        ? [{ name: bundleName(this.#size / TILE_WIDTH - 1), bytes: Buffer.from(this.tail) }]
        : []
      this.#tail.end = 0
      yield* bundle
      yield* this.#fullTiles()
    }
  }

  /** The partial bundle and tiles of this size, except those that the tree had already at `since`. */
  *partials(since: Edge, bundles = true): Generator<Part> {
    if (this.#size === since.#size) return
    const width = this.#size % TILE_WIDTH
    if (bundles && width > 0)
      yield { name: bundleName(Math.floor(this.#size / TILE_WIDTH), width), bytes: Buffer.from(this.tail) }
    for (const [level, tile] of this.#levels.entries()) {
      const span = TILE_WIDTH ** level
      if (tile.end === 0 || Math.floor(this.#size / span) === Math.floor(since.#size / span)) continue
      const index = Math.floor(this.#size / span / TILE_WIDTH)
      yield { name: tileName(level, index, tile.end / HASH), bytes: Buffer.from(seen(tile)) }
    }
  }

  #addHash(leaf: Uint8Array): void {
    if (this.#levels.length === 0) this.#levels.push(newTile())
    const tile = this.#levels[0]!
    putLeafHash(leaf, tile.room, tile.end)
    tile.end += HASH
  }

  /** Each full tile adds its own root to the level above, which may fill by it. */
  *#fullTiles(): Generator<Part> {
    for (let level = 0; ; level++) {
      const tile = this.#levels[level]!
      if (tile.end < tile.room.length) return
      const name = tileName(level, this.#size / TILE_WIDTH ** (level + 1) - 1)
      const bytes = Buffer.from(tile.room)
      if (level + 1 === this.#levels.length) this.#levels.push(newTile())
      const above = this.#levels[level + 1]!
      putPerfectRoot(bytes, above.room, above.end)
      above.end += HASH
      tile.end = 0
      yield { name, bytes }
    }
  }
}

const newTile = (): Growing => ({ room: Buffer.alloc(TILE_WIDTH * HASH), end: 0 })

const seen = ({ room, end }: Growing) => room.subarray(0, end)

function fill(growing: Growing, bytes: Buffer): void {
  growing.end = 0
  makeRoom(growing, bytes.length)
  growing.end = bytes.copy(growing.room)
}

function makeRoom(growing: Growing, more: number): void {
  const { room, end } = growing
  if (end + more <= room.length) return
  growing.room = Buffer.alloc(Math.max(2 * room.length, end + more))
  room.copy(growing.room, 0, 0, end)
}
