import { Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https'
import { Fault } from '../../schema/wire/fault.ts'

export type Posted = { status: number; headers: Headers; body: Uint8Array }
export type Post = (url: string, body: Uint8Array, headers: Record<string, string>) => Promise<Posted>

/** The slowest link that still counts as one (bytes per ms): 8 kbit/s. */
const SLOWEST = 1

/**
 * Posts over connections that are kept open. How long it waits is a matter of progress and not of size: `patience` (ms)
 * for the first octet of an answer and for each further one, and for the first one the time besides that the body takes
 * on the slowest link, for what lies in the kernel's buffers shows no progress.
 * @throws Fault UNREACHABLE where the server cannot be reached, goes away, or makes no progress
 */
export function openPost(patience: number): Post {
  const options = { keepAlive: true, scheduling: 'lifo' as const }
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }

  return (url, body, headers) =>
    new Promise((settle, fail) => {
      const isHttps = url.startsWith('https:')
      const call = (isHttps ? requestByHttps : requestByHttp)(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
        agent: isHttps ? agents.https : agents.http,
      })
      const cut = () => call.destroy(new Error('no progress'))
      let timer = setTimeout(cut, patience + body.length / SLOWEST)
      const progress = () => {
        clearTimeout(timer)
        timer = setTimeout(cut, patience)
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
      call.end(body)
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
