import { expectNodes } from './nodes.ts'

/**
 * Contacts in time, each one way, as arrays sorted once. What leaves node v stands at `offsets[v]` … `offsets[v + 1] − 1`: up to
 * `spans[v]` those that stand at one instant, then those that stand over a span, each in the order of `compareContacts`.
 */
export type Contacts = {
  nodes: number
  count: number
  from: Uint32Array
  to: Uint32Array
  /** The first and the last time at which it can be taken; either may be infinite. */
  first: Float64Array
  last: Float64Array
  /** From departure to arrival. */
  duration: Float64Array
  tie: Uint32Array
  offsets: Uint32Array
  spans: Uint32Array
}

export type ContactList = {
  nodes: number
  from: ArrayLike<number>
  to: ArrayLike<number>
  /** In a unit of the caller's, days or seconds, whole; NaN or infinite where a tie's begin or end is open. */
  first: ArrayLike<number>
  last: ArrayLike<number>
  /** Whole, 0 or more. Without it contacts take no time. */
  duration?: ArrayLike<number>
  /** The number of each contact's tie, by the order of claim ids; without it the contacts' own order. */
  tie?: ArrayLike<number>
  /** Whether contacts lead only from their first end to their second. */
  isDirected?: boolean
}

/**
 * Contacts as the functions of `time-paths.ts` take them; those of a node with itself lead nowhere, nor lengthen a wait, and are
 * left out. Times are whole,
 * so that sums are exact. O(nodes + contacts · log contacts). Throws RangeError on an end that is no node, a time that is not
 * whole, a duration below 0, or a span that ends before it begins.
 */
export function contactsOf(list: ContactList): Contacts {
  const ways = list.isDirected ? 1 : 2
  const kept: number[] = []
  for (let at = 0; at < list.from.length; at++) {
    expectNodes(list.nodes, list.from[at]!, list.to[at]!)
    if (list.from[at] !== list.to[at]) kept.push(at)
  }
  const contacts = emptyContacts(list.nodes, kept.length * ways)
  let put = 0
  for (const at of kept) {
    const times = timesOf(list, at)
    for (let way = 0; way < ways; way++) {
      contacts.from[put] = (way ? list.to : list.from)[at]!
      contacts.to[put] = (way ? list.from : list.to)[at]!
      contacts.first[put] = times.first
      contacts.last[put] = times.last
      contacts.duration[put] = times.duration
      contacts.tie[put++] = list.tie ? list.tie[at]! : at
    }
  }
  return sorted(contacts)
}

/** The same contacts, each the other way and with time turned round: what arrives at t leaves at −t. */
export function reversedContacts(contacts: Contacts): Contacts {
  const turned = emptyContacts(contacts.nodes, contacts.count)
  turned.from.set(contacts.to)
  turned.to.set(contacts.from)
  turned.duration.set(contacts.duration)
  turned.tie.set(contacts.tie)
  for (let at = 0; at < contacts.count; at++) {
    turned.first[at] = 0 - (contacts.last[at]! + contacts.duration[at]!)
    turned.last[at] = 0 - (contacts.first[at]! + contacts.duration[at]!)
  }
  return sorted(turned)
}

/** A total order of contacts that does not ask which numbers nodes have: by time, then by tie. */
export function compareContacts(
  { first, last, duration, tie }: Contacts,
  one: number,
  other: number,
): number {
  if (first[one] !== first[other]) return first[one]! < first[other]! ? -1 : 1
  if (last[one] !== last[other]) return last[one]! < last[other]! ? -1 : 1
  return duration[one]! - duration[other]! || tie[one]! - tie[other]!
}

function emptyContacts(nodes: number, count: number): Contacts {
  const numbers = () => new Uint32Array(count)
  const times = () => new Float64Array(count)
  return {
    nodes,
    count,
    from: numbers(),
    to: numbers(),
    first: times(),
    last: times(),
    duration: times(),
    tie: numbers(),
    offsets: new Uint32Array(nodes + 1),
    spans: new Uint32Array(nodes),
  }
}

function timesOf(list: ContactList, at: number) {
  const times = {
    first: Number.isNaN(list.first[at]!) ? Number.NEGATIVE_INFINITY : list.first[at]!,
    last: Number.isNaN(list.last[at]!) ? Number.POSITIVE_INFINITY : list.last[at]!,
    duration: list.duration ? list.duration[at]! : 0,
  }
  const isTime = (time: number, open: number) => Number.isSafeInteger(time) || time === open
  if (!isTime(times.first, Number.NEGATIVE_INFINITY) || !isTime(times.last, Number.POSITIVE_INFINITY))
    throw new RangeError(`expected times that are whole, got ${times.first} and ${times.last}`)
  if (times.first > times.last)
    throw new RangeError(`expected a span that ends after it begins, got ${times.first} to ${times.last}`)
  if (!(Number.isSafeInteger(times.duration) && times.duration >= 0))
    throw new RangeError(`expected a whole duration from 0, got ${times.duration}`)
  return times
}

/** By node first (a counting sort), then each node's own: instants before spans, both in their order. */
function sorted(contacts: Contacts): Contacts {
  const { nodes, count, first, last } = contacts
  const put = emptyContacts(nodes, count)
  for (const node of contacts.from) put.offsets[node + 1]!++
  for (let node = 0; node < nodes; node++) put.offsets[node + 1]! += put.offsets[node]!
  const next = put.offsets.slice()
  const order = new Uint32Array(count)
  for (let at = 0; at < count; at++) order[next[contacts.from[at]!]!++] = at
  const isSpan = (at: number) => (first[at] === last[at] ? 0 : 1)
  const compare = (one: number, other: number) =>
    isSpan(one) - isSpan(other) || compareContacts(contacts, one, other) || one - other
  for (let node = 0; node < nodes; node++) {
    const own = order.subarray(put.offsets[node]!, put.offsets[node + 1]!)
    if (own.length > 1) own.sort(compare)
    const spans = own.findIndex((at) => isSpan(at) === 1)
    put.spans[node] = put.offsets[node]! + (spans < 0 ? own.length : spans)
  }
  for (const name of ['from', 'to', 'first', 'last', 'duration', 'tie'] as const)
    for (let at = 0; at < count; at++) put[name][at] = contacts[name][order[at]!]!
  return put
}
