import * as fc from 'fast-check'
import { type Contacts, contactsOf } from '../../../server/analysis/contacts.ts'
import type { Trip } from '../../../server/analysis/time-paths.ts'
import type { Step, Walk } from '../../../server/analysis/wait.ts'

export type SmallContact = {
  from: number
  to: number
  first: number
  last: number
  duration: number
  tie: number
}

/** A small network in time: instants, spans of which ends may be open, contacts that take no time, self and parallel ties. */
export type SmallTime = { nodes: number; contacts: SmallContact[]; isDirected: boolean; trip: Trip }

const HORIZON = 9

export function smallTime({
  isBounded,
  hasSpans,
}: {
  isBounded: boolean
  hasSpans: boolean
}): fc.Arbitrary<SmallTime> {
  return fc.oneof(fc.constant(4), fc.integer({ min: 1, max: 6 })).chain((nodes) => {
    const node = fc.nat(nodes - 1)
    const instant = fc.nat(HORIZON).map((time) => ({ first: time, last: time }))
    const span = fc.tuple(fc.nat(HORIZON), fc.nat(5), fc.nat(9)).map(([first, length, open]) => ({
      first: open === 0 ? Number.NEGATIVE_INFINITY : first,
      last: open === 1 ? Number.POSITIVE_INFINITY : first + length,
    }))
    const times = hasSpans ? fc.oneof(instant, span) : instant
    const drawn = fc.tuple(node, node, times, fc.oneof(fc.nat(1), fc.nat(3)))
    const wait = fc.array(fc.oneof(fc.constant(0), fc.nat(2)), { minLength: nodes, maxLength: nodes })
    return fc
      .record({
        drawn: fc.array(drawn, { maxLength: 20, size: 'max' }),
        isDirected: fc.boolean(),
        ends: fc.tuple(node, node),
        from: fc.oneof(fc.constant(0), fc.nat(3)),
        length: fc.oneof(fc.constant(HORIZON + 2), fc.integer({ min: -1, max: HORIZON })),
        least: wait,
        longer: wait,
      })
      .map(({ drawn, isDirected, ends: [source, target], from, length, least, longer }) => ({
        nodes,
        isDirected,
        contacts: drawn.map(([from, to, when, duration], tie) => ({ from, to, ...when, duration, tie })),
        trip: {
          ...{ source, target, from, to: from + length, least },
          ...(isBounded && {
            most: least.map((wait, at) => wait + longer[at]! - 1).map((most) => Math.max(0, most)),
          }),
        },
      }))
  })
}

export const contactsOfSmall = ({ nodes, contacts, isDirected }: SmallTime): Contacts =>
  contactsOf({
    nodes,
    isDirected,
    from: contacts.map(({ from }) => from),
    to: contacts.map(({ to }) => to),
    first: contacts.map(({ first }) => first),
    last: contacts.map(({ last }) => last),
    duration: contacts.map(({ duration }) => duration),
    tie: contacts.map(({ tie }) => tie),
  })

/** Each contact, each way, at each whole time at which it can be taken within the trip; with oneself there is none. */
export function takings({ contacts, isDirected, trip }: SmallTime): Step[] {
  return contacts.flatMap(({ from, to, first, last, duration, tie }) => {
    if (from === to) return []
    const ways = isDirected ? [{ from, to }] : [{ from, to }, { from: to, to: from }] // biome-ignore format: a row
    const times = Array.from({ length: Math.max(0, trip.to - trip.from + 1) }, (_, at) => trip.from + at)
    return times
      .filter((time) => time >= first && time <= last && time + duration <= trip.to)
      .flatMap((departure) => ways.map((way) => ({ ...way, tie, departure, arrival: departure + duration })))
  })
}

export const waitAt = (of: Trip['least'], node: number, without: number) =>
  of === undefined ? without : typeof of === 'number' ? of : of[node]!

export function mayFollow({ least, most }: Trip, arrival: number, step: Step): boolean {
  const wait = step.departure - arrival
  return wait >= waitAt(least, step.from, 0) && wait <= waitAt(most, step.from, Number.POSITIVE_INFINITY)
}

export type Best = {
  earliest: number
  latest: number
  fastest: number
  fewest: number
  earliestOfFewest: number
}

/** What all walks there are come to at each node: each state of (node, arrival, start) is gone through, hop after hop. */
export function bestOfAll(small: SmallTime): Map<number, Best> {
  const all = takings(small)
  const best = new Map<number, Best>()
  const seen = new Set<string>()
  let layer = all
    .filter(({ from }) => from === small.trip.source)
    .map((step) => ({ step, start: step.departure }))
  for (let hops = 1; layer.length > 0; hops++) {
    const fresh = layer.filter(({ step, start }) => {
      const key = [step.to, step.arrival, start].join()
      return !seen.has(key) && seen.add(key)
    })
    for (const { step, start } of fresh) {
      const known = best.get(step.to)
      const none = {
        earliest: Infinity,
        latest: -Infinity,
        fastest: Infinity,
        earliestOfFewest: step.arrival,
      }
      const { earliest, latest, fastest, fewest, earliestOfFewest } = known ?? { ...none, fewest: hops }
      best.set(step.to, {
        earliest: Math.min(earliest, step.arrival),
        latest: Math.max(latest, start),
        fastest: Math.min(fastest, step.arrival - start),
        fewest,
        earliestOfFewest: fewest === hops ? Math.min(earliestOfFewest, step.arrival) : earliestOfFewest,
      })
    }
    layer = fresh.flatMap(({ step, start }) =>
      all
        .filter((next) => next.from === step.to && mayFollow(small.trip, step.arrival, next))
        .map((next) => ({ step: next, start })),
    )
  }
  return best
}

/** Whether a walk is one: each step can be taken, follows the one before, and they lead from where to where is asked. */
export function isWalk(small: SmallTime, { steps, departure, arrival }: Walk): boolean {
  const all = takings(small)
  const isTaken = (step: Step) =>
    all.some((one) => JSON.stringify(one) === JSON.stringify({ ...one, ...step }))
  const isNext = (step: Step, at: number) =>
    at === 0 || (steps[at - 1]!.to === step.from && mayFollow(small.trip, steps[at - 1]!.arrival, step))
  const [start, end] = [steps[0], steps.at(-1)]
  return (
    steps.every(isTaken) &&
    steps.every(isNext) &&
    start?.from === small.trip.source &&
    end?.to === small.trip.target &&
    start.departure === departure &&
    end.arrival === arrival
  )
}
