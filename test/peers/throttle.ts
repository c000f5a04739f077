import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

// A weak link between two real programs: a TCP proxy that is slow, far away and loses packets, and keeps what went by.

export type Weakness = {
  /** Bytes per second and direction. */
  rate?: number
  /** One way (ms). */
  delay?: number
  /** Share of segments that are lost: TCP sends each again when its retransmission timer has run out. */
  loss?: number
  /** Of the timer (ms); doubled when the same segment is lost again. */
  retransmit?: number
  /** Drawn for each segment; a test passes its own so that a run can be repeated. */
  chance?: () => number
}

export type Direction = 'up' | 'down'

export type Throttle = {
  port: number
  url: string
  /** Octets in both directions since the start or the last `reset`. */
  bytes(): Record<Direction, number>
  /** Of the connection that carried the most in each direction since then: each is a link of its own. */
  most(): Record<Direction, number>
  /** All that went by, in order, where `capture` was asked for. */
  captured(): Buffer
  reset(): void
  /** Changes the link for what comes. */
  weaken(weakness: Weakness): void
  /** Aims at another port, for connections to come. */
  aim(port: number): void
  /** Cuts every connection, and each new one until `mend`. */
  cut(): void
  mend(): void
  /** Called with each segment before it goes on; true: the connection is cut there, and the segment goes nowhere. */
  onSegment: ((direction: Direction, bytes: Buffer, connection: number) => boolean | Promise<boolean>) | null
  close(): Promise<void>
}

/** What one Ethernet frame carries of TCP. */
const SEGMENT = 1_448
/** The kernel may hold so much besides: what is under way on the wire. */
const WINDOW = 16_384

export async function openThrottle(
  target: number,
  options: { capture?: boolean; weakness?: Weakness } = {},
): Promise<Throttle> {
  let weakness = options.weakness ?? {}
  let aimed = target
  let isCut = false
  const counts = { up: 0, down: 0 }
  const kept: Buffer[] = []
  const carried = { up: new Map<number, number>(), down: new Map<number, number>() }
  const open = new Set<Socket>()
  let connections = 0

  // What one end has sent before it closed still arrives at the other, as behind any real link.
  const server: Server = createServer({ allowHalfOpen: true }, (near) => {
    if (isCut) return near.destroy()
    const far = connect({ port: aimed, host: '127.0.0.1', allowHalfOpen: true })
    for (const one of [near, far]) {
      one.setNoDelay(true)
      open.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        if (!one.readableEnded) for (const both of [near, far]) both.destroy()
      })
    }
    connections += 1
    carry(near, far, 'up', connections)
    carry(far, near, 'down', connections)
  })

  function carry(from: Socket, to: Socket, direction: Direction, connection: number): void {
    let last: Promise<void> = Promise.resolve()
    let free = performance.now()
    let waiting = 0
    from.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += SEGMENT) {
        const segment = chunk.subarray(at, at + SEGMENT)
        waiting += segment.length
        const due = dueOf(segment.length, free)
        free = due.sent
        last = last.then(async () => {
          // A timer takes a millisecond at least: over a link without a weakness that would be the weakness.
          const early = due.arrives - performance.now()
          if (early > 0) await sleep(early)
          waiting -= segment.length
          if (waiting < WINDOW) from.resume()
          if (to.destroyed) return
          if (await throttle.onSegment?.(direction, segment, connection)) return void from.destroy()
          counts[direction] += segment.length
          carried[direction].set(connection, (carried[direction].get(connection) ?? 0) + segment.length)
          if (options.capture) kept.push(Buffer.from(segment))
          if (!to.destroyed) to.write(segment)
        })
      }
      if (waiting >= WINDOW) from.pause()
    })
    from.on('end', () => void last.then(() => to.end()))
  }

  /** When a segment has left this end, and when it is at the other one. */
  function dueOf(length: number, free: number): { sent: number; arrives: number } {
    const { rate, delay = 0, loss = 0, retransmit = 1_000, chance = Math.random } = weakness
    let sent = Math.max(free, performance.now()) + (rate ? (length / rate) * 1_000 : 0)
    // Each loss costs the timer and the time on the wire once more, and holds up whatever comes behind.
    for (let wait = retransmit; loss > 0 && chance() < loss; wait *= 2)
      sent += wait + (rate ? (length / rate) * 1_000 : 0)
    return { sent, arrives: sent + delay }
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  const drop = () => {
    for (const one of open) one.destroy()
  }
  const throttle: Throttle = {
    port,
    url: `http://127.0.0.1:${port}`,
    bytes: () => ({ ...counts }),
    most: () => ({ up: Math.max(0, ...carried.up.values()), down: Math.max(0, ...carried.down.values()) }),
    captured: () => Buffer.concat(kept),
    reset() {
      counts.up = 0
      counts.down = 0
      for (const direction of Object.values(carried)) direction.clear()
      kept.length = 0
    },
    weaken(next) {
      weakness = next
    },
    aim(next) {
      aimed = next
    },
    cut() {
      isCut = true
      drop()
    },
    mend() {
      isCut = false
    },
    onSegment: null,
    async close() {
      drop()
      await new Promise((done) => server.close(done))
    },
  }
  return throttle
}
