import { type GeoProjection, geoDistance, geoGraticule, geoPath } from 'd3-geo'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import fine from 'world-atlas/countries-50m.json' with { type: 'json' }
import coarse from 'world-atlas/countries-110m.json' with { type: 'json' }
import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { HELPERS, INKS, PAPERS } from './colours.ts'
import { EARTH_KM, FRAME, type Spot } from './map-places.ts'
import { el, type Markup, textWidth, written } from './svg.ts'

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>
/** Above half a radian (some 3,200 km) from the middle to the side, the finer outlines are finer than the print. */
const FAR = 0.5

/** The outlines of Natural Earth that suit a map, and their scale. The packages hold them: nothing is fetched. */
export function outlines(reach: number): { world: World; scale: string } {
  return reach > FAR
    ? { world: coarse as unknown as World, scale: '1:110m' }
    : { world: fine as unknown as World, scale: '1:50m' }
}

type Shapes = { land: ReturnType<typeof feature>; borders: ReturnType<typeof mesh> }
const shapes = new Map<World, Shapes>()

/** Land, and the lines between countries; made once of each of the two. */
function shapesOf(world: World): Shapes {
  const known = shapes.get(world)
  if (known) return known
  const { countries, land } = world.objects
  const made = { land: feature(world, land), borders: mesh(world, countries, (a, b) => a !== b) }
  shapes.set(world, made)
  return made
}

/** Land, borders and the grid, clipped to the frame. */
export function drawLand(projection: GeoProjection, reach: number): Markup[] {
  const path = geoPath(projection).digits(1)
  const { land, borders } = shapesOf(outlines(reach).world)
  const grid = geoGraticule()
    .step([gridStep(reach), gridStep(reach)])
    .extent([
      [-180, -85],
      [180, 85.01],
    ])
  const draw = (d: string | null, style: Record<string, string | number>) =>
    d ? [el('path', { d, fill: 'none', ...style })] : []
  return [
    el('rect', { x: 0, y: 0, width: FRAME.width, height: FRAME.height, fill: PAPERS.sea }),
    ...draw(path(land), { fill: PAPERS.land, stroke: HELPERS.coast, 'stroke-width': 0.8 }),
    ...draw(path(borders), {
      ...{ stroke: HELPERS.border, 'stroke-width': 0.8, 'stroke-dasharray': '5 2 1 2' },
    }),
    ...draw(path(grid()), { stroke: HELPERS.grid, 'stroke-width': 0.6 }),
  ]
}

/** Degrees between the lines of the grid: some six lines across. `reach` is half of what the map spans, in radians. */
function gridStep(reach: number): number {
  const span = (2 * reach * 180) / Math.PI
  return [0.5, 1, 2, 5, 10, 20].find((step) => span / step <= 6) ?? 30
}

/** What the grid's lines are, at the rim: where a meridian leaves below, and a parallel to the left. */
export function gridLabels(projection: GeoProjection, reach: number): Markup[] {
  const step = gridStep(reach)
  const labels: Markup[] = []
  const style = { size: 10, fill: INKS.grey }
  for (let longitude = -180; longitude < 180; longitude += step) {
    const points = inFrame(
      projection,
      range(-80, 80).map((latitude): Spot => [longitude, latitude]),
    )
    const lowest = points.sort((a, b) => b[1] - a[1])[0]
    if (lowest && lowest[1] > FRAME.height - 25 && lowest[0] > 30 && lowest[0] < FRAME.width - 230)
      labels.push(
        written([degrees(longitude, 'E', 'W')], { x: lowest[0] + 2, y: FRAME.height - 5, ...style }),
      )
  }
  for (let latitude = -80; latitude <= 80; latitude += step) {
    const points = inFrame(
      projection,
      range(-180, 180).map((longitude): Spot => [longitude, latitude]),
    )
    const leftmost = points.sort((a, b) => a[0] - b[0])[0]
    if (leftmost && leftmost[0] < 25 && leftmost[1] < FRAME.height - 25)
      labels.push(written([degrees(latitude, 'N', 'S')], { x: 4, y: leftmost[1] - 3, ...style }))
  }
  return labels
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) * 4 + 1 }, (_, i) => from + i / 4)

function inFrame(projection: GeoProjection, spots: readonly Spot[]): [number, number][] {
  return spots
    .flatMap((spot) => ([projection(spot) ?? []].flat().length === 2 ? [projection(spot)!] : []))
    .filter(([x, y]) => x >= 0 && x <= FRAME.width && y >= 0 && y <= FRAME.height)
}

const degrees = (value: number, plus: string, minus: string): string =>
  `${Math.abs(value)}°${value === 0 ? '' : value > 0 ? plus : minus}`

/** The longest bar of 1, 2 or 5 times a power of ten of kilometres that takes at most 160 pixels in the middle. */
export function drawScale(language: Language, projection: GeoProjection): Markup {
  const { width, height } = FRAME
  const [left, right] = [
    projection.invert!([width / 2 - 50, height / 2]),
    projection.invert!([width / 2 + 50, height / 2]),
  ]
  const perPixel = (geoDistance(left!, right!) * EARTH_KM) / 100
  const lengths = [5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1]
  const km = lengths.find((one) => one / perPixel <= 160) ?? 1
  const [long, x, y] = [km / perPixel, width - 16, height - 16]
  const text = say(language, 'picture.distance', { km })
  const room = Math.max(long, textWidth(text, 11)) + 12
  return el(
    'g',
    {},
    el('rect', {
      x: x - room + 6,
      y: y - 24,
      width: room,
      height: 32,
      fill: PAPERS.paper,
      'fill-opacity': '0.85',
    }),
    el('path', {
      ...{ d: `M${(x - long).toFixed(1)} ${y - 5}V${y}H${x}V${y - 5}`, fill: 'none' },
      ...{ stroke: INKS.ink, 'stroke-width': 1.6 },
    }),
    written([text], { x, y: y - 10, size: 11, fill: INKS.ink, anchor: 'end' }),
  )
}
