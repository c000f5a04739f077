import type { Result, ShownAnalysis } from '../../schema/analysis.ts'
import type { AnalysisDesk } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { IdempotencyKey } from '../../schema/wire/report-shape.ts'
import type { Record } from '../ask.ts'
import type { Audit } from '../audit/log.ts'
import type { Clock } from '../clock.ts'
import type { Job, Jobs } from './jobs.ts'
import { recordOwn } from './own-record.ts'
import { scopeOf, VIEW_STATEMENTS } from './sight.ts'

/** What one request can do with analyses; what it is shown of one is added to its record. */
export function analysisDesk(
  { jobs, deadline, isQuery }: { jobs: Jobs; deadline: () => number; isQuery: boolean },
  { caller, record }: { caller: Caller; record: Record },
): AnalysisDesk {
  /** A job that is done, of a scope that is not the caller's any more or whose reports have changed hands, is not shown. */
  async function isOutdated(job: Job): Promise<boolean> {
    if (job.scope !== scopeOf(caller)) return true
    return job.done !== null && !(await jobs.isCurrent(job, deadline()))
  }
  const shown = async (job: Job) => shownOf(job, await isOutdated(job))

  return {
    async start({ key, question, asOf, moment }) {
      if (!IdempotencyKey.safeParse(key).success)
        throw new Fault('BAD_INPUT', 'expected 8 to 80 letters, digits, . _ : -', { path: ['key'] })
      const job = jobs.start(caller, key, question, { asOf, moment })
      record.committed.push(job.id)
      return shown(job)
    },
    async open(id) {
      const job = jobs.open(caller, id)
      return job ? shown(job) : null
    },
    list: async () => Promise.all(jobs.of(caller).map(shown)),
    async cancel(id) {
      const job = jobs.open(caller, id)
      if (!job) return null
      jobs.cancel(job)
      record.committed.push(id)
      return shown(job)
    },
    async result(id): Promise<Result | null> {
      const job = jobs.open(caller, id)
      // What a change answers with counts neither against the budget nor as a consultation.
      if (!isQuery) return null
      if (!job?.done || (await isOutdated(job))) return null
      for (const { name, digest } of VIEW_STATEMENTS) record.statements.set(name, digest)
      for (const one of job.done.shown) record.shown.add(one)
      for (const office of job.done.owners) record.owners.add(office)
      return job.done.result
    },
  }
}

function shownOf(job: Job, outdated: boolean): ShownAnalysis {
  const { id, question, state, progress, askedAt, asOf, endedAt, fault } = job
  return {
    ...{ id, kind: question.kind, asked: question.asked, progress, askedAt, asOf, endedAt },
    state: outdated ? 'OUTDATED' : state,
    fault: fault && !outdated ? { code: fault.code, message: fault.message } : null,
  }
}

/**
 * Puts on record that an analysis has ended, and how. The job's id, which stands in the records of its start and of each reading,
 * joins them.
 */
export async function recordEnd(parts: { audit: Audit; clock: Clock }, job: Job): Promise<void> {
  const { id, caller, state, fault } = job
  const order = { operation: 'analysisEnd', analysis: id, person: caller.person, office: caller.office }
  const end = await recordOwn(parts, caller.country, order)
  const outcome = fault ? fault.code : state === 'CANCELLED' ? 'CANCELLED' : 'OK'
  await end({ outcome, body: { analysis: id, outcome }, committed: [id] })
}
