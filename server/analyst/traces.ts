import { FACETS, KINDS, type Trace as TraceCode } from '../../schema/wire/codes.ts'
import { type Networks as Profiled, TRACES, type Trace } from '../analysis/resurgence.ts'
import { NO_DAY } from './column.ts'
import { membersOf, relationsOfType } from './ground.ts'
import type { Projection } from './projection.ts'
import { protectedWithSame, type Sameness, samenessOf } from './sameness.ts'
import {
  addThing,
  eachUse,
  facetThings,
  type Networks,
  networksOf,
  profilesFrom,
  type Things,
  things,
} from './things.ts'

/** What each network of a view has that may be met again, and the day on which it was first seen. */
export type Traces = {
  networks: Networks
  same: Sameness
  /** Things are facets by their places; else the first of all entities that are said to be the same. */
  things: Record<Trace, Things>
  profiled: Profiled
  /** Whether a network has a day at all. */
  isDated: Uint8Array
}

export const traceCode = (trace: Trace): TraceCode => trace.toUpperCase() as TraceCode

/**
 * Members are actors, selectors vehicles, places where the network is said to be: places and legs. What is said to be the same counts as one
 * thing, so that somebody who is known by two entities is met again. Nothing rests on members whom law 6 protects.
 * O(entities + claims).
 */
export function tracesOf(view: Projection): Traces {
  const same = samenessOf(view)
  const networks = networksOf(view, protectedWithSame(view, same))
  const all: Record<Trace, Things> = {
    members: memberThings(view, networks, same),
    selectors: things(),
    places: placeThings(view, networks, same),
    facets: facetThings(view, networks),
  }
  eachUse(view, networks, 'VEHICLE', ({ used, ...use }) =>
    addThing(all.selectors, { ...use, thing: same.of[used]! }),
  )
  const count = networks.entityOf.length
  const profiles = Object.fromEntries(
    TRACES.map((trace) => [
      trace,
      profilesFrom(all[trace], count, trace === 'facets' ? FACETS.length : view.entities.length),
    ]),
  ) as Omit<Profiled, 'begun'>
  const begun = firstSeen(view, networks)
  return {
    ...{ networks, same, things: all, profiled: { ...profiles, begun } },
    isDated: Uint8Array.from(begun, (day) => (day === NO_DAY ? 0 : 1)),
  }
}

function memberThings(view: Projection, { placeOf, memberships }: Networks, same: Sameness): Things {
  const found = things()
  const from = view.relations.columns.from!.numbers()
  for (const [network, rows] of membersOf(view))
    for (const row of rows)
      if (memberships.has(from[row]!))
        addThing(found, { of: placeOf.get(network)!, thing: same.of[from[row]!]!, row })
  return found
}

function placeThings(view: Projection, { placeOf }: Networks, same: Sameness): Things {
  const found = things()
  const [from, to] = [view.relations.columns.from!.numbers(), view.relations.columns.to!.numbers()]
  for (const row of relationsOfType(view, 'LOCATED_AT')) {
    const of = placeOf.get(from[row]!)
    if (of !== undefined) addThing(found, { of, thing: same.of[to[row]!]!, row })
  }
  return found
}

/** The first day that any claim about each network names; `NO_DAY`, which is before all others, where none does. */
function firstSeen(view: Projection, { entityOf, placeOf }: Networks): Int32Array {
  const begun = new Int32Array(entityOf.length).fill(NO_DAY)
  const see = (entity: number, first: number, last: number) => {
    const place = placeOf.get(entity)
    const day = first === NO_DAY ? last : first
    if (place === undefined || day === NO_DAY) return
    if (begun[place] === NO_DAY || day < begun[place]!) begun[place] = day
  }
  const days = ({ observedFrom, observedTo }: Projection['relations']['columns']) =>
    [observedFrom!.numbers(), observedTo!.numbers()] as const
  const { relations, descriptions } = view
  const [from, to] = [relations.columns.from!.numbers(), relations.columns.to!.numbers()]
  const [first, last] = days(relations.columns)
  const kind = KINDS.indexOf('NETWORK')
  for (let row = 0; row < relations.count; row++)
    for (const end of [from[row]!, to[row]!]) if (view.kinds[end] === kind) see(end, first[row]!, last[row]!)
  const said = descriptions.NETWORK
  const [saidFirst, saidLast] = days(said.columns)
  const entity = said.columns.entity!.numbers()
  for (let row = 0; row < said.count; row++) see(entity[row]!, saidFirst[row]!, saidLast[row]!)
  return begun
}
