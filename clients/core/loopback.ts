import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

// What small programs of ours that listen have in common. They listen on this machine alone: what is beyond it is for a
// reverse proxy.

const TIMEOUT = 10_000

export type Listening = { url: string; close(): Promise<void> }

/** Serves plain HTTP on the loopback interface; port 0 takes a free one. */
export async function listenHere(port: number, listener: RequestListener): Promise<Listening> {
  const server = createServer({ requestTimeout: TIMEOUT, headersTimeout: TIMEOUT }, listener)
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

/** The body, or null where it has more octets than `most`. It is read on without being kept: a program that is still writing would not read the refusal. */
export async function bodyWithin(request: IncomingMessage, most: number): Promise<Buffer | null> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length
    if (length <= most) pieces.push(piece)
  }
  return length <= most ? Buffer.concat(pieces) : null
}
