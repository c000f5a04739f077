import { type Contacts, reversedContacts } from './contacts.ts'
import { type Arrivals, earliestFree, NO_CONTACT } from './earliest.ts'
import type { By, Family } from './families.ts'
import { rowOf, searchWalks } from './time-search.ts'
import { expectAsked, type Leave, type Step, stay, timed, type Waits, type Walk, waitsOf } from './wait.ts'
import type { Watch } from './watch.ts'

/** From where to where, and when. */
export type Trip = Leave & { source: number; target: number }

export type Bounds = Watch & {
  /** How many families of walks may be looked at before the question is given up: RangeError. */
  limit?: number
}

/** So many were seen to fit into the memory that Node takes by itself. */
const LIMIT = 5_000_000

/*
 * What all four have in common. A walk takes contacts one after another; each departure follows the arrival before by `least` to
 * `most`, and a contact over a span is taken at any whole time in it. Among equal ones the answer is chosen by times and by the
 * numbers of ties, never by how nodes are numbered or contacts listed, as long as each tie has its own number. At each
 * contact the time is the latest that the walk's end allows (in `latestDeparture` the earliest that its begin allows).
 * Null where there is no walk; who is asked for the way to where he is stays there. Walks may pass a node twice, which helps only where
 * waits have an end. What they cost, and their sources, stand at `earliestFree` and `searchWalks`. All throw RangeError on
 * an end that is no node, and on times and waits that are not whole, and the signal's reason.
 */

/** A walk that arrives earliest (foremost). */
export async function earliestArrival(
  contacts: Contacts,
  trip: Trip,
  bounds: Bounds = {},
): Promise<Walk | null> {
  if (!expectAsked(contacts, trip, trip.source, trip.target)) return null
  if (trip.source === trip.target) return stay(trip.from)
  const waits = waitsOf(contacts, trip)
  if (waits.isBounded) return found(contacts, waits, trip, 'ARRIVAL', bounds)
  const { arrival, by } = earliestFree(contacts, waits, trip.source, trip)
  if (arrival[trip.target] === Number.POSITIVE_INFINITY) return null
  return timed(contacts, waits, trip, rowTo(contacts, by, trip), arrival[trip.target]!)
}

/** When one can be at each node at the earliest, from one source; `Infinity` where one cannot. */
export async function arrivalsFrom(
  contacts: Contacts,
  from: Leave & { source: number },
  bounds: Bounds = {},
): Promise<Float64Array> {
  const isAny = expectAsked(contacts, from, from.source)
  const waits = waitsOf(contacts, from)
  if (isAny && !waits.isBounded) return earliestFree(contacts, waits, from.source, from).arrival
  const arrival = new Float64Array(contacts.nodes).fill(Number.POSITIVE_INFINITY)
  if (!isAny) return arrival
  const { source } = from
  const search = {
    contacts,
    waits,
    leave: from,
    source,
    by: 'ARRIVAL',
    limit: bounds.limit ?? LIMIT,
  } as const
  for (const { node, early } of await searchWalks(search, bounds))
    arrival[node] = Math.min(arrival[node]!, early)
  arrival[source] = from.from
  return arrival
}

/** A walk that leaves latest and is still there in time: the earliest arrival with time turned round. */
export async function latestDeparture(
  contacts: Contacts,
  trip: Trip,
  bounds: Bounds = {},
): Promise<Walk | null> {
  const { source, target, from, to } = trip
  const turned = { ...trip, source: target, target: source, from: 0 - to, to: 0 - from }
  const walk = await earliestArrival(reversedContacts(contacts), turned, bounds)
  if (!walk) return null
  const steps = walk.steps.map(
    (step): Step => ({
      tie: step.tie,
      from: step.to,
      to: step.from,
      departure: 0 - step.arrival,
      arrival: 0 - step.departure,
    }),
  )
  return { departure: 0 - walk.arrival, arrival: 0 - walk.departure, steps: steps.reverse() }
}

/** A walk of the fewest contacts (shortest), among these one that arrives earliest. */
export async function fewestHops(contacts: Contacts, trip: Trip, bounds: Bounds = {}): Promise<Walk | null> {
  if (!expectAsked(contacts, trip, trip.source, trip.target)) return null
  if (trip.source === trip.target) return stay(trip.from)
  return found(contacts, waitsOf(contacts, trip), trip, 'HOPS', bounds)
}

/** A walk with the least time from its departure to its arrival; among these one that arrives earliest. */
export async function fastest(contacts: Contacts, trip: Trip, bounds: Bounds = {}): Promise<Walk | null> {
  if (!expectAsked(contacts, trip, trip.source, trip.target)) return null
  if (trip.source === trip.target) return stay(trip.from)
  return found(contacts, waitsOf(contacts, trip), trip, 'START', bounds)
}

async function found(
  contacts: Contacts,
  waits: Waits,
  trip: Trip,
  by: By,
  bounds: Bounds,
): Promise<Walk | null> {
  const { source, target } = trip
  const search = { contacts, waits, leave: trip, source, target, by, limit: bounds.limit ?? LIMIT }
  let best: Family | null = null
  for (const family of await searchWalks(search, bounds))
    if (family.node === target && (!best || compare(by, family, best) < 0)) best = family
  return best && timed(contacts, waits, trip, rowOf(best), best.early)
}

function compare(by: By, one: Family, other: Family): number {
  if (by === 'ARRIVAL') return one.early - other.early || one.hops - other.hops
  if (by === 'HOPS') return one.hops - other.hops || one.early - other.early
  return took(one) - took(other) || one.early - other.early || one.hops - other.hops
}

/** The least time that a walk of a family takes. */
const took = ({ early, start, length }: Family) => Math.max(length, early - start)

/** The contacts on the way to the target, in order. */
function rowTo(contacts: Contacts, by: Arrivals['by'], { source, target }: Trip): number[] {
  const row: number[] = []
  for (let node = target; node !== source; node = contacts.from[by[node]!]!) {
    if (by[node] === NO_CONTACT) throw new Error('expected a walk that was found')
    row.unshift(by[node]!)
  }
  return row
}
