import type { Moment } from '../../schema/context.ts'
import type { Question } from '../../schema/wire/analysis/analysis.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import type { AnalysisState } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import type { Graph } from '../graph.ts'
import type { Ids } from '../ids.ts'
import type { Latch } from '../latch.ts'
import type { Versions } from '../versions.ts'
import { errandsOf, expectAnalyst, isCurrent, scopeOf } from './sight.ts'
import { type Done, internal, type Listener, openThread, type Thread } from './thread.ts'

/** How long Neo4j may take for one statement of a view, ms; and for one while which no rights change. */
const VIEW_DEADLINE = 600_000
const STILL_DEADLINE = 30_000
/** How long an analysis is kept after its end, ms; and how many one person may have waiting, and kept. */
const KEPT = 3_600_000
/** How long one may run, ms: nobody holds up everybody. */
const LONGEST = 1_200_000
/** How often what is kept too long is let go, ms. */
const SWEEP = 600_000
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
  /** Its end is being put on record: nothing changes what came of it. */
  isEnding: boolean
}

export type JobParts = {
  graph: Graph
  compartments: Compartments
  versions: Versions
  ids: Ids
  clock: Clock
  hub: number
  latch: Latch
  /** Puts the end of a job on record; nothing of it is shown before. */
  record(job: Job): Promise<void>
}

export type Jobs = {
  start(caller: Caller, key: string, question: Question, at: { asOf: string | null; moment: Moment }): Job
  /** The caller's own, or null; of the office and the role that he is in now. */
  open(caller: Caller, id: string): Job | null
  of(caller: Caller): Job[]
  cancel(job: Job): void
  /** A report has been erased: nothing that may be made of it is kept, neither views nor what came of them. */
  erased(): Promise<void>
  /** Whether what came of a job may still be shown: nothing that it rests on has changed hands since. */
  isCurrent(job: Job, deadline: number): Promise<boolean>
  /**
   * Lets the server use the thread for something of its own, when no analysis waits; one that is asked for meanwhile waits for
   * that piece alone. Rejects once this is closed.
   */
  aside<T>(work: (thread: Thread) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Analyses wait in one queue, and one runs at a time: they are long, and must leave a processor to those who wait for an answer.
 * They live in memory. A job belongs to the person, office and rights it was asked with.
 */
export function openJobs(parts: JobParts): Jobs {
  const jobs = new Map<string, Job>()
  const queue: Job[] = []
  const asides: { go(): Promise<void>; fail(error: Error): void }[] = []
  /** Ends that are put on record by themselves. */
  const ending = new Set<Promise<void>>()
  const thread = openThread()
  let running: Promise<void> | null = null
  let isClosed = false
  let erasures = 0
  const sweeping = setInterval(sweep, SWEEP).unref()

  async function runAll(): Promise<void> {
    while (!isClosed) {
      const next = queue.shift()
      const aside = next ? undefined : asides.shift()
      if (next) await runOne(next)
      else if (aside) await aside.go()
      else break
    }
    running = null
  }

  async function runOne(job: Job): Promise<void> {
    if (job.state !== 'WAITING') return
    job.state = 'RUNNING'
    const { id, caller, question, scope, asOf, version } = job
    const heard: Listener = {
      progress(fraction) {
        job.progress = fraction
      },
      still: (work) => parts.latch.shared(() => work(errandsOf(parts, caller, version, STILL_DEADLINE))),
    }
    const run = async () => {
      // Made now and not when it was asked: compartments have come since, to which what he sees may have been moved.
      const errands = errandsOf(parts, caller, version, VIEW_DEADLINE)
      return thread.run({ id, question, scope, past: asOf !== null, errands }, heard)
    }
    const before = erasures
    const late = setTimeout(() => thread.cancel(id), LONGEST)
    const ended = await run().then(
      (done) => ({ done, fault: null }),
      (error: unknown) => ({ done: null, fault: error instanceof Fault ? error : internal() }),
    )
    clearTimeout(late)
    await end(job, ended)
    if (erasures !== before) await letGo(job)
  }

  /** What may not be shown any more is not kept either; where that cannot be told it goes. */
  async function letGo(job: Job): Promise<void> {
    if (job.done && (await isCurrent(parts, job, STILL_DEADLINE).catch(() => false))) return
    if (job.done) job.state = 'OUTDATED'
    job.done = null
  }

  async function end(job: Job, { done, fault: failure }: Pick<Job, 'done' | 'fault'>): Promise<void> {
    job.isEnding = true
    const state = job.state === 'CANCELLED' ? 'CANCELLED' : failure ? 'FAILED' : 'DONE'
    // Whoever ended it himself is not told that it took too long.
    const fault = state === 'FAILED' ? failure : null
    const ended = { ...job, state, done, fault } as Job
    // On record before anybody may see that it is over. If that fails, nothing of it is shown.
    const unrecorded = await parts.record(ended).then(
      () => null,
      (error: unknown) =>
        error instanceof Fault ? error : new Fault('INTERNAL', 'expected a record, got none'),
    )
    job.endedAt = parts.clock()
    job.fault = unrecorded ?? fault
    job.done = state === 'DONE' && !unrecorded ? done : null
    job.progress = 1
    job.state = unrecorded ? 'FAILED' : state
  }

  function forget(): void {
    const over = parts.clock() - KEPT
    for (const [id, { endedAt }] of jobs) if (endedAt !== null && endedAt < over) jobs.delete(id)
  }

  /** After an hour without a question nothing of anybody's view is left. */
  function sweep(): void {
    forget()
    if (jobs.size === 0) thread.forget()
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
      expectAnalyst(parts, caller)
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
        isEnding: false,
      }
      jobs.set(id, job)
      queue.push(job)
      running ??= runAll()
      return job
    },
    open(caller, id) {
      expectAnalyst(parts, caller)
      forget()
      const job = jobs.get(id)
      return job && job.caller.person === caller.person && job.caller.office === caller.office ? job : null
    },
    of: (caller) => {
      expectAnalyst(parts, caller)
      forget()
      return ofPerson(caller)
        .filter((job) => job.caller.office === caller.office)
        .reverse()
    },
    cancel(job) {
      if (job.endedAt !== null || job.isEnding) return
      const wasWaiting = job.state === 'WAITING'
      job.state = 'CANCELLED'
      if (!wasWaiting) return thread.cancel(job.id)
      const recorded = end(job, { done: null, fault: null }).finally(() => ending.delete(recorded))
      ending.add(recorded)
    },
    async erased() {
      erasures += 1
      thread.forget()
      for (const job of jobs.values()) await letGo(job)
    },
    isCurrent: (job, deadline) => isCurrent(parts, job, deadline),
    aside: (work) =>
      new Promise((done, fail) => {
        if (isClosed) return fail(internal())
        asides.push({ go: () => work(thread).then(done, fail), fail })
        running ??= runAll()
      }),
    async close() {
      isClosed = true
      for (const { fail } of asides.splice(0)) fail(internal())
      clearInterval(sweeping)
      for (const job of queue.splice(0)) {
        if (job.state !== 'WAITING') continue
        job.state = 'CANCELLED'
        ending.add(end(job, { done: null, fault: null }))
      }
      await thread.close()
      await Promise.all([running, ...ending])
    },
  }
}
