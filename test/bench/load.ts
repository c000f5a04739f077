import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import neo4j from 'neo4j-driver'
import { signRequest } from '../../schema/wire/http-signature.ts'
import type { BenchSession } from './callers.ts'
import type { Login } from './store.ts'
import { openWire, type Wire } from './wire.ts'

// The process that sends: its work is not the server's. Jobs come over the channel from `load-client.ts`.

type HttpTarget = { over: 'http'; port: number; bodies: string[]; sessions: BenchSession[] | null }
type BoltTarget = {
  over: 'bolt'
  login: Login
  text: string
  params: Record<string, unknown>[]
  access: 'READ' | 'WRITE'
}
/** Where to send what. Requests are taken in turn and, at the end, from the front again. */
export type Target = HttpTarget | BoltTarget
export type Job = {
  id: number
  target: string
  define?: Target
  callers?: number
  ms?: number
  most?: number
  /** Requests a second that are sent whatever becomes of those before (an open model: a stall does not hide its tail). */
  rate?: number
  keep?: boolean
}
export type Ran = {
  id: number
  latencies: number[]
  ms: number
  failures: number
  firstFailure: string | null
  bodies: string[]
}

type Send = (caller: number, index: number) => Promise<Buffer | null>
type Open = { count: number; next: number; send: Send; ready(callers: number): Promise<void> }

const targets = new Map<string, Open>()

// Its parent is gone, also under kill -9: so is its work.
process.on('disconnect', () => process.exit())

process.on('message', (job: Job) => {
  if (job.define) targets.set(job.target, open(job.define))
  if (job.callers === undefined) return
  run(job, targets.get(job.target)!).then(
    (ran) => process.send!(ran),
    (error) =>
      process.send!({
        id: job.id,
        latencies: [],
        ms: 1,
        failures: 1,
        firstFailure: String(error),
        bodies: [],
      }),
  )
})

/**
 * `callers` at once, each sending its next request when it has its answer, for `ms` or `most` requests in all. At a rate
 * each has its times, and what is late counts from when it was due.
 */
async function run(
  { id, callers = 1, ms = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY, rate, keep }: Job,
  target: Open,
): Promise<Ran> {
  await target.ready(callers)
  const latencies: number[] = []
  const bodies: string[] = []
  let failures = 0
  let firstFailure: string | null = null
  let sent = 0
  const started = performance.now()
  const more = () => sent < most && performance.now() - started < ms
  async function caller(nth: number): Promise<void> {
    for (let turn = 0; more(); turn++) {
      sent += 1
      const index = target.next++ % target.count
      const from = rate ? await due(started + ((turn * callers + nth) / rate) * 1_000) : performance.now()
      try {
        const body = await target.send(nth, index)
        latencies.push(performance.now() - from)
        if (keep) bodies.push(body?.toString() ?? '')
      } catch (error) {
        failures += 1
        firstFailure ??= String(error)
      }
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, nth) => caller(nth)))
  return { id, latencies, ms: performance.now() - started, failures, firstFailure, bodies }
}

async function due(at: number): Promise<number> {
  const left = at - performance.now()
  if (left > 0) await sleep(left)
  return at
}

function open(target: Target): Open {
  const made = target.over === 'http' ? http(target) : bolt(target)
  return { ...made, next: 0 }
}

function http({ port, bodies, sessions }: HttpTarget) {
  const bytes = bodies.map((body) => Buffer.from(body))
  const keys = sessions?.map(({ session, privateKey }) => ({ session, key: createPrivateKey(privateKey) }))
  const wires: Wire[] = []
  const plain = { 'content-type': 'application/json' }
  return {
    count: bytes.length,
    // A server closes what was idle while the other side had its turn.
    async ready(callers: number) {
      for (let nth = 0; nth < callers; nth++) if (!wires[nth]?.open()) wires[nth] = await openWire(port)
    },
    async send(caller: number, index: number) {
      const body = bytes[index]!
      const headers = keys ? signed(port, body, keys[caller]!) : plain
      const reply = await wires[caller]!.post('/graphql', headers, body)
      if (reply.status !== 200 || reply.body.includes('"errors"'))
        throw new Error(`${reply.status} ${reply.body.toString().slice(0, 300)}`)
      return reply.body
    },
  }
}

function signed(
  port: number,
  body: Buffer,
  { session, key }: { session: string; key: KeyObject },
): Record<string, string> {
  return signRequest({
    ...{
      method: 'POST',
      targetUri: `http://127.0.0.1:${port}/graphql`,
      contentType: 'application/json',
      body,
      session,
    },
    ...{
      privateKey: key,
      created: Math.floor(Date.now() / 1_000),
      nonce: randomBytes(16).toString('base64url'),
    },
  }).headers
}

/** The floor: the driver alone, autocommit, with the settings of `server/graph.ts`. */
function bolt({ login, text, params, access }: BoltTarget) {
  const driver = neo4j.driver(login.uri, neo4j.auth.basic(login.user, login.password), {
    disableLosslessIntegers: true,
    maxConnectionPoolSize: 16,
    telemetryDisabled: true,
    notificationFilter: { minimumSeverityLevel: 'OFF' },
  })
  return {
    count: params.length,
    async ready() {
      await driver.verifyConnectivity()
    },
    async send(_: number, index: number) {
      const session = driver.session({ database: 'neo4j', defaultAccessMode: access })
      try {
        await session.run(text, params[index]!)
        return null
      } finally {
        await session.close()
      }
    },
  }
}
