import { messageOwned } from '../cypher/message/message.ts'
import type { Context, Moment } from '../schema/context.ts'
import { recordName } from '../schema/wire/audit-erasure.ts'
import type { Caller } from '../schema/wire/caller.ts'
import { Fault } from '../schema/wire/fault.ts'
import { analysisDesk } from './analyst/desk.ts'
import { ask, type Record } from './ask.ts'
import { cursorsFor } from './cursors.ts'
import type { Prepared } from './engine.ts'
import { cardDesk } from './exchange/cards.ts'
import type { Instance } from './instance.ts'
import { matchDesk } from './match/desk.ts'
import { allow } from './policy.ts'
import { reportDesk } from './report/desk.ts'
import { officesReached } from './report/reached.ts'

/** What one request can reach: everything bound to its caller, its record, its deadline and the moment it reads at. */
export function contextFor(
  instance: Instance,
  caller: Caller,
  record: Record,
  { kind, fields, purpose }: Pick<Prepared, 'kind' | 'fields'> & Partial<Pick<Prepared, 'purpose'>>,
): Context {
  const { versions, directory, audit, budget, consultations, exchange, latch, clock } = instance
  const ends = clock() + instance.deadline
  const started: Moment = momentNow(instance)
  const road = {
    graph: instance.graph,
    compartments: instance.compartments,
    hub: instance.hub,
    deadline: () => {
      const left = ends - clock()
      if (left < 1)
        throw new Fault('DEADLINE', 'expected an answer within the deadline, got none: narrow the question')
      return left
    },
  }
  // A query holds the latch from beginning to end; a mutation would wait for itself, so each of its reads takes its own.
  const held = <T>(work: () => Promise<T>) => (kind === 'query' ? work() : latch.shared(work))
  const asked: Context['ask'] = (statement, params, asOf) =>
    held(() => ask(road, { caller, record }, statement, params, asOf ?? momentNow(instance).version))
  const request = { caller, ask: asked, record }

  return {
    caller,
    ask: asked,
    asks: (...names) => names.some((name) => fields.has(name)),
    analyses: analysisDesk(
      { jobs: instance.analyses, deadline: road.deadline, isQuery: kind === 'query' },
      request,
    ),
    cards: cardDesk(instance, request),
    reports: reportDesk(instance, request),
    match: matchDesk(instance, request, purpose),
    messages: exchange.desk(request),
    attachments: {
      held(object) {
        record.statements.set(messageOwned.name, messageOwned.digest)
        return instance.attachments.held(caller, object)
      },
      async close(object, signature) {
        await instance.attachments.close(caller, object, signature)
        record.committed.push(object)
      },
    },
    handover: exchange.handover(request),
    events: {
      from() {
        throw new Fault('BAD_REQUEST', 'expected a request for a stream, got one for an answer')
      },
    },
    time: {
      moment(asOf) {
        if (!asOf) return kind === 'query' ? started : momentNow(instance)
        const time = Math.min(Date.parse(asOf), started.time)
        if (Number.isNaN(time)) throw new Fault('BAD_DATE', 'expected a time in ISO 8601')
        return { time, version: versions.at(time) }
      },
      of: (version) => new Date(versions.timeOf(version)).toISOString(),
      at: (time) => versions.at(time),
    },
    cursors: cursorsFor(instance.instanceKey, caller),
    directory: {
      offices() {
        allow('DIRECTORY_READ', caller)
        return directory.offices()
      },
      teams: () => directory.teamsOf(caller.offices),
      lineage: directory.lineage,
      keyWarnings: () => directory.keyWarnings(caller),
      entries(from) {
        allow('DIRECTORY_READ', caller)
        return directory.publicEntries(from)
      },
      append(entry) {
        allow('DIRECTORY_WRITE', caller)
        if (!directory.narrows(entry)) instance.heads.check()
        return directory.append(entry)
      },
      reach: (compartment) => instance.compartments.reachOf(compartment),
      reached(numbers) {
        const reaches = numbers.map((number) => instance.compartments.reachOf(number))
        return [...new Set(reaches.flatMap((reach) => officesReached(reach, directory)))].sort()
      },
    },
    audit: {
      search(question) {
        allow('AUDIT_READ', caller)
        return audit.search(caller.country, question)
      },
      periods(from, to) {
        allow('AUDIT_READ', caller)
        return audit.periods(caller.country, from, to)
      },
      async erase(order) {
        allow('AUDIT_ERASE', caller)
        const erased = await audit.erase(caller.country, order, record.intent!.asked)
        record.committed.push(...erased.map(({ index }) => recordName(index)))
        return erased
      },
    },
    consultations(month) {
      allow('COUNT_READ', caller)
      return consultations.of(caller.office, month)
    },
    budget: {
      status: () => budget.status(caller),
      async approve(person, reason) {
        allow('BUDGET_APPROVE', caller)
        const colleague = directory.assignments(person).some(({ office }) => office === caller.office)
        if (!colleague)
          throw new Fault('NOT_FOUND', 'expected a colleague of your office', { path: ['person'] })
        await budget.approve(caller, person, reason)
      },
    },
  }
}

function momentNow({ versions }: Instance): Moment {
  const time = versions.now()
  return { time, version: versions.at(time) }
}
