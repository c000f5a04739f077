import { parentPort, workerData } from 'node:worker_threads'
import { counterOf, type Ground } from './brandes.ts'

// A thread that counts shortest paths from the sources it is told.

export type WorkerQuestion = { part: number; from: number; to: number }
export type WorkerAnswer = { part: number; sums: Float64Array<ArrayBuffer> }

const count = counterOf(workerData as Ground)

parentPort!.on('message', ({ part, from, to }: WorkerQuestion) => {
  const sums = count(from, to)
  parentPort!.postMessage({ part, sums } satisfies WorkerAnswer, [sums.buffer])
})
