import { Worker } from 'node:worker_threads'
import { Fault } from '../../schema/wire/fault.ts'
import type { FromWorker, Order, ToWorker } from './worker.ts'

export type Done = Extract<FromWorker, { done: unknown }>['done']

/** The thread beside this one that analyses; it starts with the first question, and again after it has died. */
export type Thread = {
  /** Rejects with the fault of the question, or INTERNAL. One at a time: whoever calls waits for the one before. */
  run(order: Order, progress: (fraction: number) => void): Promise<Done>
  cancel(id: string): void
  close(): Promise<void>
}

type Waiting = { progress(fraction: number): void; done(done: Done): void; failed(error: Error): void }

export function openThread(): Thread {
  const waiting = new Map<string, Waiting>()
  let worker: Worker | null = null

  function started(): Worker {
    if (worker) return worker
    const thread = new Worker(new URL('./worker.ts', import.meta.url))
    const died = () => {
      if (worker === thread) worker = null
      for (const one of waiting.values()) one.failed(internal())
      waiting.clear()
    }
    // It must not keep a process alive that has nothing else to do.
    thread.on('message', heard).on('error', died).on('exit', died).unref()
    worker = thread
    return thread
  }

  function heard(message: FromWorker): void {
    const one = waiting.get(message.id)
    if (!one) return
    if ('progress' in message) one.progress(message.progress)
    else {
      waiting.delete(message.id)
      if ('done' in message) one.done(message.done)
      else one.failed(faultOf(message))
    }
  }

  return {
    run: (order, progress) =>
      new Promise((done, failed) => {
        waiting.set(order.id, { progress, done, failed })
        started().postMessage({ run: order } satisfies ToWorker)
      }),
    cancel: (id) => worker?.postMessage({ cancel: id } satisfies ToWorker),
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

const internal = () => new Fault('INTERNAL', 'expected an answer, got a failure here; it is on record')
