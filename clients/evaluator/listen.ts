import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import { bodyWithin, type Listening, listenHere } from '../core/loopback.ts'
import type { Evaluator } from './evaluator.ts'

/** An order of 500 elements has about 50,000 octets. */
const MOST_BODY = 262_144

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

export type ListenOptions = { port: number; complain?: (error: unknown) => void }

/**
 * Serves an evaluator on the loopback interface, in plain HTTP: TLS ends before it. Every refusal has one shape, a code and a
 * message. `complain` is told what failed here.
 */
export async function listenEvaluator(
  evaluator: Evaluator,
  { port, complain = () => {} }: ListenOptions,
): Promise<Listening> {
  return listenHere(port, (request, response) => {
    answer(evaluator, request)
      .catch((error: unknown): Said | null => {
        // The connection went before the body was whole: nobody is there to be told.
        if (request.destroyed && !request.complete) return null
        return refusal(error, complain)
      })
      .then((said) => (said === null ? response.destroy() : send(response, said)))
  })
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
  const body = await bodyWithin(request, MOST_BODY)
  if (body !== null) return body
  throw new Fault('TOO_LARGE', `expected at most ${MOST_BODY} octets`)
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
