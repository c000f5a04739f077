import { Worker } from 'node:worker_threads'
import type { Question } from '../../schema/wire/analysis/analysis.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { whereOf } from '../where.ts'
import type { ViewErrands } from './view.ts'
import type { Asked, FromWorker, Order, ToWorker, Done as WorkerDone } from './worker.ts'

export type Done = WorkerDone<Question>

/** The thread beside this one that analyses; it starts with the first question, and again after it has died. */
export type Thread = {
  /** Rejects with the fault of the question, or INTERNAL. One at a time: whoever calls waits for the one before. */
  run<Q extends Asked>(order: Order<Q>, heard: Listener): Promise<WorkerDone<Q>>
  cancel(id: string): void
  /** Lets go of every view that is kept: of each as soon as its question has been answered. */
  forget(): void
  close(): Promise<void>
}

export type Listener = {
  progress(fraction: number): void
  /** Runs `work`, which ends when the view has caught up, while no rights change, with errands made then. */
  still(work: (errands: ViewErrands) => Promise<void>): Promise<void>
}
type Waiting = Listener & {
  thread: Worker
  caughtUp(): void
  done(done: WorkerDone<Asked>): void
  failed(error: Error): void
}

export function openThread(): Thread {
  const waiting = new Map<string, Waiting>()
  let worker: Worker | null = null

  function started(): Worker {
    if (worker) return worker
    const thread = new Worker(new URL('./worker.ts', import.meta.url))
    // It says twice that it has died, and another may run by then.
    const died = () => {
      if (worker === thread) worker = null
      for (const [id, one] of waiting) if (one.thread === thread) ended(id, one).failed(internal())
    }
    // It must not keep a process alive that has nothing else to do.
    thread.on('message', heard).on('error', complained).on('error', died).on('exit', died).unref()
    worker = thread
    return thread
  }

  function heard(message: FromWorker): void {
    const one = waiting.get(message.id)
    if (!one) return
    if ('progress' in message) one.progress(message.progress)
    else if ('read' in message) stand(message.id, one)
    else if ('caughtUp' in message) one.caughtUp()
    else if ('done' in message) ended(message.id, one).done(message.done)
    else ended(message.id, one).failed(faultOf(message))
  }

  /** Lets a view catch up while rights stand still, and no longer than it needs or lives. */
  function stand(id: string, one: Waiting): void {
    const catchUp = (errands: ViewErrands) =>
      new Promise<void>((caughtUp) => {
        one.caughtUp = caughtUp
        if (waiting.get(id) !== one) caughtUp()
        else one.thread.postMessage({ go: id, errands } satisfies ToWorker)
      })
    one.still(catchUp).catch(() => {
      // It waits there with what it has read.
      one.thread.postMessage({ cancel: id } satisfies ToWorker)
      ended(id, one).failed(internal())
    })
  }

  function ended(id: string, one: Waiting): Waiting {
    waiting.delete(id)
    one.caughtUp()
    return one
  }

  return {
    run: <Q extends Asked>(order: Order<Q>, listener: Listener) =>
      new Promise<WorkerDone<Q>>((resolve, failed) => {
        // What comes back for an id answers what was asked with it.
        const done = (found: WorkerDone<Asked>) => resolve(found as WorkerDone<Q>)
        const thread = started()
        waiting.set(order.id, { ...listener, thread, caughtUp: () => undefined, done, failed })
        thread.postMessage({ run: order } satisfies ToWorker)
      }),
    cancel: (id) => worker?.postMessage({ cancel: id } satisfies ToWorker),
    forget: () => worker?.postMessage({ forget: true } satisfies ToWorker),
    async close() {
      await worker?.terminate()
    },
  }
}

function faultOf({ failed, where }: Extract<FromWorker, { failed: unknown }>): Fault {
  if (failed) return new Fault(failed.code, failed.message)
  process.stderr.write(`internal failure of an analysis:\n${where}\n`)
  return internal()
}

/** What ends the thread: its kind and where it stood, never with what. */
function complained(error: Error): void {
  const code = (error as { code?: unknown }).code
  const name = typeof code === 'string' ? code : error.name
  process.stderr.write(`the thread of analyses has died: ${name}\n${whereOf(error)}\n`)
}

export const internal = () => new Fault('INTERNAL', 'expected an answer, got a failure here; it is on record')
