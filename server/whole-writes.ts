import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/**
 * From now on what a connection of this thread to `port` is given within one turn leaves in one write. The driver hands a
 * message over in pieces of 1,400 octets; each by itself is a call to the kernel that wakes Neo4j for a part of a question.
 */
export function writeWhole(port: number): void {
  if (PORTS.size === 0) subscribe('net.client.socket', (told) => watch((told as { socket: Socket }).socket))
  PORTS.add(port)
}

const PORTS = new Set<number>()

function watch(socket: Socket): void {
  socket.once('connect', () => {
    if (socket.remotePort === undefined || !PORTS.has(socket.remotePort)) return
    const write = socket.write.bind(socket) as (...given: unknown[]) => boolean
    socket.write = (...given: unknown[]) => {
      if (socket.writableCorked === 0) {
        socket.cork()
        process.nextTick(() => socket.uncork())
      }
      return write(...given)
    }
  })
}
