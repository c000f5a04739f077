import { connect, type Socket } from 'node:net'

/** One keep-alive connection, one request at a time, no more of HTTP/1.1 than the servers here speak. */
export type Wire = {
  post(path: string, headers: Record<string, string>, body: Buffer): Promise<{ status: number; body: Buffer }>
  open(): boolean
  close(): void
}

/**
 * A client that costs little: it shares two cores with what it measures, and what `fetch` spends on a request would be
 * counted against both sides of every ratio.
 */
export async function openWire(port: number): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((done, failed) => socket.once('connect', done).once('error', failed))
  socket.on('error', () => socket.destroy())
  const replies = replyReader(socket)
  return {
    post(path, headers, body) {
      // Nothing would ever answer: its end has been told already.
      if (socket.destroyed) return Promise.reject(new Error('expected an open connection, got a closed one'))
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: ${body.length}\r\n${lines.join('')}\r\n`
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
      return replies.next()
    },
    open: () => !socket.destroyed,
    close: () => socket.destroy(),
  }
}

type Reply = { status: number; body: Buffer }

function replyReader(socket: Socket): { next(): Promise<Reply> } {
  let held: Buffer[] = []
  let length = 0
  let wanted = 0
  let waiting: { done: (reply: Reply) => void; failed: (error: Error) => void } | null = null

  function whole(): void {
    const bytes = held.length === 1 ? held[0]! : Buffer.concat(held)
    held = [bytes]
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = bytes.toString('latin1', 0, end)
    const size = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
    wanted = end + 4 + size
    if (bytes.length < wanted) return
    const reply = { status: Number(head.slice(9, 12)), body: bytes.subarray(end + 4) }
    held = []
    length = wanted = 0
    waiting?.done(reply)
  }

  socket.on('data', (chunk: Buffer) => {
    held.push(chunk)
    length += chunk.length
    if (length >= wanted) whole()
  })
  socket.on('close', () => waiting?.failed(new Error('expected an answer, got a closed connection')))
  return {
    next: () =>
      new Promise((done, failed) => {
        waiting = { done, failed }
      }),
  }
}
