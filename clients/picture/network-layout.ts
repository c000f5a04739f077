import type { Point } from './svg.ts'

/** The room of one node with its label, in pixels. */
export const CELL = { width: 136, height: 92 } as const

/** Coordinates by id, as they are kept beside a picture so that the next one does not jump. */
export type Places = Readonly<Record<string, Point>>

export type LayoutInput = {
  /** Ids layer by layer, from the top. */
  layers: readonly (readonly string[])[]
  /** Who is tied to whom; direction does not matter, nor how often. */
  ties: readonly (readonly [string, string])[]
  /** Coordinates that are taken as they are. */
  kept?: Places | undefined
}

/**
 * Coordinates of the middle of every node, in a grid whose first cell has its middle at half a cell. A layer that is too
 * wide goes on in further rows. Depends on ids and ties only, never on the order in which they come. What `kept` names
 * stays where it is; what is new stands in free cells of its layer's rows, nearest to what it is tied to.
 * Time O(sweeps · (nodes log nodes + ties)).
 */
export function layOut({ layers, ties, kept = {} }: LayoutInput): Map<string, Point> {
  const sorted = layers.map((layer) => [...new Set(layer)].sort(byId))
  const near = neighbours(sorted, ties)
  const known = sorted.flat().filter((id) => Object.hasOwn(kept, id))
  if (known.length > 0) return besideKept(sorted, near, kept)
  return grid(fewestCrossings(sorted, near))
}

const byId = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

type Near = Map<string, string[]>

function neighbours(layers: readonly string[][], ties: LayoutInput['ties']): Near {
  const near = new Map(layers.flat().map((id) => [id, new Set<string>()]))
  for (const [from, to] of ties) {
    if (from === to) continue
    near.get(from)?.add(to)
    near.get(to)?.add(from)
  }
  // Sums of floats depend on their order: always that of the ids.
  return new Map([...near].map(([id, ids]) => [id, [...ids].filter((one) => near.has(one)).sort(byId)]))
}

/** Cells of the grid; rows and columns are counted from 0, columns may be halves: a row stands in the middle. */
type Cells = Map<string, Point>

/** How many nodes a row takes: no fewer than eight, and about as many rows as the page is wide. */
const columnsOf = (count: number): number => Math.min(40, Math.max(8, Math.ceil(Math.sqrt(count) * 1.3)))

function cellsOf(layers: readonly string[][]): Cells {
  const most = columnsOf(layers.reduce((sum, { length }) => sum + length, 0))
  const widest = Math.min(most, Math.max(0, ...layers.map(({ length }) => length)))
  const cells: Cells = new Map()
  let row = 0
  for (const [at, layer] of layers.entries()) {
    const rows = Math.ceil(layer.length / most)
    const columns = Math.ceil(layer.length / Math.max(1, rows))
    for (const [i, id] of layer.entries()) {
      // Column by column: who stands beside each other in the order stays so in several rows.
      const [column, below] = [Math.floor(i / rows), i % rows]
      cells.set(id, { x: leftOf(at, widest - columns) + column, y: row + below })
    }
    row += rows
  }
  return cells
}

/** Narrow layers stand now left, now right of the middle: one below the other, each would hide the lines of the next. */
const FAN = [0, 0.45, -0.45, 0.9, -0.9]
const leftOf = (layer: number, free: number): number =>
  free / 2 + Math.round((free / 2) * FAN[layer % FAN.length]!)

const SWEEPS = 16

/**
 * The order of each layer by barycentres (Sugiyama, Tagawa, Toda 1981): down and up in turn, each node goes to the mean
 * of its neighbours' columns. The order with the shortest lines of all sweeps is kept.
 */
function fewestCrossings(layers: readonly string[][], near: Near): string[][] {
  let order = layers.map((layer) => [...layer])
  let best = order
  let least = lengthOf(cellsOf(order), near)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    order = swept(order, near, sweep % 2 === 0)
    const length = lengthOf(cellsOf(order), near)
    if (length >= least) continue
    best = order
    least = length
  }
  return best
}

function swept(layers: readonly string[][], near: Near, isDown: boolean): string[][] {
  const next = layers.map((layer) => [...layer])
  const numbers = isDown ? [...next.keys()] : [...next.keys()].reverse()
  for (const i of numbers) {
    const cells = cellsOf(next)
    const middle = new Map(next[i]!.map((id) => [id, barycentre(id, near, cells)]))
    next[i] = next[i]!.sort((a, b) => middle.get(a)! - middle.get(b)! || byId(a, b))
  }
  return next
}

function barycentre(id: string, near: Near, cells: Map<string, Point>): number {
  const ids = near.get(id)!
  if (ids.length === 0) return cells.get(id)!.x
  return ids.reduce((sum, one) => sum + cells.get(one)!.x, 0) / ids.length
}

function lengthOf(cells: Cells, near: Near): number {
  let sum = 0
  for (const [id, ids] of near)
    for (const other of ids) if (id < other) sum += Math.abs(cells.get(id)!.x - cells.get(other)!.x)
  return sum
}

const grid = (layers: readonly string[][]): Map<string, Point> =>
  new Map([...cellsOf(layers)].map(([id, cell]) => [id, middleOf(cell)]))

const middleOf = ({ x, y }: Point): Point => ({ x: (x + 0.5) * CELL.width, y: (y + 0.5) * CELL.height })

/** New nodes beside those whose place is kept, in the order of layers and ids. */
function besideKept(layers: readonly string[][], near: Near, kept: Places): Map<string, Point> {
  const found = new Map<string, Point>()
  for (const id of layers.flat()) if (Object.hasOwn(kept, id)) found.set(id, kept[id]!)
  // Who is not in this picture may be in the next: his place stays free.
  const taken = Object.values(kept)
  let lowest = Math.max(...taken.map(({ y }) => y))
  for (const layer of layers) {
    const rows = layer.flatMap((id) => found.get(id)?.y ?? [])
    if (rows.length < layer.length && rows.length === 0) lowest += CELL.height
    const y = rows.length > 0 ? Math.max(...rows) : lowest
    for (const id of layer) {
      if (found.has(id)) continue
      const wanted = meanX(near.get(id)!, found)
      const place = { x: freeNear(wanted, y, taken), y }
      taken.push(place)
      found.set(id, place)
    }
  }
  return found
}

function meanX(ids: readonly string[], found: ReadonlyMap<string, Point>): number {
  const xs = ids.flatMap((id) => found.get(id)?.x ?? [])
  return xs.length === 0 ? CELL.width / 2 : xs.reduce((sum, x) => sum + x, 0) / xs.length
}

/** The free column of a row that is nearest to `wanted`, of two as near the left one. */
function freeNear(wanted: number, y: number, taken: readonly Point[]): number {
  const column = Math.max(0, Math.round(wanted / CELL.width - 0.5))
  const blocking = taken.filter((one) => Math.abs(one.y - y) < CELL.height)
  for (let away = 0; ; away++)
    for (const at of away === 0 ? [column] : [column - away, column + away]) {
      const x = (at + 0.5) * CELL.width
      if (at >= 0 && blocking.every((one) => Math.abs(one.x - x) >= CELL.width)) return x
    }
}
