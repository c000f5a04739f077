import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What befalls a request on the road to the storage. */
export type Mishap =
  /** The storage has done it, and the answer is lost. */
  | 'ANSWER_LOST'
  /** The storage has done it, and the answer does not come. */
  | 'ANSWER_STUCK'
  /** Half of the answer's body comes, then the connection ends. */
  | 'ANSWER_CUT'
  /** The same, but the header says that it is whole. */
  | 'ANSWER_SHORT'
  /** The storage is asked twice, and the second answer comes, as a proxy does that tries again. */
  | 'SENT_TWICE'
  /** Nothing reaches the storage. */
  | 'LOST'
  | { status: number; headers?: Record<string, string>; body?: string }

export type Road = {
  /** Decides what befalls a request, or nothing; and what happens meanwhile. */
  mishap: (request: IncomingMessage) => Mishap | null | Promise<Mishap | null>
  /** Method and path of all requests. */
  seen: string[]
  origin: string
  close(): Promise<void>
}

/** A road to a storage on which things happen. The storage checks all signatures: nothing signed is changed. */
export async function openRoad(to: string): Promise<Road> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    road.seen.push(`${incoming.method} ${incoming.url}`)
    const mishap = await road.mishap(incoming)
    const ask = () => forward(to, incoming, Buffer.concat(chunks))
    await befall(mishap, ask, outgoing).catch(() => outgoing.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const road: Road = {
    mishap: () => null,
    seen: [],
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return road
}

type Came = { status: number; headers: string[]; body: Buffer }

async function befall(mishap: Mishap | null, ask: () => Promise<Came>, outgoing: ServerResponse) {
  if (mishap === 'LOST') return void outgoing.destroy()
  if (mishap && typeof mishap === 'object')
    return void outgoing.writeHead(mishap.status, mishap.headers).end(mishap.body)
  if (mishap === 'SENT_TWICE') await ask()
  const { status, headers, body } = await ask()
  if (mishap === 'ANSWER_LOST') return void outgoing.destroy()
  if (mishap === 'ANSWER_STUCK') return
  const half = body.subarray(0, body.length >> 1)
  if (mishap === 'ANSWER_SHORT') {
    // Without a length, the end of the connection is the end of the body.
    const plain = headers.filter(
      (_, at) => !/^(content-length|connection|keep-alive)$/i.test(headers[at & ~1]!),
    )
    outgoing.useChunkedEncodingByDefault = false
    outgoing.shouldKeepAlive = false
    return void outgoing.writeHead(status, plain).end(half)
  }
  outgoing.writeHead(status, headers)
  if (mishap !== 'ANSWER_CUT') return void outgoing.end(body)
  outgoing.write(half, () => outgoing.destroy())
}

function forward(to: string, { method, url, rawHeaders }: IncomingMessage, body: Buffer): Promise<Came> {
  return new Promise((resolve, reject) => {
    // As they came: the host is signed.
    const asked = request(`${to}${url}`, {
      method: method!,
      headers: rawHeaders,
      setHost: false,
      agent: false,
    })
    asked.on('error', reject)
    asked.on('response', async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve({ status: response.statusCode!, headers: response.rawHeaders, body: Buffer.concat(chunks) })
    })
    asked.end(body)
  })
}
