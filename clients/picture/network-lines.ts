import { PAPERS } from './colours.ts'
import { CELL } from './network-layout.ts'
import { endMark, GAP, type LineStyle, RADIUS, styleOf } from './network-styles.ts'
import { el, type Markup, num, type Point, written } from './svg.ts'

/** What a picture needs to know of a claim between two entities. */
export type PictureClaim = {
  id: string
  type: string
  from: string
  to: string
  basis: string
  source: string
  information: string
  handling: readonly string[]
  sensitivity: string
  level?: string | null | undefined
}

/** Claims of one type between the same two: one line. */
export type Line = { type: string; from: string; to: string; claims: PictureClaim[]; isFirm: boolean }

/**
 * A line is firm when one of its claims is a fact (law 8: an assessment never is) from source A or B with information 1
 * to 3; else it is dashed. C and X are unreliable or untried, and 4 cannot be judged.
 */
export const isFirm = ({
  basis,
  source,
  information,
}: Pick<PictureClaim, 'basis' | 'source' | 'information'>): boolean =>
  basis === 'FACT' && ['A', 'B'].includes(source) && ['N1', 'N2', 'N3'].includes(information)

/** Lines of claims, in an order that depends on the claims only. Of mutual types the direction is not told apart. */
export function linesOf(claims: readonly PictureClaim[]): Line[] {
  const lines = Map.groupBy(claims, ({ type, from, to }) => {
    const ends = styleOf(type).isMutual && to < from ? [to, from] : [from, to]
    return JSON.stringify([...ends, type])
  })
  return [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, all]) => {
      const [from, to, type] = JSON.parse(key) as [string, string, string]
      return { type, from, to, claims: all, isFirm: all.some(isFirm) }
    })
}

/** A node where it stands, with the room that its label takes below it: half its width, and how far down it reaches. */
export type Standing = Point & { half: number; foot: number }
export type Bent = { line: Line; from: Standing; to: Standing; bend: number }

/** Where lines run: several between the same two side by side, and round what stands between them in a row or column. */
export function bent(lines: readonly Line[], places: ReadonlyMap<string, Standing>): Bent[] {
  const pairs = Map.groupBy(lines, ({ from, to }) => [from, to].sort().join(' '))
  return [...pairs.values()].flatMap((all) =>
    all.map((line, i) => {
      const [from, to] = [places.get(line.from)!, places.get(line.to)!]
      const aside = (i - (all.length - 1) / 2) * 26
      // The normal turns with the direction of a line: for the same pair it is always taken from the lesser id.
      const bend = (aside + round(from, to)) * (line.from <= line.to ? 1 : -1)
      return { line, from, to, bend }
    }),
  )
}

function round(from: Point, to: Point): number {
  const [dx, dy] = [Math.abs(from.x - to.x), Math.abs(from.y - to.y)]
  if (dy < 1 && dx > CELL.width * 1.2) return Math.min(84, 46 + dx * 0.04)
  if (dx < CELL.width * 0.3 && dy > CELL.height * 1.2) return Math.min(150, 90 + dy * 0.05)
  return 0
}

const DASHES = '6 4'

/** One line with its mark and, of several claims, their number clear of all nodes. `about` is its tool tip. */
export function drawLine(
  { line, from, to, bend }: Bent,
  about: string,
  standing: Iterable<Standing>,
): Markup {
  const style = styleOf(line.type)
  const curve = line.from === line.to ? loop(from) : arc(from, to, bend)
  const parts = [...stroke(curve.d, style, line.isFirm), ...endMark(style, curve.end, curve.angle)]
  const { length } = line.claims
  const numbers = length > 1 ? [countAt(clear(curve.along, standing), length, style)] : []
  return el('g', {}, el('title', {}, about), ...parts, ...numbers)
}

/** The place on a line, from its middle on, where a number hides no node and no label; else its middle. */
function clear(along: (part: number) => Point, standing: Iterable<Standing>): Point {
  const nodes = [...standing]
  const isFree = ({ x, y }: Point) =>
    nodes.every(
      (one) =>
        Math.abs(one.x - x) > Math.max(one.half, RADIUS) + 14 ||
        y < one.y - RADIUS - 10 ||
        y > one.y + one.foot + 9,
    )
  return [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map(along).find(isFree) ?? along(0.5)
}

function stroke(d: string, { ink, width, isDouble }: LineStyle, isSolid: boolean): Markup[] {
  const style = { d, fill: 'none', 'stroke-dasharray': isSolid ? undefined : DASHES }
  if (!isDouble) return [el('path', { ...style, stroke: ink, 'stroke-width': width })]
  return [
    el('path', { ...style, stroke: ink, 'stroke-width': 4 }),
    el('path', { d, fill: 'none', stroke: PAPERS.paper, 'stroke-width': 1.6 }),
  ]
}

/** A line in a legend: straight, with its mark. */
export function sampleLine(style: LineStyle, isSolid = true): Markup {
  const parts = [...stroke('M1 10L32 10', style, isSolid), ...endMark(style, { x: 33, y: 10 }, 0)]
  return el('g', {}, ...parts)
}

/** `along` gives the point at a part of the way, from 0 to 1. */
type Curve = { d: string; along: (part: number) => Point; end: Point; angle: number }

/** A quadratic curve between the rims of two nodes. */
function arc(from: Standing, to: Standing, bend: number): Curve {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const control = {
    x: (from.x + to.x) / 2 + (dy / length) * bend,
    y: (from.y + to.y) / 2 - (dx / length) * bend,
  }
  const [start, end] = [towards(from, control), towards(to, control)]
  const along = (part: number): Point => {
    const [first, second, third] = [(1 - part) ** 2, 2 * part * (1 - part), part ** 2]
    return {
      x: first * start.x + second * control.x + third * end.x,
      y: first * start.y + second * control.y + third * end.y,
    }
  }
  const d = `M${num(start.x)} ${num(start.y)}Q${num(control.x)} ${num(control.y)} ${num(end.x)} ${num(end.y)}`
  return { d, along, end, angle: Math.atan2(end.y - control.y, end.x - control.x) }
}

/** Where a line to `to` leaves a node: at its rim or, downwards, below its label. */
function towards(from: Standing, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const isThroughLabel = dy > 0 && (Math.abs(dx) / dy) * from.foot < from.half
  const gap = isThroughLabel ? (from.foot * length) / dy : GAP
  const part = Math.min(gap, length / 2.2) / length
  return { x: from.x + dx * part, y: from.y + dy * part }
}

/** Something said of an entity and itself. */
function loop({ x, y }: Point): Curve {
  const [top, side] = [y - RADIUS * 2.6, RADIUS * 1.6]
  const d = `M${num(x - 8)} ${num(y - GAP)}C${num(x - side)} ${num(top)} ${num(x + side)} ${num(top)} ${num(x + 8)} ${num(y - GAP)}`
  return { d, along: () => ({ x, y: y - RADIUS * 2.3 }), end: { x: x + 8, y: y - GAP }, angle: Math.PI / 2 }
}

/** The number of claims, as it stands on a line. */
export function countAt({ x, y }: Point, count: number, { ink }: LineStyle): Markup {
  const text = `×${count}`
  const width = 10 + text.length * 6
  return el(
    'g',
    {},
    el('rect', {
      x: x - width / 2,
      y: y - 8,
      width,
      height: 16,
      rx: 8,
      fill: PAPERS.paper,
      stroke: ink,
      'stroke-width': 1,
    }),
    written([text], { x, y: y + 4, size: 11, fill: ink, anchor: 'middle' }),
  )
}
