import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { OBJECT_PATH } from '../schema/wire/attachment.ts'
import { receiptHeaders } from '../schema/wire/audit.ts'
import { sha256 } from '../schema/wire/canonical.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { Verified } from './auth.ts'
import { expectBody, GRACE, refuse, SLOWEST, send } from './http-answer.ts'
import { objectRoad } from './http-object.ts'
import { stream } from './http-stream.ts'
import type { Instance } from './instance.ts'
import { respond } from './respond.ts'

/** The largest body that is read, in bytes: 1 MiB. */
const MOST_BODY = 1 << 20
/** How long a connection is kept that nobody uses (ms). */
const IDLE = 30_000
/** Its end here is later by so much (ms) than clients are told: they count from an answer's arrival, not from when it left. */
const UNDER_WAY = 120_000

/**
 * The road, straight down: read the body, verify who signed it, record that it was asked, answer it whole, record the
 * answer, send it. Where a record cannot be made durable the socket is closed: not one byte leaves.
 */
export function openHttp(instance: Instance): Server {
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const server = createServer(
    // A body may take its time, and has a limit of its own: `expectBody`.
    {
      ...{ keepAliveTimeout: IDLE, keepAliveTimeoutBuffer: UNDER_WAY },
      ...{ headersTimeout: GRACE, requestTimeout: 0, maxHeaderSize: 16_384 },
    },
    (request, response) => {
      const road = route(instance, request, response, stopping.signal)
        .catch((error) => {
          // The operator learns that an answer was held back; what it was about, nobody.
          const code = error instanceof Fault ? error.code : (error as Error).name
          process.stderr.write(`no answer left: ${code}\n`)
          request.socket.destroy()
        })
        .finally(() => underWay.delete(road))
      underWay.add(road)
    },
  )
  OPEN.set(server, { underWay, stopping })
  // No other protocol is spoken here: an upgrade would leave the road.
  server.on('upgrade', (_, socket) => socket.destroy())
  return server
}

/** Requests that are on the road, of each server, and what ends its streams. */
const OPEN = new WeakMap<Server, { underWay: Set<Promise<void>>; stopping: AbortController }>()

/**
 * Takes no further connection, and resolves when whatever was asked is answered and on record, whoever still waits for
 * it. What takes longer than `grace` (ms) is cut off: a start will find it asked and never answered.
 */
export async function closeHttp(server: Server, grace: number): Promise<void> {
  const closed = new Promise((settle) => server.close(settle))
  server.closeIdleConnections()
  const { underWay, stopping } = OPEN.get(server)!
  stopping.abort()
  const ended = new AbortController()
  const drained = async () => {
    while (underWay.size > 0) await Promise.all(underWay)
  }
  const late = sleep(grace, undefined, { signal: ended.signal }).catch(() => undefined)
  await Promise.race([drained(), late])
  ended.abort()
  server.closeAllConnections()
  await closed
}

async function route(
  instance: Instance,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  expectBody(request, GRACE)
  switch (`${request.method} ${request.url}`) {
    case 'GET /health':
      return health(instance, response)
    case 'POST /login/nonce':
      await bodyOf(request)
      return send(response, 200, JSON.stringify(instance.auth.nonce()))
    case 'POST /login':
      return login(instance, request, response)
    case 'POST /logout':
    case 'POST /graphql':
      return graphql(instance, request, response, stopping)
    case `PUT ${OBJECT_PATH}`:
    case `POST ${OBJECT_PATH}`:
      return objectRoad(instance, request, response)
    default:
      return refuse(response)
  }
}

/** Up or not, and nothing else. */
function health(instance: Instance, response: ServerResponse): void {
  const up = (instance.audit.failure() ?? instance.suspended()) === null
  send(response, up ? 200 : 503, JSON.stringify({ status: up ? 'up' : 'down' }))
}

