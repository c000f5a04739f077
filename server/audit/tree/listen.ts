import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '../../../schema/wire/fault.ts'
import { reason } from '../sequencer.ts'
import { isPartName } from './layout.ts'

/** A log as it lies open to witnesses and authorities. */
export type ServedLog = {
  /** What its addresses begin with, such as `/audit/2026h2`. */
  prefix: string
  /**
   * Its `checkpoint`, its last one that a quorum has `cosigned`, or a part by its name in `layout.ts`. No other name comes
   * here, so that it may be the name of a file.
   */
  read(name: string): Promise<Buffer | null>
}

export type Listening = {
  port: number
  url: string
  /** Takes in one more log, as a new half-year does. Throws CONFIG where its prefix is none, or taken. */
  serve(log: ServedLog): void
  /** Breaks off what is under way: it was asked for by name, and can be again. */
  close(): Promise<void>
}

export type ListenOptions = {
  port: number
  host?: string
  /** How long a request may take to come (ms). */
  timeout?: number
  /** Told what failed while something was read. */
  complain?(error: unknown): void
}

type Reply = { status: 200 | 404 | 405 | 500; body: Buffer; headers: Record<string, string> }

/** A reader that takes nothing for so long has gone. */
const STALLED = 30_000
const MOST_CONNECTIONS = 256
const MOST_HEADERS = 8_192
const PREFIX = /^(?:\/[a-z0-9][a-z0-9._-]*)+$/

const FOREVER = 'public, max-age=31536000, immutable'
const PART = { 'content-type': 'application/octet-stream', 'cache-control': FOREVER }
/** Also of what is not there: the next checkpoint may bring it. */
const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

/**
 * Serves logs read only, on the loopback interface unless told otherwise, and knows of nothing else on this server: it
 * answers while data operations are refused. Nobody needs an account, because what counts is the log's signature.
 *
 * @throws Fault CONFIG where the port is taken or a prefix is none.
 */
export async function listenLogs(logs: readonly ServedLog[], options: ListenOptions): Promise<Listening> {
  const { port, host = '127.0.0.1', timeout = 10_000, complain = () => {} } = options
  const served = new Map<string, ServedLog>()
  const serve = (log: ServedLog) => {
    if (!PREFIX.test(log.prefix) || served.has(log.prefix))
      throw new Fault('CONFIG', `expected a prefix of its own for each log, got ${log.prefix}`)
    served.set(log.prefix, log)
  }
  logs.forEach(serve)

  const limits = {
    ...{ requestTimeout: timeout, headersTimeout: timeout, connectionsCheckingInterval: timeout },
    maxHeaderSize: MOST_HEADERS,
  }
  const server = createServer(limits, (request, response) => {
    reply(served.values(), request)
      .catch((error: unknown): Reply => {
        complain(error)
        return refusal(500, 'nothing could be read')
      })
      .then((said) => send(response, request.method === 'HEAD', said))
  })
  server.timeout = STALLED
  server.maxConnections = MOST_CONNECTIONS
  await new Promise<void>((done, failed) =>
    server.once('error', failed).once('listening', done).listen(port, host),
  ).catch((error) => {
    throw new Fault('CONFIG', `expected port ${port} for the log to be free, got ${reason(error)}`)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    port: bound,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    serve,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

async function reply(logs: Iterable<ServedLog>, { method, url = '' }: IncomingMessage): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') {
    // It may bring a body, which nobody is going to read.
    const { status, body, headers } = refusal(405, 'expected GET or HEAD')
    return { status, body, headers: { ...headers, allow: 'GET, HEAD', connection: 'close' } }
  }
  for (const log of logs) {
    // Octet for octet: what has to be decoded or resolved first is no name of ours.
    const name = url.startsWith(`${log.prefix}/`) ? url.slice(log.prefix.length + 1) : ''
    const isPart = isPartName(name)
    if (!isPart && name !== 'checkpoint' && name !== 'cosigned') continue
    const body = await log.read(name)
    if (body) return { status: 200, body, headers: isPart ? PART : TEXT }
  }
  return refusal(404, 'expected a checkpoint or a part of a log')
}

const refusal = (status: 404 | 405 | 500, text: string): Reply => ({
  ...{ status, headers: TEXT },
  body: Buffer.from(`${text}\n`),
})

function send(response: ServerResponse, headOnly: boolean, { status, body, headers }: Reply): void {
  response.writeHead(status, {
    ...headers,
    'content-length': body.length,
    'x-content-type-options': 'nosniff',
  })
  response.end(headOnly ? undefined : body)
}
