import { type GeoProjection, geoDistance, geoPath } from 'd3-geo'
import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { INKS, PAPERS } from './colours.ts'
import { framed } from './frame.ts'
import { type Box, beside, freeOf } from './map-labels.ts'
import { drawLand, drawScale, gridLabels, outlines } from './map-land.ts'
import { course, drawCourse, inOrder, legStyle, type MapLeg } from './map-legs.ts'
import {
  accuracyOf,
  byGrading,
  FRAME,
  type MapPlace,
  otherSpots,
  pointOf,
  projectionFor,
  type Spot,
  spotOf,
} from './map-places.ts'
import { describeMap, mapLegend, mapNotes } from './map-words.ts'
import { nameOf } from './network-layers.ts'
import type { Stamp } from './stamp.ts'
import { el, type Markup, num, type Point, textWidth, together, wrapped, written } from './svg.ts'

export type MapPicture = {
  language: Language
  title: string
  places: readonly MapPlace[]
  legs: readonly MapLeg[]
  isCut?: boolean
  stamp: Stamp
}

/** A leg with its number, and the two spots between which it is drawn; several where reports differ. */
export type NumberedLeg = { number: number; leg: MapLeg; between: [from: Spot, to: Spot][] }

/**
 * Legs on a map as one SVG document: the same bytes for the same content, in whatever order it comes. Places without a
 * position and legs that cannot be drawn are listed below it: none is left out in silence.
 */
export function drawMap(picture: MapPicture): string {
  const { language } = picture
  const places = [...new Map(picture.places.map((one) => [one.id, one])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  const placed = places.filter(({ positions }) => positions.length > 0)
  const spots = placed
    .flatMap(({ positions }) => positions.map(spotOf))
    .sort(([a, b], [c, d]) => a - c || b - d)
  const projection = projectionFor(spots)
  const reach = reachOf(projection)
  const legs = numbered(picture.legs, placed)
  const taken: Box[] = placed.map(({ positions }) =>
    boxAt(pointOf(projection, spotOf(byGrading(positions)[0]!)), 12, 12),
  )
  const body = el(
    'g',
    {},
    together([
      ...drawLand(projection, reach),
      ...gridLabels(projection, reach),
      ...placed.flatMap((place) => drawAccuracy(projection, place)),
      ...drawLegs(projection, legs, taken),
      ...placed.map((place) => drawPlace(projection, place, taken)),
      drawScale(language, projection),
      el('rect', {
        ...{ x: 0, y: 0, width: FRAME.width, height: FRAME.height },
        ...{ fill: 'none', stroke: INKS.grey, 'stroke-width': 1 },
      }),
      ...(placed.length === 0
        ? [written([say(language, 'picture.nothingDrawn')], { x: 20, y: 40, size: 14, fill: INKS.ink })]
        : []),
    ]),
  )
  const said = { language, places, legs, isCut: picture.isCut === true, scale: outlines(reach).scale }
  return framed({
    ...{ language, title: picture.title, desc: describeMap(said), stamp: picture.stamp, body },
    ...{ width: FRAME.width, height: FRAME.height },
    ...{ legend: mapLegend(said), notes: mapNotes(said) },
  })
}

/** From the middle of the map to its corner, in radians. */
function reachOf(projection: GeoProjection): number {
  const middle = projection.invert!([FRAME.width / 2, FRAME.height / 2])
  const side = projection.invert!([FRAME.width - 1, FRAME.height / 2])
  return middle && side?.every(Number.isFinite) ? Math.max(0.01, geoDistance(middle, side)) : Math.PI / 2
}

function numbered(legs: readonly MapLeg[], placed: readonly MapPlace[]): NumberedLeg[] {
  const spots = new Map(placed.map(({ id, positions }) => [id, spotOf(byGrading(positions)[0]!)]))
  const known = (ids: readonly string[]) =>
    [...ids].sort().flatMap((id) => (spots.has(id) ? [spots.get(id)!] : []))
  return inOrder(legs).map((leg, i) => ({
    number: i + 1,
    leg,
    between: known(leg.from).flatMap((from) => known(leg.to).map((to): [Spot, Spot] => [from, to])),
  }))
}

const boxAt = ({ x, y }: Point, width: number, height: number): Box => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
})

