import { EU_MEMBERS, type PlaceType } from '../../../schema/wire/codes.ts'
import type { WorldParameters } from './parameters.ts'
import { type Random, randomOf } from './random.ts'
import { MIDDLES, WAYS, type Way, type WayLeg } from './ways.ts'

/** What all networks of a world stand on. Everything is known by its name, which is its local name and its label. */
export type Hub = {
  name: string
  country: string
  type: PlaceType
  latitude: number
  longitude: number
}
export type Leg = {
  name: string
  from: Hub
  to: Hub
  of: WayLeg
  fee?: { min: number; max: number; currency: string }
  /** A dormant way round a leg of its route, which a displacement makes grow. */
  roundAbout?: string
}
export type Route = { name: string; nth: number; way: Way; hubs: Hub[]; legs: Leg[]; bypasses: Leg[] }
export type Ground = { hubs: Hub[]; routes: Route[]; hubsOf: ReadonlyMap<string, Hub[]> }

const TYPES: PlaceType[] = ['CITY', 'CITY', 'TOWN', 'TOWN', 'PORT', 'BORDER_POST']

/** Hubs, and routes that lead over them: route n is of way n modulo the number of ways. */
export function groundOf(parameters: WorldParameters): Ground {
  const random = randomOf(parameters.seed, 'ground')
  const ways = Array.from({ length: parameters.routes }, (_, nth) => WAYS[nth % WAYS.length]!)
  const stops = ways.map((way) => way.stops.map((countries) => random.pick(countries)))
  const hubsOf = hubsIn([...new Set(stops.flat())].sort(), parameters, random)
  const routes = ways.map((way, nth) => routeOf(way, nth, stops[nth]!, hubsOf, random))
  return { hubs: [...hubsOf.values()].flat(), routes, hubsOf }
}

const isInUnion = (country: string) => (EU_MEMBERS as readonly string[]).includes(country)

/** The hubs of each country: the Union's share over its countries, the rest over the others, two at least in each. */
function hubsIn(
  countries: string[],
  { hubs, hubsInUnion }: WorldParameters,
  random: Random,
): Map<string, Hub[]> {
  const inside = countries.filter(isInUnion)
  const union = Math.round(hubs * hubsInUnion)
  return new Map(
    countries.map((country) => {
      const list = isInUnion(country) ? inside : countries.filter((one) => !isInUnion(one))
      const all = isInUnion(country) ? union : hubs - union
      const at = list.indexOf(country)
      const share = Math.floor(((at + 1) * all) / list.length) - Math.floor((at * all) / list.length)
      return [country, Array.from({ length: Math.max(2, share) }, (_, nth) => hubOf(country, nth, random))]
    }),
  )
}

function hubOf(country: string, nth: number, random: Random): Hub {
  const [latitude, longitude] = MIDDLES[country]!
  const near = (degrees: number) => (100 * degrees + random.below(401) - 200) / 100
  const name = `Hub-${country}-${String(nth + 1).padStart(3, '0')}`
  return { name, country, type: random.pick(TYPES), latitude: near(latitude), longitude: near(longitude) }
}

function routeOf(way: Way, nth: number, stops: string[], hubsOf: Map<string, Hub[]>, random: Random): Route {
  const number = String(nth + 1).padStart(3, '0')
  const hubs = stops.map((country) => random.pick(hubsOf.get(country)!))
  const leg = (name: string, from: Hub, to: Hub, of: WayLeg): Leg => ({
    ...{ name, from, to, of },
    ...(of.fee && { fee: drawnFee(of.fee, random) }),
  })
  const legs = way.legs.map((of, i) => leg(`Leg-${number}-${i + 1}`, hubs[i]!, hubs[i + 1]!, of))
  const bypasses = legs.map((round, i) => ({
    ...leg(
      `Bypass-${number}-${i + 1}`,
      round.from,
      other(hubsOf.get(stops[i + 1]!)!, round.to, random),
      round.of,
    ),
    roundAbout: round.name,
  }))
  return { name: `Route-${number}`, nth, way, hubs, legs, bypasses }
}

const other = (hubs: Hub[], than: Hub, random: Random) => random.pick(hubs.filter((hub) => hub !== than))

/** A band within the table's. */
function drawnFee({ least, most, currency }: NonNullable<WayLeg['fee']>, random: Random) {
  const one = least + random.below(most - least + 1)
  const two = least + random.below(most - least + 1)
  return { min: Math.min(one, two), max: Math.max(one, two), currency }
}

export const legNamed = (ground: Ground, name: string): Leg =>
  ground.routes.flatMap(({ legs, bypasses }) => [...legs, ...bypasses]).find((leg) => leg.name === name)!
