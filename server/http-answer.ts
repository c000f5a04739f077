import type { IncomingMessage, ServerResponse } from 'node:http'

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

const REFUSED = JSON.stringify({
  errors: [{ message: 'expected the signature of a session in force', extensions: { code: 'AUTH' } }],
})

/** One refusal for everything that is not signed: unknown path, wrong method, too large, wrong signature. */
export function refuse(response: ServerResponse): void {
  send(response, 401, REFUSED)
}

export function send(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  more: Record<string, string> = {},
): void {
  response.writeHead(status, { ...HEADERS, ...more, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Every request has so long (ms). */
export const GRACE = 30_000
/** Beyond it, a body that somebody in session has signed may come as slowly as this (bytes per ms): 8 kbit/s. */
export const SLOWEST = 1

const TIMERS = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/** Cuts off who has not sent his whole body after `ms`; said again, from now on. */
export function expectBody(request: IncomingMessage, ms: number): void {
  clearTimeout(TIMERS.get(request))
  const late = setTimeout(() => request.complete || request.socket.destroy(), ms)
  late.unref()
  TIMERS.set(request, late)
  request.once('close', () => clearTimeout(late))
}
