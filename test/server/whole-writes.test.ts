import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { writeWhole } from '../../server/whole-writes.ts'

// What leaves a connection in one turn, and that it arrives whole and in order.

const open: { end(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.end()
})

/** A listener, and a way to connect to it once it is said how. */
async function listener() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  open.push({ end: () => server.close() })
  const join = async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    const [peer] = await accepted
    open.push({ end: () => socket.destroy() }, { end: () => peer.destroy() })
    return { socket, peer }
  }
  return { port, join }
}

const text = async (peer: Socket, length: number) => {
  let heard = ''
  while (heard.length < length) heard += String((await once(peer, 'data'))[0])
  return heard
}

it('is held together until the turn ends, and is whole then', async () => {
  const { port, join } = await listener()
  writeWhole(port)
  const { socket, peer } = await join()
  const pieces = Array.from({ length: 40 }, (_, nth) => String(nth).padStart(1_400, '.'))
  for (const piece of pieces) {
    socket.write(piece)
    expect(socket.writableCorked).toBe(1)
  }
  expect(socket.bytesWritten).toBe(40 * 1_400)
  const heard = text(peer, 40 * 1_400)
  await new Promise(process.nextTick)
  expect(socket.writableCorked).toBe(0)
  expect(await heard).toBe(pieces.join(''))
  socket.write('after')
  expect(await text(peer, 5)).toBe('after')
})

it('is as it was for every other port', async () => {
  const [meant, other] = [await listener(), await listener()]
  writeWhole(meant.port)
  const { socket, peer } = await other.join()
  socket.write('at once')
  expect(socket.writableCorked).toBe(0)
  expect(await text(peer, 7)).toBe('at once')
})
