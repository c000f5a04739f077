// Where a log keeps what (C2SP tlog-tiles): hashes and entries in files of at most 256.

export const TILE_WIDTH = 256
const TILE_HEIGHT = 8

/** So many hashes of one level stand side by side in a file; fewer than 256 at the right edge only. */
export type Tile = { level: number; index: number; width: number }

/** `x001/x234/067` for 1234067. */
function pathOf(index: number): string {
  const parts = [String(index % 1_000).padStart(3, '0')]
  for (let rest = Math.floor(index / 1_000); rest > 0; rest = Math.floor(rest / 1_000))
    parts.unshift(`x${String(rest % 1_000).padStart(3, '0')}`)
  return parts.join('/')
}

const suffixOf = (width: number) => (width === TILE_WIDTH ? '' : `.p/${width}`)

export const tilePath = ({ level, index, width }: Tile): string =>
  `tile/${level}/${pathOf(index)}${suffixOf(width)}`

/** Where the entries of a tile of level 0 are. */
export const bundlePath = ({ index, width }: Omit<Tile, 'level'>): string =>
  `tile/entries/${pathOf(index)}${suffixOf(width)}`

/** How many hashes of a level a log of `size` leaves has: each stands for 256^level of them, all there. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / 2 ** (TILE_HEIGHT * level))

/** How many hashes the tile at `index` of a level holds in a log of `size` leaves: 0 where there is none. */
export const widthAt = (level: number, index: number, size: number): number =>
  Math.max(0, Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH))

/** The right edge of a log: the last tile of each level, full or not. */
export function edgeOf(size: number): Tile[] {
  const edge: Tile[] = []
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const index = Math.floor((hashesAt(level, size) - 1) / TILE_WIDTH)
    edge.push({ level, index, width: widthAt(level, index, size) })
  }
  return edge
}
