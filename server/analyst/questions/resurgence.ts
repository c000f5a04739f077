import type { Lead, ResurgenceReason, ResurgenceResult } from '../../../schema/analysis/resurgence.ts'
import type { ResurgenceQuestion } from '../../../schema/wire/analysis/resurgence.ts'
import { FACETS } from '../../../schema/wire/codes.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import {
  type Candidate,
  EXPECTED,
  type Expectation,
  type Reason,
  successorsOf,
  TRACES,
} from '../../analysis/resurgence.ts'
import { dateOf, NO_DAY } from '../column.ts'
import { entityNumber, relationsOfType } from '../ground.ts'
import type { Projection } from '../projection.ts'
import { descriptionsTold, type Ground, groundsOf, relationsTold } from '../things.ts'
import type { Told } from '../told.ts'
import { type Traces, traceCode, tracesOf } from '../traces.ts'

/** See `ResurgenceQuestion`. Throws NOT_FOUND for a network that is not in the view, BAD_INPUT where nothing says when it ended. */
export function resurgence(view: Projection, told: Told, asked: ResurgenceQuestion): ResurgenceResult {
  const entity = entityNumber(view, asked.network, 'NETWORK')
  const end = endOf(view, told, entity, asked.ended)
  if (end.day === NO_DAY)
    throw new Fault('BAD_INPUT', 'expected the day on which it ended: nothing that you may see says it')
  const traces = tracesOf(view)
  const { networks, profiled, isDated } = traces
  const network = networks.placeOf.get(entity)!
  const { before, most } = asked
  const question = { network, ended: end.day, before, most, expected: expectedOf(asked) }
  // Those without a day stand before all others, and so are none of the later.
  const found = successorsOf(profiled, question)
  const others = [...isDated.keys()].filter((one) => one !== network)
  return {
    kind: 'resurgence',
    ...{ network: told.node(entity), ended: dateOf(end.day) },
    endedBy: descriptionsTold(told, 'NETWORK', end.rows),
    looked: others.filter((one) => isDated[one] === 1 && profiled.begun[one]! >= end.day - before).length,
    undated: others.filter((one) => isDated[one] === 0).length,
    leftOut: networks.leftOut.size,
    claimed: relationsTold(told, claimedOf(view, traces, entity)),
    leads: leadsTold(view, told, traces, network, found),
  }
}

const expectedOf = ({ expected }: ResurgenceQuestion): Expectation =>
  Object.fromEntries(TRACES.map((trace) => [trace, expected[trace] ?? EXPECTED[trace]])) as Expectation

/** The day of an end, or `NO_DAY`, and the rows of the descriptions that say that there was one. */
export function endOf(view: Projection, told: Told, network: number, asked?: string) {
  const { status, observedFrom, observedTo } = view.descriptions.NETWORK.columns
  const [from, to] = told.descriptionsOf(network)
  const rows: number[] = []
  let day = asked === undefined ? NO_DAY : observedFrom!.numberOf(asked)
  for (let row = from; row < to; row++) {
    if (status!.get(row) !== 'DISMANTLED') continue
    rows.push(row)
    const [first, last] = [observedFrom!.numbers()[row]!, observedTo!.numbers()[row]!]
    const said = first === NO_DAY ? last : first
    if (asked === undefined && said !== NO_DAY && (day === NO_DAY || said < day)) day = said
  }
  return { day, rows }
}

/** The claims that a network succeeds another, or is the same. */
function claimedOf(view: Projection, { same }: Traces, network: number): number[] {
  const { columns } = view.relations
  const [from, to] = [columns.from!.numbers(), columns.to!.numbers()]
  const isIt = (row: number) => from[row] === network || to[row] === network
  return [...relationsOfType(view, 'SUCCEEDS'), ...same.rows].filter(isIt)
}

/** What is found, with the claims of its reasons. */
export function leadsTold(
  view: Projection,
  told: Told,
  traces: Traces,
  network: number,
  found: Candidate[],
): Lead[] {
  const shown = new Set([network, ...found.map((one) => one.network)])
  const grounds = new Map(TRACES.map((trace) => [trace, groundsOf(traces.things[trace], shown)]))
  const tell = (reason: Reason, other: number) => {
    const own = grounds.get(reason.trace)!
    const both = [network, other].flatMap((one) => own.get(one)?.get(reason.thing) ?? [])
    return reasonTold(view, told, traces, { reason, both })
  }
  return found.map((one): Lead => {
    const shared = one.reasons.filter((reason) => reason.shared)
    const strongest = TRACES.reduce((most, trace) => (one.byTrace[trace] > one.byTrace[most] ? trace : most))
    return {
      network: told.node(traces.networks.entityOf[one.network]!),
      begun: dateOf(traces.profiled.begun[one.network]!),
      ...{ bits: one.bits, odds: 2 ** one.odds, oddsWithout: 2 ** (one.odds - one.byTrace[strongest]) },
      strongest: traceCode(strongest),
      reasons: shared.map((reason) => tell(reason, one.network)),
      against: TRACES.flatMap((trace) => {
        const lost = one.reasons.filter((reason) => reason.trace === trace && !reason.shared)
        const bits = lost.reduce((sum, reason) => sum + reason.bits, 0)
        return lost.length > 0 ? [{ trace: traceCode(trace), things: lost.length, bits }] : []
      }),
    }
  })
}

/** A reason with all claims of both networks that say it, and those that say that two things are one. */
function reasonTold(
  { relations }: Projection,
  told: Told,
  { same }: Traces,
  { reason: { trace, thing, bits }, both }: { reason: Reason; both: Ground[] },
): ResurgenceReason {
  const rows = both.flatMap((ground) => [...ground.rows])
  const head = { trace: traceCode(trace), bits }
  if (trace === 'facets') {
    const said = both.flatMap((ground) => [...ground.said])
    return {
      ...{ ...head, facet: FACETS[thing]!, things: [] },
      relations: relationsTold(told, rows),
      descriptions: descriptionsTold(told, 'MODUS_OPERANDI', said),
    }
  }
  const [from, to] = [relations.columns.from!.numbers(), relations.columns.to!.numbers()]
  const isThing = (entity: number) => same.of[entity] === thing
  const met = new Set(rows.flatMap((row) => [from[row]!, to[row]!]).filter(isThing))
  const joined = met.size > 1 ? same.rows.filter((row) => isThing(from[row]!)) : []
  return {
    ...{ ...head, facet: null, things: [...met].sort((a, b) => a - b).map((entity) => told.node(entity)) },
    ...{ relations: relationsTold(told, [...rows, ...joined]), descriptions: [] },
  }
}
