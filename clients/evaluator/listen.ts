import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import type { Evaluator } from './evaluator.ts'

/** An order of 500 elements has about 50,000 octets. */
const MOST_BODY = 262_144
const TIMEOUT = 10_000

/** Every other fault is told as INTERNAL: what is wrong here is no stranger's business. */
const STATUS: Partial<Record<FaultCode, number>> = {
  AUTH: 403,
  BAD_DATE: 400,
  BAD_INPUT: 400,
  BAD_REQUEST: 405,
  BUDGET_EXHAUSTED: 429,
  DIRECTORY: 503,
  IDEMPOTENCY_CONFLICT: 409,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
}

export type Listening = { url: string; close(): Promise<void> }
export type ListenOptions = { port: number; complain?: (error: unknown) => void }

/**
 * Serves an evaluator on the loopback interface, in plain HTTP: TLS ends before it. Every refusal has one shape, a code and a
 * message. `complain` is told what failed here.
 */
export async function listenEvaluator(
  evaluator: Evaluator,
  { port, complain = () => {} }: ListenOptions,
): Promise<Listening> {
  const server = createServer({ requestTimeout: TIMEOUT, headersTimeout: TIMEOUT }, (request, response) => {
    answer(evaluator, request)
      .catch((error: unknown): Said | null => {
        // The connection went before the body was whole: nobody is there to be told.
        if (request.destroyed && !request.complete) return null
        return refusal(error, complain)
      })
      .then((said) => (said === null ? response.destroy() : send(response, said)))
  })
  await new Promise<void>((settle, fail) => {
    server.once('error', fail).once('listening', settle)
    server.listen(port, '127.0.0.1')
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((settle) => {
        server.close(() => settle())
        server.closeIdleConnections()
      }),
  }
}

type Said = { status: number; body: unknown }

async function answer(evaluator: Evaluator, request: IncomingMessage): Promise<Said> {
  const { method, url } = request
  const body = await bodyOf(request)
  if (url === '/health') {
    if (method !== 'GET') throw new Fault('BAD_REQUEST', 'expected GET')
    const health = await evaluator.health()
    return { status: health.ready ? 200 : 503, body: health }
  }
  if (url !== '/evaluate') throw new Fault('NOT_FOUND', 'expected /evaluate')
  if (method !== 'POST') throw new Fault('BAD_REQUEST', 'expected POST')
  return { status: 200, body: await evaluator.evaluate(body) }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    // Read on without keeping it: a program that is still writing would not read the refusal.
    if (length <= MOST_BODY) chunks.push(chunk)
  }
  if (length > MOST_BODY) throw new Fault('TOO_LARGE', `expected at most ${MOST_BODY} octets`)
  return Buffer.concat(chunks)
}

function refusal(error: unknown, complain: (error: unknown) => void): Said {
  const status = error instanceof Fault ? STATUS[error.code] : undefined
  if (error instanceof Fault && status !== undefined)
    return { status, body: { code: error.code, message: error.message } }
  complain(error)
  return { status: 500, body: { code: 'INTERNAL', message: 'nothing was evaluated' } }
}

function send(response: ServerResponse, { status, body: said }: Said): void {
  const body = Buffer.from(`${JSON.stringify(said)}\n`)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}
