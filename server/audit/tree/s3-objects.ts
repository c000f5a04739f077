import { randomBytes } from 'node:crypto'
import { Fault } from '../../../schema/wire/fault.ts'
import type { Part } from './layout.ts'
import type { Objects } from './objects.ts'
import type { S3Place } from './s3-place.ts'
import { type Answer, NoAnswer, type S3Options, S3Requests, unexpected } from './s3-requests.ts'

const CHECKPOINT = 'checkpoint'
/** How many requests are under way at a time. */
const AT_ONCE = 8
/** A folder of partial parts has up to 255 names, and a list usually a thousand. */
const MOST_LISTS = 64
const NOT_THERE = { 'if-none-match': '*' }

type Stored = { bytes: Buffer; etag: string }

/**
 * A log in a bucket, in the very layout in which it is served. Nobody is locked out: two publishers of the same leaves are
 * kept apart by the conditions of each request, and so the storage is first asked to prove that it heeds them.
 *
 * The credentials need GetObject, PutObject and DeleteObject in the place, and ListBucket: without the latter S3 does not
 * tell a missing object from a forbidden one.
 *
 * @throws Fault CONFIG where the storage passes over a condition; NoAnswer.
 */
export async function openS3(place: S3Place, options: S3Options): Promise<Objects> {
  const objects = new S3Objects(new S3Requests(place, options))
  await objects.prove()
  return objects
}

/** The same in a part of a place that has proven it. */
export const s3Objects = (place: S3Place, options: S3Options): Objects =>
  new S3Objects(new S3Requests(place, options))

class S3Objects implements Objects {
  #requests: S3Requests
  #swapping: Promise<unknown> = Promise.resolve()

  constructor(requests: S3Requests) {
    this.#requests = requests
  }

