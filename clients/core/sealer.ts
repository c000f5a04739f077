import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../schema/wire/fault.ts'
import { MOST_AROUND } from './chunk.ts'
import type { WorkerAnswer, WorkerFile, WorkerQuestion } from './chunk-worker.ts'

export type SealedPart = { chunk: number; octets: Uint8Array; sha256: string }

export type Sealer = {
  /** Chunks 1 to `count`, in order; no more than a few are sealed ahead of who takes them. */
  chunks(count: number): AsyncGenerator<SealedPart>
  /** Gives the room of a chunk back, when nobody looks at its octets any more. */
  release(part: SealedPart): void
  close(): Promise<void>
}

const MOST_THREADS = 2

/** Seals the chunks of a file in threads of their own. Each has one chunk in hand and one that waits to be sent. */
export function openSealer(file: WorkerFile): Sealer {
  const threads = Math.min(MOST_THREADS, availableParallelism())
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./chunk-worker.ts', import.meta.url), { workerData: file }),
  )
  const room = Math.min(file.chunkSize, file.padded) + file.key.packets.length + MOST_AROUND
  const free: SharedArrayBuffer[] = []
  const waiting = new Map<number, { done(part: SealedPart): void; failed(error: Error): void }>()
  const broken = (error: Error) => {
    for (const { failed } of waiting.values()) failed(error)
  }
  for (const worker of workers) {
    worker.on('error', broken)
    worker.on('message', (answer: WorkerAnswer) => {
      const wanted = waiting.get(answer.chunk)
      waiting.delete(answer.chunk)
      if ('failed' in answer)
        wanted?.failed(new Fault('BAD_INPUT', `expected a readable file, got ${answer.failed}`))
      else wanted?.done(answer)
    })
  }

  function seal(chunk: number): Promise<SealedPart> {
    const part = new Promise<SealedPart>((done, failed) => waiting.set(chunk, { done, failed }))
    const into = free.pop() ?? new SharedArrayBuffer(room)
    workers[chunk % threads]!.postMessage({ chunk, into } satisfies WorkerQuestion)
    // Whoever takes the parts in order meets the failure at its place.
    part.catch(() => undefined)
    return part
  }

  return {
    async *chunks(count) {
      const ahead: Promise<SealedPart>[] = []
      for (let next = 1; next <= count || ahead.length > 0; ) {
        while (next <= count && ahead.length < threads + 2) ahead.push(seal(next++))
        yield await ahead.shift()!
      }
    },
    release: ({ octets }) => void free.push(octets.buffer as SharedArrayBuffer),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
