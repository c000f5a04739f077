import type { TimePathResult, TimeWalk } from '../../../schema/analysis/time-path.ts'
import type { TimePathQuestion } from '../../../schema/wire/analysis/time-path.ts'
import type { TimeAim } from '../../../schema/wire/codes.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { type Contacts, contactsOf } from '../../analysis/contacts.ts'
import {
  type Bounds,
  earliestArrival,
  fastest,
  fewestHops,
  latestDeparture,
  type Trip,
} from '../../analysis/time-paths.ts'
import type { Walk } from '../../analysis/wait.ts'
import type { Watch } from '../../analysis/watch.ts'
import { dateOf } from '../column.ts'
import { entityNumber, type Ground } from '../ground.ts'
import { within } from '../progress.ts'
import type { Projection } from '../projection.ts'
import { dayOf, takenGround } from '../taken.ts'
import type { Told } from '../told.ts'

const SEARCHES: Record<TimeAim, (contacts: Contacts, trip: Trip, bounds: Bounds) => Promise<Walk | null>> = {
  EARLIEST_ARRIVAL: earliestArrival,
  LATEST_DEPARTURE: latestDeparture,
  FASTEST: fastest,
  FEWEST_HOPS: fewestHops,
}

/** See `TimePathQuestion`. Throws NOT_FOUND for an end that is not in the view, QUERY_TOO_COMPLEX where too many walks were looked at. */
export async function timePath(
  view: Projection,
  told: Told,
  asked: TimePathQuestion,
  watch: Watch,
): Promise<TimePathResult> {
  const [from, to] = [entityNumber(view, asked.from), entityNumber(view, asked.to)]
  const ground = takenGround(view, asked, new Set([from, to]))
  const dated = datedOf(view, ground)
  const window = windowOf(view, dated, asked)
  const found: TimePathResult = {
    kind: 'timePath',
    ...{ from: told.node(from), to: told.node(to) },
    since: window && dateOf(window.from),
    until: window && dateOf(window.to),
    dated: dated.ties.length,
    undated: ground.rows.length - dated.ties.length,
    walks: [],
  }
  const { by, minWait, maxWait } = asked
  const waits = { least: minWait, ...(maxWait !== undefined && { most: maxWait }) }
  const trip = window && { ...window, ...waits, source: ground.nodeOf[from]!, target: ground.nodeOf[to]! }
  for (const [at, aim] of by.entries()) {
    const walk =
      trip && (await search(aim, dated.contacts, trip, within(watch, at / by.length, (at + 1) / by.length)))
    found.walks.push({ by: aim, walk: walk && walkTold(told, ground, dated, walk) })
  }
  return found
}

async function search(by: TimeAim, contacts: Contacts, trip: Trip, watch: Watch): Promise<Walk | null> {
  try {
    return await SEARCHES[by](contacts, trip, watch)
  } catch (error) {
    // All that was asked has been checked: what is left is the limit of the search.
    if (!(error instanceof RangeError)) throw error
    throw new Fault('QUERY_TOO_COMPLEX', 'expected fewer ways in time: ask of fewer days, or without waits')
  }
}

/** The ties of a ground that have a time, as contacts: `ties` are their numbers there, `first` and `last` beside them. */
type Dated = { contacts: Contacts; ties: Uint32Array; first: Float64Array; last: Float64Array }

function datedOf({ relations }: Projection, { network, rows, from, to }: Ground): Dated {
  const { observedFrom, observedTo } = relations.columns
  const day = (column: typeof observedFrom, tie: number) => dayOf(column!.numbers()[rows[tie]!]!)
  const isDated = (tie: number) =>
    !(Number.isNaN(day(observedFrom, tie)) && Number.isNaN(day(observedTo, tie)))
  const ties = Uint32Array.from(rows.keys()).filter(isDated)
  const open = (value: number, end: number) => (Number.isNaN(value) ? end : value)
  const first = Float64Array.from(ties, (tie) => open(day(observedFrom, tie), Number.NEGATIVE_INFINITY))
  const last = Float64Array.from(ties, (tie) => open(day(observedTo, tie), Number.POSITIVE_INFINITY))
  const ends = (of: Uint32Array) => ties.map((tie) => of[tie]!)
  // Ties stand in the order of claim ids.
  const list = { nodes: network.nodes, from: ends(from), to: ends(to), first, last, tie: ties }
  return { contacts: contactsOf(list), ties, first, last }
}

/** The days between which is looked: as asked, else all that any claim names. Null where none does. */
function windowOf({ relations }: Projection, { first, last }: Dated, { since, until }: TimePathQuestion) {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const days of [first, last])
    for (const day of days)
      if (Number.isFinite(day)) {
        from = Math.min(from, day)
        to = Math.max(to, day)
      }
  const { observedFrom } = relations.columns
  if (since) from = observedFrom!.numberOf(since)
  if (until) to = observedFrom!.numberOf(until)
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : null
}

/** A walk with all the claims that say of each hop that it could be taken on its day. Looks at all dated ties once. */
function walkTold(told: Told, { network, rows, entityOf }: Ground, dated: Dated, walk: Walk): TimeWalk {
  const { ties, first, last } = dated
  const claims = new Map<number, number[]>(walk.steps.map(({ tie }) => [network.pairOf[tie]!, []]))
  ties.forEach((tie, at) => {
    claims.get(network.pairOf[tie]!)?.push(at)
  })
  return {
    departure: dateOf(walk.departure),
    arrival: dateOf(walk.arrival),
    hops: walk.steps.map(({ tie, from, to, departure }) => ({
      from: told.node(entityOf[from]!),
      to: told.node(entityOf[to]!),
      on: dateOf(departure),
      claims: claims
        .get(network.pairOf[tie]!)!
        .filter((at) => first[at]! <= departure && departure <= last[at]!)
        .map((at) => told.relation(rows[ties[at]!]!)),
    })),
  }
}