  async read(name: string): Promise<Buffer | null> {
    return (await this.#get(name))?.bytes ?? null
  }

  checkpoint(): Promise<Buffer | null> {
    return this.read(CHECKPOINT)
  }

  write(parts: readonly Part[]): Promise<void> {
    return fewAtOnce(parts, (part) => this.#create(part))
  }

  /** Those of this process take turns: the storage may answer two at a time with a conflict, of which nobody knows more. */
  swap(last: Buffer | null, next: Buffer): Promise<boolean> {
    const swapped = this.#swapping.then(() => this.#swap(last, next))
    this.#swapping = swapped.catch(() => {})
    return swapped
  }

  /** A list holds as many names as the storage likes; what was on it is gone by the next one. */
  async discard(prefix: string): Promise<void> {
    for (let lists = 0; lists < MOST_LISTS; lists++) {
      const names = await this.#list(prefix)
      if (names.length === 0) return
      await fewAtOnce(names, (name) => this.#remove(name))
    }
    throw new NoAnswer('DELETE', 'ENOTEMPTY', false)
  }

  async close(): Promise<void> {
    await this.#swapping
  }

  /** A storage that passes over conditions would let two publishers write over one another, and nobody would notice. */
  async prove(): Promise<void> {
    const name = `.conditions/${randomBytes(16).toString('hex')}`
    const [first, second] = [randomBytes(16), randomBytes(16)]
    await this.#create({ name, bytes: first })
    await this.#expectRefusal(name, NOT_THERE)
    await this.#expectRefusal(name, { 'if-match': `"${'0'.repeat(32)}"` })
    const stored = await this.#get(name)
    if (!stored?.bytes.equals(first)) throw heedless('an object as it was written')
    // Also the condition that holds: what was then written must be what is read next.
    const asked = { method: 'PUT', name, headers: { 'if-match': stored.etag }, body: second } as const
    const answer = await this.#requests.persist(asked)
    if (answer.status !== 200 && answer.status !== 412) throw unexpected(asked, answer)
    await this.#expectRefusal(name, { 'if-match': stored.etag })
    if (!(await this.#get(name))?.bytes.equals(second)) throw heedless('an object as it was written last')
    await this.#remove(name).catch(() => {})
  }

  async #expectRefusal(name: string, headers: Record<string, string>): Promise<void> {
    const asked = { method: 'PUT', name, headers, body: randomBytes(16) } as const
    const answer = await this.#requests.persist(asked)
    if (answer.status === 412) return
    throw answer.status === 200 ? heedless('a refusal') : unexpected(asked, answer)
  }

  /** As often as it takes: what was created unheard is found by the next try, with the same bytes. */
  async #create({ name, bytes }: Part): Promise<void> {
    const asked = { method: 'PUT', name, headers: NOT_THERE, body: bytes } as const
    const answer = await this.#requests.persist(asked)
    if (answer.status === 200) return
    if (answer.status !== 412) throw unexpected(asked, answer)
    if (!(await this.#get(name))?.bytes.equals(bytes))
      throw new Fault('LOG_DAMAGED', `expected ${name} to be free or the same, got other bytes`)
  }

  async #swap(last: Buffer | null, next: Buffer): Promise<boolean> {
    const stored = await this.#get(CHECKPOINT)
    if (!same(last, stored)) return false
    const headers = stored ? { 'if-match': stored.etag } : NOT_THERE
    const asked = { method: 'PUT', name: CHECKPOINT, headers, body: next } as const
    // Once only: a second try could not tell the first one's success from another publisher's.
    const answer = await this.#requests.once(asked)
    if (answer.status === 200) return true
    if (await this.#isOvertaken(answer, last, next)) return false
    throw unexpected(asked, answer)
  }

  /** A condition that failed may have failed at a copy of this very request, which somebody on the way has sent before. */
  async #isOvertaken({ status }: Answer, last: Buffer | null, next: Buffer): Promise<boolean> {
    if (status !== 412 && status !== 409) return false
    const stored = await this.#get(CHECKPOINT)
    return stored !== null && !same(last, stored) && !same(next, stored)
  }

  /** Null only where the storage says that the bucket is there, and has no such object. */
  async #get(name: string): Promise<Stored | null> {
    const asked = { method: 'GET', name } as const
    const answer = await this.#requests.persist(asked)
    if (answer.status === 404 && answer.code === 'NoSuchKey') return null
    if (answer.status !== 200) throw unexpected(asked, answer)
    // A weak ETag says that two versions are alike, which is not the same.
    if (!answer.etag || !/^"[\x21\x23-\x7e]+"$/.test(answer.etag))
      throw new NoAnswer('GET', 'EBADETAG', false)
    return { bytes: answer.body, etag: answer.etag }
  }

  /** The first names in a folder. Those of a log need no escape in XML, and others are none of ours. */
  async #list(folder: string): Promise<string[]> {
    const prefix = `${this.#requests.keyOf(folder)}/`
    const asked = { method: 'GET', query: { 'list-type': '2', prefix } } as const
    const answer = await this.#requests.persist(asked)
    if (answer.status !== 200) throw unexpected(asked, answer)
    const keys = answer.body.toString('utf8').matchAll(/<Key>([\w./-]+)<\/Key>/g)
    return Array.from(keys, ([, key]) => key!)
      .filter((key) => key.startsWith(prefix))
      .map((key) => `${folder}/${key.slice(prefix.length)}`)
  }

  async #remove(name: string): Promise<void> {
    const asked = { method: 'DELETE', name } as const
    const answer = await this.#requests.persist(asked)
    const gone = answer.status === 204 || answer.status === 200 || answer.code === 'NoSuchKey'
    if (!gone) throw unexpected(asked, answer)
  }
}

const same = (bytes: Buffer | null, stored: Stored | null) =>
  bytes === null ? stored === null : (stored?.bytes.equals(bytes) ?? false)

const heedless = (expected: string) =>
  new Fault('CONFIG', `expected a storage that heeds If-Match and If-None-Match, got one without ${expected}`)

/** Nothing is under way any more when this throws, and nothing is begun after the first failure. */
async function fewAtOnce<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all[Symbol.iterator]()
  let failed = false
  const worker = async () => {
    for (const one of waiting) {
      if (failed) return
      await work(one).catch((error) => {
        failed = true
        throw error
      })
    }
  }
  const workers = Array.from({ length: AT_ONCE }, worker)
  await Promise.allSettled(workers)
  await Promise.all(workers)
}
