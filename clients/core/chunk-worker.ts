import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type ChunkKey, sealChunk } from './chunk.ts'

// A thread that reads and seals chunks, so that the one that sends never waits for a cipher.

/** `padded` counts the octets with the zeros that follow the file. */
export type WorkerFile = { file: string; padded: number; chunkSize: number; key: ChunkKey }
export type WorkerQuestion = { chunk: number; into: SharedArrayBuffer }
export type WorkerAnswer =
  | { chunk: number; octets: Uint8Array; sha256: string }
  | { chunk: number; failed: string }

const { file, padded, chunkSize, key } = workerData as WorkerFile
const handle = await open(file, 'r')
const text = Buffer.alloc(Math.min(chunkSize, padded))

/** The text of a chunk: what the file has there, and zeros where it has ended. */
async function read(chunk: number): Promise<Uint8Array> {
  const start = (chunk - 1) * chunkSize
  const wanted = text.subarray(0, Math.min(chunkSize, padded - start))
  let at = 0
  while (at < wanted.length) {
    const { bytesRead } = await handle.read(wanted, at, wanted.length - at, start + at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  wanted.fill(0, at)
  return wanted
}

async function answer({ chunk, into }: WorkerQuestion): Promise<void> {
  try {
    const { octets, sha256 } = sealChunk(key, chunk, await read(chunk), new Uint8Array(into))
    parentPort!.postMessage({ chunk, octets, sha256 } satisfies WorkerAnswer)
  } catch (error) {
    parentPort!.postMessage({ chunk, failed: String((error as Error).message) } satisfies WorkerAnswer)
  }
}

// One after the other: the text of a chunk lies in one buffer.
let last = Promise.resolve()
parentPort!.on('message', (question: WorkerQuestion) => {
  last = last.then(() => answer(question))
})
