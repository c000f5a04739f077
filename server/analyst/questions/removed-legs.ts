import type { DisruptionQuestion } from '../../../schema/wire/analysis/disruption.ts'
import { KINDS } from '../../../schema/wire/codes.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { compactOf, NO_PAIR } from '../../analysis/compact.ts'
import { entityNumber, relationsOfType } from '../ground.ts'
import type { Projection } from '../projection.ts'
import type { Removal } from './disruption.ts'

/** A row of relations that says a leg departs from or arrives at a place. */
type End = { row: number; place: number }
type Ends = { from: End[]; to: End[] }

/**
 * Legs and places as a removal from the network of places with legs between them, whichever way the legs go. Offices that differ on
 * where a leg begins or ends each give it a pair of their own. Throws NOT_FOUND for a leg or place that this network does not hold.
 */
export function legsRemoved(view: Projection, asked: DisruptionQuestion): Removal {
  const { ends, operated } = legEnds(view, asked.networks)
  const places = [
    ...new Set([...ends.values()].flatMap(({ from, to }) => [...from, ...to].map((e) => e.place))),
  ]
  places.sort((a, b) => a - b)
  const nodeOf = new Map(places.map((place, node) => [place, node]))
  const ties = [...ends].flatMap(([leg, { from, to }]) =>
    from.flatMap((one) =>
      to.map((other) => ({ leg, from: nodeOf.get(one.place)!, to: nodeOf.get(other.place)! })),
    ),
  )
  const network = compactOf(
    places.length,
    ties.map(({ from }) => from),
    ties.map(({ to }) => to),
  )
  const legs = new Set(asked.legs.map((id) => known(entityNumber(view, id, 'LEG'), ends)))
  const nodes = asked.places.map((id) => known(entityNumber(view, id, 'PLACE'), nodeOf))
  const kept = new Set(ties.flatMap(({ leg }, tie) => (legs.has(leg) ? [] : [network.pairOf[tie]!])))
  const gone = ties.flatMap(({ leg }, tie) => (legs.has(leg) ? [network.pairOf[tie]!] : []))
  const pairs = [...new Set(gone)].filter((pair) => pair !== NO_PAIR && !kept.has(pair)).sort((a, b) => a - b)
  const touched = new Set([...nodes])
  const rows = [...ends].flatMap(([leg, { from, to }]) =>
    [...from, ...to].filter((end) => legs.has(leg) || touched.has(end.place)).map(({ row }) => row),
  )
  return {
    network,
    nodes: [...touched].map((place) => nodeOf.get(place)!).sort((a, b) => a - b),
    pairs,
    entities: [...new Set([...legs, ...touched])].sort((a, b) => a - b),
    leftOut: 0,
    rows: [...new Set([...rows, ...operated.filter(({ leg }) => legs.has(leg)).map(({ row }) => row)])].sort(
      (a, b) => a - b,
    ),
  }
}

function known(entity: number, held: { has(entity: number): boolean }): number {
  if (held.has(entity)) return entity
  throw new Fault('NOT_FOUND', 'expected legs and places of the network that was asked about, got another')
}

/** Where each leg begins and ends, of all legs or of those that some networks operate, in the order of their ids. */
function legEnds(view: Projection, networks: readonly string[]) {
  const { from, to } = view.relations.columns
  const operated = operatedLegs(view, networks)
  const wanted = networks.length > 0 ? new Set(operated.map(({ leg }) => leg)) : null
  const ends = new Map<number, Ends>()
  for (const [type, side] of [
    ['DEPARTS_FROM', 'from'],
    ['ARRIVES_AT', 'to'],
  ] as const)
    for (const row of relationsOfType(view, type)) {
      const leg = from!.numbers()[row]!
      if (wanted && !wanted.has(leg)) continue
      const one = ends.get(leg) ?? { from: [], to: [] }
      ends.set(leg, one)
      one[side].push({ row, place: to!.numbers()[row]! })
    }
  // A leg that has one end only joins nothing; the place is known all the same.
  return { ends: new Map([...ends].sort(([a], [b]) => a - b)), operated }
}

/** The claims by which networks operate legs, themselves or by their routes; without networks, none. */
function operatedLegs(view: Projection, networks: readonly string[]): { leg: number; row: number }[] {
  if (networks.length === 0) return []
  const wanted = new Set(networks.map((id) => entityNumber(view, id, 'NETWORK')))
  const { from, to } = view.relations.columns
  const operates = Array.from(relationsOfType(view, 'OPERATES'), (row) => ({
    row,
    to: to!.numbers()[row]!,
  })).filter(({ row }) => wanted.has(from!.numbers()[row]!))
  const isLeg = (entity: number) => KINDS[view.kinds[entity]!] === 'LEG'
  const routes = new Set(operates.map((one) => one.to).filter((entity) => !isLeg(entity)))
  const own = operates.filter((one) => isLeg(one.to)).map(({ row, to: leg }) => ({ leg, row }))
  const byRoute = Array.from(relationsOfType(view, 'HAS_LEG'), (row) => ({ leg: to!.numbers()[row]!, row }))
  return [...own, ...byRoute.filter(({ row }) => routes.has(from!.numbers()[row]!))]
}
