import {
  projectionChanged,
  projectionDescriptions,
  projectionRelations,
  projectionReports,
} from '../../cypher/projection/projection.ts'
import type { Result, ShownAnalysis } from '../../schema/analysis.ts'
import type { Moment } from '../../schema/context.ts'
import type { Question } from '../../schema/wire/analysis/analysis.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import type { AnalysisState } from '../../schema/wire/codes.ts'
import { KINDS } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import type { Graph } from '../graph.ts'
import type { Ids } from '../ids.ts'
import { scopeFor } from '../policy.ts'
import type { Versions } from '../versions.ts'
import { type Done, openThread } from './thread.ts'
import type { ViewErrands } from './view.ts'

/** The statements of a view, as they stand on record of whoever reads what came of it. */
export const VIEW_STATEMENTS = [projectionDescriptions, projectionRelations, projectionReports] as const

/** How long Neo4j may take for one statement of a view, ms. */
const VIEW_DEADLINE = 600_000
/** How long an analysis is kept after its end, ms; and how many one person may have waiting, and kept. */
const KEPT = 3_600_000
const MOST_WAITING = 4
const MOST_KEPT = 20

export type Job = {
  id: string
  caller: Caller
  scope: string
  question: Question
  asOf: string | null
  version: number
  /** What the key was used for. */
  body: string
  state: AnalysisState
  progress: number
  askedAt: number
  endedAt: number | null
  fault: Fault | null
  done: Done | null
}

export type JobParts = {
  graph: Graph
  compartments: Compartments
  versions: Versions
  ids: Ids
  clock: Clock
  hub: number
  /** Puts the end of a job on record; nothing of it is shown before. */
  record(job: Job): Promise<void>
}

export type Jobs = {
  start(caller: Caller, key: string, question: Question, at: { asOf: string | null; moment: Moment }): Job
  /** The caller's own, or null; of the office and the role that he is in now. */
  open(caller: Caller, id: string): Job | null
  of(caller: Caller): Job[]
  cancel(job: Job): void
  /** Whether what came of a job may still be shown: nothing that it rests on has changed hands since. */
  isCurrent(job: Job, deadline: number): Promise<boolean>
  close(): Promise<void>
}

/**
 * Analyses wait in one queue, and one runs at a time: they are long, and must leave a processor to those who wait for an answer.
 * They live in memory. A job belongs to the person, office and rights it was asked with.
 */
