import { chunkList, factsOctets, hashesOf } from '../../schema/wire/attachment.ts'
import type { Json } from '../../schema/wire/canonical.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import type { ChunkKey } from './chunk.ts'
import { padme } from './pad.ts'
import { patiently } from './patiently.ts'
import { openSealer, type SealedPart } from './sealer.ts'
import type { ObjectBody } from './wire.ts'

/** A file on its way: all that is needed to go on with it, and nothing that changes. */
export type Upload = {
  key: ChunkKey
  file: string
  size: number
  chunkSize: number
  audience: string[]
}

export type Uploader = {
  /** Sends one body of the object road. Throws UNREACHABLE where nothing came back. */
  send(body: ObjectBody): Promise<unknown>
  purpose: Purpose
  /** The chunks that the server has already. */
  held: ReadonlySet<number>
  /** Octets of the file that the server has. */
  step(done: number): void
  /** How long to wait before each further attempt (ms). Default: half a minute in all. */
  patience?: readonly number[]
}

export type Uploaded = {
  /** SHA-256 of the plain text of each chunk, base64: it is what the message signs. */
  chunks: string[]
  /** What the upload signature is over, in the place of a ciphertext. */
  list: Uint8Array
}

/** While the server takes one in, the next are on their way. */
const AT_ONCE = { slow: 2, fast: 4 }
/** A chunk that takes no longer (ms) is on a link where more cost nothing; where links are cut, each of them is lost. */
const FAST = 500

export const chunksOf = ({ size, chunkSize }: Pick<Upload, 'size' | 'chunkSize'>): number =>
  Math.ceil(padme(size) / chunkSize)

/**
 * Seals the chunks of a file and sends those that the server does not have. Every chunk is sealed, also where it is held:
 * what the uploader signs is what he has made himself, not what a server says that it holds. A cut is waited for a while;
 * then UNREACHABLE is thrown, and the same call goes on later.
 */
export async function uploadChunks(upload: Upload, uploader: Uploader): Promise<Uploaded> {
  const { file, size, chunkSize, key } = upload
  const count = chunksOf(upload)
  const sealer = openSealer({ file, padded: padme(size), chunkSize, key })
  const chunks: string[] = []
  const hashes: string[] = []
  const underWay = new Set<Promise<void>>()
  let sent = 0
  let isFast = false
  const isDone = () => uploader.step(Math.min(size, ++sent * chunkSize))
  try {
    for await (const part of sealer.chunks(count)) {
      const body = bodyOf(upload, uploader.purpose, { ...part, count })
      chunks.push(part.sha256)
      hashes.push(body.hash)
      if (uploader.held.has(part.chunk)) {
        sealer.release(part)
        isDone()
        continue
      }
      const started = performance.now()
      const sending = patiently(() => uploader.send(body), uploader.patience).then(() => {
        isFast = performance.now() - started <= FAST
        sealer.release(part)
        isDone()
      })
      underWay.add(sending)
      void sending.then(
        () => underWay.delete(sending),
        () => undefined,
      )
      while (underWay.size >= (isFast ? AT_ONCE.fast : AT_ONCE.slow)) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    return { chunks, list: chunkList(hashes) }
  } finally {
    await Promise.allSettled(underWay)
    await sealer.close()
  }
}

function bodyOf(
  { key, audience }: Upload,
  purpose: Purpose,
  { chunk, count, octets }: SealedPart & { count: number },
): ObjectBody & { hash: string } {
  const { object, profile } = key
  const facts = factsOctets({ purpose, object, chunk, chunks: count, audience, profile } as Json)
  const { hash, digest } = hashesOf([octets, facts])
  return { method: 'PUT', octets, facts, hash, digest }
}
