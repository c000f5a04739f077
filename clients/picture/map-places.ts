import {
  type GeoProjection,
  geoAzimuthalEqualArea,
  geoCentroid,
  geoCircle,
  geoDistance,
  geoEqualEarth,
} from 'd3-geo'
import type { Point } from './svg.ts'

/** One position that a report claims of a place, in degrees; `precision` in metres, where it says so. */
export type Position = {
  id: string
  latitude: number
  longitude: number
  precision: number | null
  source: string
  information: string
  basis: string
}
export type MapPlace = { id: string; label: string | null; positions: readonly Position[] }
/** Degrees, longitude first, as d3 and GeoJSON have it. */
export type Spot = [longitude: number, latitude: number]

export const FRAME = { width: 900, height: 620, inset: 70 } as const
/** Of the sphere that d3 takes the earth for. */
export const EARTH_KM = 6371.0088
const METRES_PER_DEGREE = (EARTH_KM * 1000 * Math.PI) / 180

export const spotOf = ({ longitude, latitude }: Position): Spot => [longitude, latitude]

/** Positions of a place, the best graded first: by source, information, fact before assessment, exactness, claim. */
export function byGrading(positions: readonly Position[]): Position[] {
  const rank = ({ source, information, basis, precision, id }: Position) =>
    `${source}${information}${basis === 'FACT' ? 0 : 1}${String(precision ?? 9_999_999).padStart(8, '0')}${id}`
  return [...positions].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/** Nearer than this, two claims say the same. */
const SAME_KM = 1

/** Where else reports place it: claims that differ are shown, never averaged (law 8). */
export function otherSpots(positions: readonly Position[]): Spot[] {
  const [best, ...others] = byGrading(positions).map(spotOf)
  const found: Spot[] = []
  for (const one of others)
    if ([best!, ...found].every((there) => geoDistance(one, there) * EARTH_KM > SAME_KM)) found.push(one)
  return found
}

/** How exact a position is, as a circle on the earth; null where the report does not say. */
export const accuracyOf = (one: Position) =>
  one.precision
    ? geoCircle()
        .center(spotOf(one))
        .radius(Math.min(89, one.precision / METRES_PER_DEGREE))
        .precision(2)()
    : null

/** A map is never closer than this: a single place stands in its surroundings. */
const LEAST_DEGREES = 1.5
/** Farther than that from the middle, a map that is right in the middle only is of no use. */
const WIDE = 1.2

/**
 * A projection in which `spots` fill the frame: equal-area about their middle, so that no region looks greater than
 * another; where they span the world, Equal Earth.
 */
export function projectionFor(spots: readonly Spot[]): GeoProjection {
  const points = { type: 'MultiPoint' as const, coordinates: [...spots] }
  const [longitude, latitude] = spots.length > 0 ? geoCentroid(points) : [0, 0]
  const reach = Math.max(0, ...spots.map((one) => geoDistance(one, [longitude, latitude])))
  const projection =
    reach > WIDE || spots.length === 0
      ? geoEqualEarth().rotate([-longitude, 0])
      : geoAzimuthalEqualArea().rotate([-longitude, -latitude])
  const least = geoCircle().center([longitude, latitude]).radius(LEAST_DEGREES)()
  const { width, height, inset } = FRAME
  const fitted = projection.fitExtent(
    [
      [inset, inset],
      [width - inset, height - inset],
    ],
    spots.length > 0 ? { type: 'GeometryCollection', geometries: [points, least] } : { type: 'Sphere' },
  )
  return fitted.clipExtent([
    [0, 0],
    [width, height],
  ])
}

/** Where a spot stands in the frame. Throws RangeError for one that the projection does not show. */
export function pointOf(projection: GeoProjection, spot: Spot): Point {
  const found = projection(spot)
  if (!found) throw new RangeError(`expected a spot on the map, got ${spot}`)
  return { x: found[0], y: found[1] }
}
