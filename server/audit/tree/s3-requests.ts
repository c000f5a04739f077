import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../clock.ts'
import type { S3Place } from './s3-place.ts'

export type S3Options = {
  clock: Clock
  /** How long (ms) one try may take, from the connection to the last octet of the answer. */
  timeLimit?: number
  /** How often a request is tried whose repetition does no harm. */
  tries?: number
  fetch?: typeof fetch
}

export type Asked = {
  method: 'GET' | 'PUT' | 'DELETE'
  /** In the place; without one it is the bucket that is asked. */
  name?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: Buffer
}

export type Answer = { status: number; code: string; etag: string | null; body: Buffer }

/** No answer came, or not one of those that were to come. `code` is short, and safe to show. */
export class NoAnswer extends Error {
  readonly code: string
  /** Whether a further try may end better. */
  readonly passing: boolean
  constructor(method: string, code: string, passing: boolean) {
    super(`expected the storage to do a ${method}, got ${code}`)
    this.name = 'NoAnswer'
    this.code = code
    this.passing = passing
  }
}

/** Larger than any part of a log, or list of a thousand names: what a storage may make us hold. */
const MOST = 1 << 20
/** Before the second try (ms); four times as long before each further one. */
const PAUSE = 100
/** Those of S3's error codes that are told on. What else a storage writes into an error stays there: it may hold our request. */
const CODES = new Set(
  `AccessDenied AuthorizationHeaderMalformed ConditionalRequestConflict ExpiredToken InternalError InvalidAccessKeyId
  InvalidToken NoSuchBucket NoSuchKey NotImplemented OperationAborted PreconditionFailed RequestTimeout
  RequestTimeTooSkewed ServiceUnavailable SignatureDoesNotMatch SlowDown`.split(/\s+/),
)

/** Signed requests to one place: each with an end, and none to anybody but the storage that was named. */
export class S3Requests {
  #place: S3Place
  #options: Required<S3Options>

  constructor(place: S3Place, { timeLimit = 5_000, tries = 4, fetch = globalThis.fetch, clock }: S3Options) {
    this.#place = place
    this.#options = { timeLimit, tries, fetch, clock }
  }

  /** The name that an object of the place has in its bucket. No name leads out of the place. */
  keyOf(name: string): string {
    const plain = name.split('/').every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part))
    if (!plain) throw new NoAnswer('request', 'EINVAL', false)
    return this.#place.prefix + name
  }

  /** Tries anew as long as that may end better: only for what does no harm twice. Throws NoAnswer when the tries are used up. */
  async persist(asked: Asked): Promise<Answer> {
    for (let tried = 1; ; tried++) {
      try {
        const answer = await this.once(asked)
        if (answer.status !== 409) return answer
        throw unexpected(asked, answer)
      } catch (error) {
        if (tried === this.#options.tries || !(error as NoAnswer).passing) throw error
      }
      await pause(PAUSE * 4 ** (tried - 1))
    }
  }

  /** One try. Throws NoAnswer; what was asked may have been done all the same, or may be done yet. */
  async once(asked: Asked): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#options.timeLimit)
    try {
      const answer = await this.#send(asked, signal)
      if (isOverload(answer)) throw unexpected(asked, answer)
      return answer
    } catch (error) {
      // What fetch says stays here, with all that hangs on it: only the code of the machine's own error is told on.
      throw error instanceof NoAnswer ? error : new NoAnswer(asked.method, codeOf(error, signal), true)
    }
  }

  async #send(asked: Asked, signal: AbortSignal): Promise<Answer> {
    const { method, body } = asked
    const url = this.#urlOf(asked)
    const stated = { ...asked.headers, 'x-amz-content-sha256': sha256(body ?? Buffer.alloc(0)) }
    const headers = await this.#place.sign({ method, url, headers: stated }, this.#options.clock())
    // Unsigned, for whoever stands between may change it; a body that was packed is then not as long as stated.
    headers.set('accept-encoding', 'identity')
    const sent = { method, headers, signal, redirect: 'manual' as const }
    const response = await this.#options.fetch(url, body ? { ...sent, body: Uint8Array.from(body) } : sent)
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      throw new NoAnswer(method, 'EREDIRECT', false)
    }
    const read = await bodyOf(response, method)
    const { status } = response
    if (status === 200 && asked.name !== undefined && method === 'GET') expectLength(response, read)
    return { status, code: errorCodeOf(response, read), etag: response.headers.get('etag'), body: read }
  }

  #urlOf({ name, query }: Asked): URL {
    const url = new URL(this.#place.bucket)
    if (name !== undefined) url.pathname += `/${this.keyOf(name)}`
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value)
    return url
  }
}

/** What to throw where the storage has answered, and not as it should. */
export const unexpected = ({ method }: Asked, answer: Answer) =>
  new NoAnswer(
    method,
    answer.code ? `${answer.status} ${answer.code}` : String(answer.status),
    answer.status === 409 || isOverload(answer),
  )

const isOverload = ({ status, code }: Answer) =>
  (status >= 500 && status !== 501) || status === 429 || status === 408 || code === 'RequestTimeout'

async function bodyOf(response: Response, method: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MOST) throw new NoAnswer(method, 'EMSGSIZE', false)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** An object that was cut short on the way must not look like one that was damaged. */
function expectLength(response: Response, body: Buffer): void {
  if (response.headers.get('content-length') !== String(body.length))
    throw new NoAnswer('GET', 'EMSGSIZE', true)
}

function errorCodeOf(response: Response, body: Buffer): string {
  if (response.ok) return ''
  const [, code = ''] = /<Code>(\w{1,64})<\/Code>/.exec(body.toString('latin1', 0, 4_096)) ?? []
  return CODES.has(code) ? code : ''
}

function codeOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'ETIMEDOUT'
  const { code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,48}$/.test(code) ? code : 'ECONNABORTED'
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