export function openJobs(parts: JobParts): Jobs {
  const jobs = new Map<string, Job>()
  const queue: { job: Job; errands: ViewErrands }[] = []
  const thread = openThread()
  let running: Promise<void> | null = null
  let isClosed = false

  async function runAll(): Promise<void> {
    for (let next = queue.shift(); next && !isClosed; next = queue.shift())
      await runOne(next.job, next.errands)
    running = null
  }

  async function runOne(job: Job, errands: ViewErrands): Promise<void> {
    if (job.state !== 'WAITING') return
    job.state = 'RUNNING'
    const { id, question, scope, asOf } = job
    const told = (fraction: number) => {
      job.progress = fraction
    }
    const ended = await thread
      .run({ id, question, scope, past: asOf !== null, errands }, told)
      .then((done) => ({ done, fault: null }))
      .catch((fault: Fault) => ({ done: null, fault }))
    await end(job, ended)
  }

  async function end(job: Job, { done, fault }: Pick<Job, 'done' | 'fault'>): Promise<void> {
    const state = job.state === 'CANCELLED' ? 'CANCELLED' : fault ? 'FAILED' : 'DONE'
    const ended = { ...job, state, done, fault: state === 'FAILED' ? fault : null } as Job
    // On record before anybody may see that it is over. If that fails, nothing of it is shown.
    const unrecorded = await parts.record(ended).then(
      () => null,
      (error: unknown) =>
        error instanceof Fault ? error : new Fault('INTERNAL', 'expected a record, got none'),
    )
    job.endedAt = parts.clock()
    job.fault = unrecorded ?? (state === 'FAILED' ? fault : null)
    job.done = state === 'DONE' && !unrecorded ? done : null
    job.progress = 1
    job.state = unrecorded ? 'FAILED' : state
  }

  function forget(): void {
    const over = parts.clock() - KEPT
    for (const [id, { endedAt }] of jobs) if (endedAt !== null && endedAt < over) jobs.delete(id)
  }

  const ofPerson = ({ person }: Caller) => [...jobs.values()].filter(({ caller }) => caller.person === person)

  function makeRoom(caller: Caller): void {
    const own = ofPerson(caller)
    if (own.filter(({ endedAt }) => endedAt === null).length >= MOST_WAITING)
      throw new Fault('TOO_MANY_ANALYSES', `expected at most ${MOST_WAITING} analyses under way, got another`)
    for (const { id } of own.filter(({ endedAt }) => endedAt !== null).slice(0, -MOST_KEPT + 1))
      jobs.delete(id)
  }

  return {
    start(caller, key, question, { asOf, moment }) {
      forget()
      const errands = errandsOf(parts, caller, moment.version)
      const id = parts.ids.id('analysis', caller.office, caller.person, key)
      const body = canonical({ ...question, asOf } as unknown as Json)
      const known = jobs.get(id)
      if (known && known.body !== body)
        throw new Fault(
          'IDEMPOTENCY_CONFLICT',
          'expected the question that this key was used for, got another',
        )
      if (known) return known
      makeRoom(caller)
      const job: Job = {
        ...{ id, caller, scope: scopeOf(caller), question, asOf, version: moment.version, body },
        ...{ state: 'WAITING', progress: 0, askedAt: parts.clock(), endedAt: null, fault: null, done: null },
      }
      jobs.set(id, job)
      queue.push({ job, errands })
      running ??= runAll()
      return job
    },
    open(caller, id) {
      forget()
      const job = jobs.get(id)
      return job && job.caller.person === caller.person && job.caller.office === caller.office ? job : null
    },
    of: (caller) => {
      forget()
      return ofPerson(caller)
        .filter((job) => job.caller.office === caller.office)
        .reverse()
    },
    cancel(job) {
      if (job.endedAt !== null) return
      const wasWaiting = job.state === 'WAITING'
      job.state = 'CANCELLED'
      if (wasWaiting) void end(job, { done: null, fault: null })
      else thread.cancel(job.id)
    },
    isCurrent: (job, deadline) => isCurrent(parts, job, deadline),
    async close() {
      isClosed = true
      await thread.close()
      await running
    },
  }
}

/** Who shares a view: nobody else has the same principals, for his own person is one of them. */
export const scopeOf = ({ country, officeKind, role, office, principals }: Caller): string =>
  sha256(canonical([country, officeKind, role, office, ...principals])).toString('hex')

/** The reads of a view, each in the scope that the policy gives the caller now. Throws NOT_ALLOWED. */
function errandsOf(
  { graph, compartments, versions, hub }: JobParts,
  caller: Caller,
  asOf: number,
): ViewErrands {
  const errand = (statement: (typeof VIEW_STATEMENTS)[number], own: object) => {
    const { compartments: listed, ...scope } = scopeFor(statement, caller, compartments, asOf)
    const list = statement.text.includes('$compartments') ? { compartments: listed } : {}
    const limit = statement.text.includes('$hub') ? { hub } : {}
    return graph.errand(statement, { ...own, ...scope, ...list, ...limit }, VIEW_DEADLINE)
  }
  return {
    descriptions: errand(projectionDescriptions, { kinds: KINDS }),
    relations: errand(projectionRelations, { kinds: KINDS }),
    reports: errand(projectionReports, {}),
    changed: graph.errand(projectionChanged, {}, VIEW_DEADLINE),
    asOf,
    watermark: versions.watermark(),
  }
}

/** Acts by which a report changes hands. A correction does not: it is new knowledge, and what was known then stays known. */
const HANDED = new Set(['RELEASE', 'WITHDRAW', 'ERASE'])

async function isCurrent({ graph }: JobParts, { done }: Job, deadline: number): Promise<boolean> {
  const acts = await graph.read(projectionChanged, { since: done!.readTo }, deadline)
  const moved = new Set(acts.filter(({ kind }) => HANDED.has(kind)).flatMap(({ reports }) => reports))
  return moved.size === 0 || !done!.reports.some((report) => moved.has(report))
}

export type { Result, ShownAnalysis }
