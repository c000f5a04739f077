import { Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https'
import { Fault } from '../../schema/wire/fault.ts'

/** One body of the object road, in the two parts that it is made of, with the SHA-256 of both together. */
export type ObjectBody = { method: 'PUT' | 'POST'; octets: Uint8Array; facts: Uint8Array; digest: Buffer }

/** `parts` leave one after the other: a large body is never copied to be joined. */
export type Sent = { method: 'PUT' | 'POST'; parts: readonly Uint8Array[]; headers: Record<string, string> }
export type Received = { status: number; headers: Headers; body: Uint8Array }
export type Wire = (url: string, sent: Sent) => Promise<Received>

/** The slowest link that still counts as one (bytes per ms): 8 kbit/s. */
const SLOWEST = 1
/** A segment that is lost again and again comes after 2, 4, 8 and 16 s: what has begun to come has so long (ms). */
const STALL = 60_000

/**
 * Sends over connections that are kept open. How long it waits is a matter of progress and not of size: `patience` (ms)
 * for the first octet of an answer, with the time besides that the body takes on the slowest link, for what lies in the
 * kernel's buffers shows no progress; then `STALL` for each further one.
 * @throws Fault UNREACHABLE where the server cannot be reached, goes away, or makes no progress
 */
export function openWire(patience: number): Wire {
  const options = { keepAlive: true, scheduling: 'lifo' as const }
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }

  return (url, { method, parts, headers }) =>
    new Promise((settle, fail) => {
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      const isHttps = url.startsWith('https:')
      const call = (isHttps ? requestByHttps : requestByHttp)(url, {
        method,
        headers: { ...headers, 'content-length': length },
        agent: isHttps ? agents.https : agents.http,
      })
      const cut = () => call.destroy(new Error('no progress'))
      let timer = setTimeout(cut, patience + length / SLOWEST)
      const progress = () => {
        clearTimeout(timer)
        timer = setTimeout(cut, STALL)
      }
      // Also where it was a connection that the server closed as it was used again: whether anything ran, nobody can tell.
      const ended = () => {
        clearTimeout(timer)
        fail(unreachable(url))
      }
      call.on('error', ended)
      call.on('response', (answer) => {
        progress()
        gather(answer, progress).then((received) => {
          clearTimeout(timer)
          settle({ status: answer.statusCode!, headers: headersOf(answer), body: received })
        }, ended)
      })
      for (const part of parts.slice(0, -1)) call.write(part)
      call.end(parts.at(-1))
    })
}

async function gather(answer: IncomingMessage, progress: () => void): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    progress()
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
  return headers
}

const unreachable = (url: string) =>
  new Fault('UNREACHABLE', `expected an answer of ${new URL(url).origin}, got none`)