/** All legs, then all their numbers: no line runs over one. Legs between the same two places bend to different sides. */
function drawLegs(projection: GeoProjection, legs: readonly NumberedLeg[], taken: Box[]): Markup[] {
  const sides = new Map<string, number>()
  const [lines, numbers]: [Markup[], Markup[]] = [[], []]
  for (const { number, leg, between } of legs)
    for (const [from, to] of between) {
      const pair = [String(from), String(to)].sort().join(' ')
      const before = sides.get(pair) ?? 0
      sides.set(pair, before + 1)
      // Bends alternate: 0 for the first, then to either side, whichever way the leg goes.
      const aside =
        16 * Math.ceil(before / 2) * (before % 2 === 0 ? 1 : -1) * (String(from) < String(to) ? 1 : -1)
      const points = course(projection, from, to, aside)
      lines.push(...drawCourse(points, legStyle(leg), leg.isFirm))
      numbers.push(numberOn(points, number, leg, taken))
    }
  return [...lines, ...numbers]
}

/** The number of a leg on its line or, where there is no room, beside it with a thread to it. */
function numberOn(points: readonly Point[], number: number, leg: MapLeg, taken: Box[]): Markup {
  const width = 10 + String(number).length * 7
  const at = [0.5, 0.4, 0.6, 0.3, 0.7].map((part) => points[Math.round(part * (points.length - 1))]!)
  const boxes = [...at.map((point) => boxAt(point, width, 16)), ...beside(at[0]!, width, 16)]
  const box = freeOf(boxes, taken)
  const { ink } = legStyle(leg)
  const isBeside = boxes.indexOf(box) >= at.length
  const middle = { x: box.x + width / 2, y: box.y + 8 }
  const thread = { x1: at[0]!.x, y1: at[0]!.y, x2: middle.x, y2: middle.y, stroke: ink, 'stroke-width': 0.8 }
  return el(
    'g',
    {},
    el('title', {}, nameOf(leg)),
    ...(isBeside ? [el('line', thread)] : []),
    el('rect', { ...box, rx: 8, fill: PAPERS.paper, stroke: ink, 'stroke-width': 1.2 }),
    written([String(number)], {
      ...{ x: middle.x, y: middle.y + 4, size: 11 },
      ...({ fill: ink, weight: 'bold', anchor: 'middle' } as const),
    }),
  )
}

/** Circles smaller than a place's mark say nothing that the mark does not. */
function drawAccuracy(projection: GeoProjection, { positions }: MapPlace): Markup[] {
  const circle = accuracyOf(byGrading(positions)[0]!)
  const path = geoPath(projection).digits(1)
  if (!circle || path.area(circle) < 200) return []
  const style = { fill: INKS.brown, 'fill-opacity': '0.08', stroke: INKS.brown, 'stroke-dasharray': '2 3' }
  return [el('path', { d: path(circle)!, ...style })]
}

function drawPlace(projection: GeoProjection, place: MapPlace, taken: Box[]): Markup {
  const at = pointOf(projection, spotOf(byGrading(place.positions)[0]!))
  const lines = wrapped(nameOf(place), 150, 11, 2)
  const width = Math.max(0, ...lines.map((line) => textWidth(line, 11))) + 6
  const box = freeOf(beside(at, width, lines.length * 14.3 + 2), taken)
  const others = otherSpots(place.positions).map((spot) => pointOf(projection, spot))
  const style = { fill: PAPERS.paper, stroke: INKS.brown, 'stroke-width': 2 }
  return el(
    'g',
    {},
    el('title', {}, nameOf(place)),
    ...others.flatMap((there) => drawOther(at, there)),
    el('rect', { ...boxAt(at, 9, 9), ...style }),
    el('rect', { ...box, rx: 3, fill: PAPERS.paper, 'fill-opacity': '0.8' }),
    written(lines, { x: box.x + 3, y: box.y + 12, size: 11, fill: INKS.ink }),
  )
}

/** Another claimed position: a cross, and a thin line that says whose. */
function drawOther(at: Point, { x, y }: Point): Markup[] {
  const cross = `M${num(x - 5)} ${num(y - 5)}L${num(x + 5)} ${num(y + 5)}M${num(x - 5)} ${num(y + 5)}L${num(x + 5)} ${num(y - 5)}`
  const style = { fill: 'none', stroke: INKS.brown }
  return [
    el('path', { d: `M${num(at.x)} ${num(at.y)}L${num(x)} ${num(y)}`, ...style, 'stroke-dasharray': '1 3' }),
    el('path', { d: cross, ...style, 'stroke-width': 1.8 }),
  ]
}
