import type { Contacts } from './contacts.ts'
import { addKnown, type Known } from './cover.ts'
import { type Heap, heapOf } from './heap.ts'
import { addSpan, noSpans, type Span, type SpanSet } from './span-set.ts'
import type { Leave, Waits } from './wait.ts'

/** What comes first: the earlier arrival, the fewer contacts, or the later start. */
export type By = 'ARRIVAL' | 'HOPS' | 'START'

export type Search = {
  contacts: Contacts
  waits: Waits
  leave: Leave
  source: number
  /** Where the search may end; without it all that can be reached is found. */
  target?: number
  by: By
  /** How many families of walks may be looked at. */
  limit: number
}

/**
 * Walks of one row of contacts: they arrive at `node` at any time from `early` to `late`, and those that arrive at a can have
 * started at min(`start`, a − `length`). Walks of a row always fill a whole interval, as each departure is bound only to the
 * one before and to its contact.
 */
export type Family = {
  node: number
  early: number
  late: number
  start: number
  length: number
  hops: number
  contact: number
  parent: Family | null
}

export type State = Search & {
  heap: Heap
  families: Family[]
  /** Contacts looked at since others last had the thread. */
  looked: number
  /** Of each node, what is known of arrivals by spans: the times, or by `START` with the starts. */
  arrived: Map<number, SpanSet>
  known: Map<number, Known[]>
  /** Of each node, the departures that have been tried; not by `START`, where the same may be tried for a later start. */
  departed: Map<number, SpanSet>
  /** Of each node where waits have no end, the earliest family: of all, or by `START` of those that came out of the heap. */
  settled: Record<'early' | 'start' | 'length', Float64Array>
  /** Of each contact at an instant, the next one of its node that is of use, itself included. */
  open: Uint32Array
  /** Of each contact at an instant, the latest start with which it has been reached. */
  started: Float64Array
}

/** A search with all families of one contact. */
export function opened(search: Search): State {
  const { contacts, source, leave, by } = search
  const state: State = {
    ...search,
    heap: heapOf(),
    families: [],
    looked: 1,
    arrived: new Map(),
    known: new Map(),
    departed: new Map(),
    settled: {
      early: new Float64Array(contacts.nodes).fill(Number.POSITIVE_INFINITY),
      start: new Float64Array(contacts.nodes),
      length: new Float64Array(contacts.nodes),
    },
    open: new Uint32Array(contacts.count + 1).map((_, at) => at),
    started: new Float64Array(contacts.count).fill(Number.NEGATIVE_INFINITY),
  }
  for (let contact = contacts.offsets[source]!; contact < contacts.offsets[source + 1]!; contact++) {
    const window = windowOf(state, contact, leave.from, leave.to)
    const isAsked = by === 'START'
    const start = isAsked ? window.to : Number.POSITIVE_INFINITY
    const length = isAsked ? 0 : Number.NEGATIVE_INFINITY
    if (window.from <= window.to) take(state, contact, window, { start, length, parent: null })
  }
  return state
}

type Taking = { start: number; length: number; parent: Family | null }

/** Takes a contact at the times of a window, and keeps what is new at its end. */
export function take(state: State, contact: number, window: Span, taking: Taking): void {
  const { contacts } = state
  const node = contacts.to[contact]!
  const duration = contacts.duration[contact]!
  const early = window.from + duration
  const late = window.to + duration
  const family = { ...taking, node, contact, length: taking.length + duration, early, late }
  if (contacts.first[contact] === contacts.last[contact]) {
    if (isBetter(state, contact, taking)) keep(state, family)
    return
  }
  for (const piece of freshOf(state, family)) {
    const last = Math.min(piece.to, late)
    keep(state, {
      ...family,
      early: piece.from,
      late: last,
      start: Math.min(family.start, last - family.length),
    })
  }
}

/** The arrivals of a family that nothing known of its node is as good as; where waits have no end, to arrive before is as good. */
function freshOf(
  { waits, by, arrived, known }: State,
  { node, early, late, start, length }: Omit<Family, 'hops'>,
) {
  const to = waits.most[node] === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : late
  if (by !== 'START') return addSpan(entry(arrived, node, noSpans), { from: early, to })
  return addKnown(
    entry(known, node, () => []),
    { from: early, to, start, length },
  )
}

/** Whether a contact at an instant is reached better than before; closes it once it cannot be. */
function isBetter({ started, open, by }: State, contact: number, { start, parent }: Taking): boolean {
  // Starts come latest first: what is reached with the start of the family at hand is reached with no later one.
  if (by !== 'START' || start === parent?.start) open[contact] = contact + 1
  if (started[contact]! >= start) return false
  started[contact] = start
  return true
}

function keep(state: State, made: Omit<Family, 'hops'>): void {
  const { families, heap, limit, by } = state
  if (isOutdone(state, made)) return
  if (families.length >= limit) throw new RangeError(`expected at most ${limit} families of walks`)
  const family = { ...made, hops: (made.parent?.hops ?? 0) + 1 }
  families.push(family)
  if (by !== 'START') settle(state, family)
  const { early, start, hops } = family
  if (by === 'ARRIVAL') heap.push(early, hops, families.length - 1)
  else if (by === 'HOPS') heap.push(hops, early, families.length - 1)
  else heap.push(-start, early, families.length - 1)
}

/**
 * Whether the settled family is at the same node no later with no earlier a start, and may wait there as long as it likes: this
 * one is then of no use. By `HOPS` families are made in the order of hops, so the settled one has no more of them.
 */
export function isOutdone({ settled }: State, { node, early, start }: Omit<Family, 'hops'>): boolean {
  if (settled.early[node]! > early) return false
  return Math.min(settled.start[node]!, early - settled.length[node]!) >= start
}

/** Notes a family as the one to be at its node with, where it is. */
export function settle({ settled, waits }: State, family: Family): void {
  const { node, early, start, length } = family
  if (waits.most[node] !== Number.POSITIVE_INFINITY || settled.early[node]! <= early) return
  settled.early[node] = early
  settled.start[node] = start
  settled.length[node] = length
}

/** The departures from `from` to `to` that a contact allows. */
export function windowOf({ contacts, leave }: State, contact: number, from: number, to: number): Span {
  return {
    from: Math.max(contacts.first[contact]!, from),
    to: Math.min(contacts.last[contact]!, to, leave.to - contacts.duration[contact]!),
  }
}

/** What a map has at a key, made where it has nothing. */
export function entry<T>(map: Map<number, T>, key: number, make: () => T): T {
  const known = map.get(key) ?? make()
  map.set(key, known)
  return known
}
