import { leafHash } from '../../../schema/wire/audit-leaf.ts'
import { bundleName, encodeBundle, encodeTile, type Part, TILE_WIDTH, tileName } from './layout.ts'
import { perfectRoot, rootOf } from './merkle.ts'

/** As a tree of `size` leaves has them. */
export type EdgeParts = {
  size: number
  last: Uint8Array | null
  /** The leaves of the unfinished bundle. */
  tail: readonly Uint8Array[]
  /** The hashes of the unfinished tiles, from the leaves upwards. */
  levels: readonly (readonly Buffer[])[]
}

const NOTHING: EdgeParts = { size: 0, last: null, tail: [], levels: [] }

/**
 * The right edge of a growing tree: its unfinished tile at each level and the leaves of its unfinished bundle. That is all
 * a tree needs in order to grow and to give its root, however large it is: at most 255 leaves and 255 hashes a level.
 */
export class Edge {
  #size: number
  #last: Uint8Array | null
  #tail: Uint8Array[]
  #levels: Buffer[][]

  constructor({ size, last, tail, levels }: EdgeParts = NOTHING) {
    this.#size = size
    this.#last = last
    this.#tail = [...tail]
    this.#levels = levels.map((hashes) => [...hashes])
  }

  get size(): number {
    return this.#size
  }

  get lastLeaf(): Uint8Array | null {
    return this.#last
  }

  /** The leaves of the unfinished bundle. */
  get tail(): readonly Uint8Array[] {
    return this.#tail
  }

  root(): Buffer {
    return rootOf(this.#levels)
  }

  copy(): Edge {
    return new Edge({ size: this.#size, last: this.#last, tail: this.#tail, levels: this.#levels })
  }

  /** Grows by `leaves`; gives each bundle and each tile once it is full. Nothing grows that is not asked for. */
  *append(leaves: Iterable<Uint8Array>): Generator<Part> {
    for (const leaf of leaves) {
      this.#tail.push(leaf)
      this.#last = leaf
      this.#size += 1
      const full = this.#fill(leafHash(leaf))
      if (this.#tail.length < TILE_WIDTH) continue
      yield { name: bundleName(this.#size / TILE_WIDTH - 1), bytes: encodeBundle(this.#tail) }
      this.#tail = []
      yield* full
    }
  }

  /** The partial bundle and tiles of this size, except those that the tree had already at `since`. */
  *partials(since: Edge): Generator<Part> {
    if (this.#size === since.#size) return
    if (this.#tail.length > 0)
      yield {
        name: bundleName(Math.floor(this.#size / TILE_WIDTH), this.#tail.length),
        bytes: encodeBundle(this.#tail),
      }
    for (const [level, hashes] of this.#levels.entries()) {
      const span = TILE_WIDTH ** level
      if (hashes.length === 0 || Math.floor(this.#size / span) === Math.floor(since.#size / span)) continue
      const index = Math.floor(this.#size / span / TILE_WIDTH)
      yield { name: tileName(level, index, hashes.length), bytes: encodeTile(hashes) }
    }
  }

  /** Adds a leaf's hash; a tile that fills is given back and adds its own root to the level above. */
  #fill(leaf: Buffer): Part[] {
    const full: Part[] = []
    let next = leaf
    for (let level = 0; ; level++) {
      if (level === this.#levels.length) this.#levels.push([])
      const hashes = this.#levels[level]!
      hashes.push(next)
      if (hashes.length < TILE_WIDTH) return full
      full.push({
        name: tileName(level, this.#size / TILE_WIDTH ** (level + 1) - 1),
        bytes: encodeTile(hashes),
      })
      next = perfectRoot(hashes)
      this.#levels[level] = []
    }
  }
}
