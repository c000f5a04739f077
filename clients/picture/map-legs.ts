import { type GeoProjection, geoInterpolate } from 'd3-geo'
import { INKS, PAPERS } from './colours.ts'
import { pointOf, type Spot } from './map-places.ts'
import { el, type Markup, num, type Point } from './svg.ts'

/** A leg as a map needs it. Several places at an end, or several statuses, are claims that differ. */
export type MapLeg = {
  id: string
  label: string | null
  /** Of which route it is drawn, and where in it. */
  route: string
  position: number | null
  from: readonly string[]
  to: readonly string[]
  means: readonly string[]
  statuses: readonly string[]
  isLawful: boolean
  /** `B2`, for each claim about it. */
  gradings: readonly string[]
  /** Whether one of the claims is a fact of a good source. */
  isFirm: boolean
}

/** Lines of a status differ by their dashes; colour only helps. */
export type StatusStyle = { ink: string; width: number; dashes?: string }
export const STATUS_STYLES: Record<string, StatusStyle> = {
  OPEN: { ink: INKS.ink, width: 2.6 },
  CONTROLLED: { ink: INKS.rust, width: 2.6, dashes: '12 5' },
  BYPASSED: { ink: INKS.navy, width: 2.2, dashes: '3 4' },
  CLOSED: { ink: INKS.red, width: 2.6, dashes: '1 6' },
  RESIDUAL: { ink: INKS.olive, width: 2.2, dashes: '10 4 2 4' },
}
export const UNKNOWN: StatusStyle = { ink: INKS.grey, width: 1.6, dashes: '6 6' }
export const CONTRARY: StatusStyle = { ink: INKS.purple, width: 2.2, dashes: '14 3 2 3 2 3' }

/** How a leg is drawn: by its status, where the reports agree on one. */
export function legStyle({ statuses }: Pick<MapLeg, 'statuses'>): StatusStyle {
  if (statuses.length > 1) return CONTRARY
  return STATUS_STYLES[statuses[0] ?? ''] ?? UNKNOWN
}

/**
 * The order of legs, and so their numbers: by route, by their place in it, by id; those of no route last. A leg of two
 * routes, or that is said of a network as well, stands once.
 */
export function inOrder(legs: readonly MapLeg[]): MapLeg[] {
  const key = ({ route, position, id }: MapLeg) =>
    `${route || '\uFFFF'}\0${String(position ?? 9999).padStart(4, '0')}\0${id}`
  const sorted = [...legs].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  const seen = new Set<string>()
  return sorted.filter(({ id }) => !seen.has(id) && seen.add(id))
}

const SAMPLES = 32

/**
 * The great circle between two spots, in pixels, `aside` from it in its middle; it begins and ends beside the marks of
 * its places.
 */
export function course(projection: GeoProjection, from: Spot, to: Spot, aside: number): Point[] {
  const along = geoInterpolate(from, to)
  const points = Array.from({ length: SAMPLES + 1 }, (_, i) =>
    pointOf(projection, along(i / SAMPLES) as Spot),
  )
  const [first, last] = [points[0]!, points.at(-1)!]
  const length = Math.hypot(last.x - first.x, last.y - first.y)
  if (length < 1) return around(first)
  const normal = { x: -(last.y - first.y) / length, y: (last.x - first.x) / length }
  const moved = points.map(({ x, y }, i) => {
    const by = aside * Math.sin((Math.PI * i) / SAMPLES)
    return { x: x + normal.x * by, y: y + normal.y * by }
  })
  const gap = Math.min(9, length / 4)
  const kept = moved.filter((one) => distance(one, first) >= gap && distance(one, last) >= gap)
  return kept.length >= 2 ? kept : [moved[8]!, moved[24]!]
}

/** A leg that ends where it begins. */
const around = ({ x, y }: Point): Point[] =>
  Array.from({ length: SAMPLES + 1 }, (_, i) => {
    const angle = Math.PI / 2 + 0.6 + ((2 * Math.PI - 1.2) * i) / SAMPLES
    return { x: x + 16 * Math.cos(angle), y: y - 20 + 16 * Math.sin(angle) }
  })

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y)

/** A line with an arrow at its end: filled for what is firm, hollow for assessments and weak sources. */
export function drawCourse(
  points: readonly Point[],
  { ink, width, dashes }: StatusStyle,
  isFirm: boolean,
): Markup[] {
  const [before, end] = [points[Math.max(0, points.length - 4)]!, points.at(-1)!]
  const angle = Math.atan2(end.y - before.y, end.x - before.x)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const corner = (x: number, y: number) =>
    `${num(end.x + x * cos - y * sin)},${num(end.y + x * sin + y * cos)}`
  const d = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${num(x)} ${num(y)}`).join('')
  const line = { d, fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }
  return [
    el('path', { ...line, stroke: PAPERS.paper, 'stroke-width': width + 2.4, 'stroke-opacity': '0.7' }),
    el('path', { ...line, stroke: ink, 'stroke-width': width, 'stroke-dasharray': dashes }),
    el('polygon', {
      points: [corner(2, 0), corner(-11, -5.5), corner(-11, 5.5)].join(' '),
      ...{ fill: isFirm ? ink : PAPERS.paper, stroke: ink, 'stroke-width': 1.5, 'stroke-linejoin': 'round' },
    }),
  ]
}
