import type { Contacts } from './contacts.ts'
import { expectNodes } from './nodes.ts'

/** When a walk may be, and how long it may stay. */
export type Leave = {
  /** No departure before `from`, no arrival after `to`: whole, and in the unit of the contacts. */
  from: number
  to: number
  /** From an arrival at a node to the next departure, for all nodes or one by one: whole, 0 or more. Where a walk begins it may wait freely. */
  least?: number | ArrayLike<number>
  /** The same; without it there is no end. A node whose `most` is below its `least` is not passed. */
  most?: number | ArrayLike<number>
}

export type Waits = { least: Float64Array; most: Float64Array; isBounded: boolean }

/** The waits of each node. Throws RangeError on a wait or an interval that is not whole. */
export function waitsOf(
  { nodes }: Contacts,
  { from, to, least = 0, most = Number.POSITIVE_INFINITY }: Leave,
): Waits {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to)))
    throw new RangeError(`expected an interval of whole times, got ${from} to ${to}`)
  const each = (wait: number | ArrayLike<number>) =>
    typeof wait === 'number'
      ? new Float64Array(nodes).fill(wait)
      : Float64Array.from({ length: nodes }, (_, node) => wait[node]!)
  const waits = { least: each(least), most: each(most) }
  let isBounded = false
  for (let node = 0; node < nodes; node++) {
    const [shortest, longest] = [waits.least[node]!, waits.most[node]!]
    const isEnd = longest !== Number.POSITIVE_INFINITY
    for (const wait of isEnd ? [shortest, longest] : [shortest])
      if (!(Number.isSafeInteger(wait) && wait >= 0))
        throw new RangeError(`expected whole waits from 0, got ${wait}`)
    isBounded ||= isEnd
  }
  return { ...waits, isBounded }
}

/** One contact of a walk: taken at `departure`, at its other end at `arrival`. */
export type Step = { tie: number; from: number; to: number; departure: number; arrival: number }

/** Contacts in order. Without a step it is at its only node already. */
export type Walk = { departure: number; arrival: number; steps: Step[] }

/** The walk that stays where it is. */
export const stay = (time: number): Walk => ({ departure: time, arrival: time, steps: [] })

/**
 * When each of a row of contacts is taken so that the last arrives at `arrival`: each as late as the next one lets it, so
 * that the walk begins as late as it can. O(row). The row has to be one that can be walked so.
 */
export function timed(contacts: Contacts, waits: Waits, leave: Leave, row: number[], arrival: number): Walk {
  const { from, to, first, last, duration, tie } = contacts
  const latest: number[] = []
  for (const [at, contact] of row.entries()) {
    const before = at === 0 ? Number.POSITIVE_INFINITY : latest[at - 1]! + waits.most[from[contact]!]!
    const most = Math.min(last[contact]!, before, leave.to - duration[contact]!)
    latest.push(most + duration[contact]!)
  }
  const steps: Step[] = []
  let arrives = arrival
  for (let at = row.length - 1; at >= 0; at--) {
    const contact = row[at]!
    const departure = arrives - duration[contact]!
    if (!(departure >= first[contact]!))
      throw new Error('expected contacts that can be taken one after another')
    steps.unshift({ tie: tie[contact]!, from: from[contact]!, to: to[contact]!, departure, arrival: arrives })
    arrives = Math.min(latest[at - 1] ?? 0, departure - waits.least[from[contact]!]!)
  }
  return { departure: steps[0]!.departure, arrival, steps }
}

/** Whether nodes are, and whether there is any time between. */
export function expectAsked({ nodes }: Contacts, leave: Leave, ...ids: number[]): boolean {
  expectNodes(nodes, ...ids)
  return leave.from <= leave.to
}