async function login(instance: Instance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { auth, audit, clock } = instance
  const body = await bodyOf(request)
  if (!body) return refuse(response)
  const answer = await auth.login(body).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'AUTH') return null
    // A session that cannot be kept is no wrong login: there is no answer, and the officer's client tries again.
    throw error
  })
  if (!answer) return refuse(response)
  const caller = { ...answer.caller, session: answer.session }
  // The statement is the login's one-time nonce and key; its hash can stand for it in the replay column.
  const open = await audit.asked({
    caller,
    at: clock(),
    request: body,
    replay: sha256(body).subarray(0, 16),
    detail: { operation: 'login' },
  })
  const text = JSON.stringify(answer)
  const detail = { outcome: 'OK', operation: 'login', statements: [], shown: [] }
  const receipt = await audit.answered(open, { status: 200, body: Buffer.from(text), detail })
  send(response, 200, text, receiptHeaders(receipt))
}

async function graphql(
  instance: Instance,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const { auth, audit, clock } = instance
  const begun = begin(instance, request)
  if (begun?.isSigned) expectBody(request, GRACE + lengthOf(request) / SLOWEST)
  const body = await bodyOf(request)
  const verified = body && begun && completed(begun, body)
  if (!body || !verified) return refuse(response)
  const { caller, signed, replay } = verified
  const open = await audit.asked({
    caller,
    at: clock(),
    request: signed,
    replay,
    detail: { path: request.url ?? '' },
  })
  const answer =
    request.url === '/logout'
      ? await logout(auth, caller.session)
      : wantsStream(request)
        ? await stream(instance, { caller, open, body, refusal: unwelcome(request), response, stopping })
        : await respond(instance, { caller, open }, body, unwelcome(request))
  if (!answer) return
  const bytes = Buffer.from(answer.body)
  const { status, detail, changes = [] } = answer
  const counted = 'counted' in answer ? answer.counted : undefined
  const changed = changes.length > 0
  // The disk takes both at a time. Where either fails nothing leaves, though the other may stand: both may say too much.
  const recorded = audit.answered(open, { status, body: bytes, detail, changed })
  const [receipt] = await Promise.all([recorded, counted])
  instance.outbox.answered(changes)
  send(response, status, bytes, receiptHeaders(receipt))
}

type Begun = ReturnType<Instance['auth']['begin']>

function begin({ auth, origin }: Instance, request: IncomingMessage): Begun | null {
  // The signature covers our own configured address, never one from a header.
  try {
    return auth.begin({
      method: request.method!,
      targetUri: `${origin}${request.url}`,
      headers: request.rawHeaders,
    })
  } catch {
    return null
  }
}

const wantsStream = ({ headers }: IncomingMessage) => /text\/event-stream/i.test(headers.accept ?? '')

function completed(begun: Begun, body: Uint8Array): Verified | null {
  try {
    return begun.complete(body)
  } catch {
    return null
  }
}

/** What a good signature does not make welcome: a form or a text, and an answer in several parts. */
function unwelcome(request: IncomingMessage): Fault | undefined {
  const accept = request.headers.accept ?? 'application/json'
  if (!JSON_TYPE.test(request.headers['content-type'] ?? ''))
    return new Fault('BAD_REQUEST', 'expected content of type application/json, got another')
  return /multipart\//i.test(accept)
    ? new Fault('BAD_REQUEST', 'expected a request for one JSON answer, got one for several')
    : undefined
}

async function logout(auth: Instance['auth'], session: string) {
  await auth.logout(session)
  return {
    status: 200,
    body: '{"data":{"logout":true}}',
    detail: { outcome: 'OK', operation: 'logout', statements: [], shown: [] },
    changes: [],
  }
}

const JSON_TYPE = /^application\/json *(?:; *charset=utf-8)?$/i

/** At most that of the largest body that is read, whatever is announced. */
const lengthOf = ({ headers }: IncomingMessage): number =>
  Math.min(MOST_BODY, Number(headers['content-length']) || 0)

/**
 * The body, or null where it is larger than may be; then the rest is let go by, so that the refusal can be read.
 * Rejects where the caller goes away before its end.
 */
function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= MOST_BODY) chunks.push(chunk)
      else done(null)
    })
    request.on('end', () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    request.on('error', failed)
    request.on('close', () => request.complete || failed(new Error('expected a whole body, got an end')))
  })
}
