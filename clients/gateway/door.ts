import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import { sha256 } from '../../schema/wire/canonical.ts'
import { Question, type Reply, reply } from './desk.ts'

/** The largest request that is read, in bytes: 1 MiB, as the server has it. */
const MOST_BODY = 1 << 20

export type Door = {
  /** The one `Host` that is answered: any other was reached by a name that somebody else rebound to this machine. */
  host: string
  token: string
  /** A page of our own origin may ask, for GraphiQL; else whatever a browser sends for a page is refused. */
  origin: string | null
}

/**
 * Who may ask over TCP: whoever holds the token of this start, and is no web page. Null, or the refusal.
 * Browsers put `Origin` on every POST and cannot be made to leave it out, so no page of another site gets here.
 */
export function refusalAt({ host, token, origin }: Door, request: IncomingMessage): Reply | null {
  const { headers, method, url } = request
  if (headers.host !== host) return refuse(421, `expected Host ${host}`)
  if (headers.origin !== undefined && headers.origin !== origin)
    return refuse(403, 'expected a program of this machine, got a web page')
  if (!sameText(headers.authorization ?? '', `Bearer ${token}`))
    return refuse(401, 'expected the bearer token of this start')
  return refusalOfShape(method, url, headers['content-type'])
}

/** What every way in asks for: a GraphQL request in JSON by POST. */
export function refusalOfShape(method = '', url = '', type = ''): Reply | null {
  if (url !== '/graphql') return refuse(404, 'expected /graphql')
  if (method !== 'POST') return refuse(405, 'expected POST')
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(type)) return refuse(415, 'expected application/json')
  return null
}

/** The request in a body, or the refusal. */
export async function questionIn(
  request: IncomingMessage,
): Promise<{ question: Question } | { refusal: Reply }> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    // Read on without keeping it: a program that is still writing would not read the refusal.
    if (length <= MOST_BODY) chunks.push(chunk)
  }
  if (length > MOST_BODY) return { refusal: refuse(413, `expected at most ${MOST_BODY} bytes`) }
  try {
    return { question: Question.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))) }
  } catch {
    return { refusal: refuse(400, 'expected {query, variables, operationName, extensions} in JSON') }
  }
}

/** Answers without a word to browsers: no header here lets a page of another origin read anything. */
export function send(response: ServerResponse, { status, body, receipt, type }: Reply): void {
  response.writeHead(status, {
    'content-type': type ?? 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': body.length,
    ...(receipt && { [RECEIPT_HEADER]: receipt }),
  })
  response.end(body)
}

export function refuse(status: number, message: string): Reply {
  const code = status === 401 || status === 403 ? 'AUTH' : 'BAD_REQUEST'
  return reply(status, { errors: [{ message, extensions: { code } }] })
}

/** In a time that tells nothing of where they differ. */
const sameText = (left: string, right: string): boolean => timingSafeEqual(sha256(left), sha256(right))
