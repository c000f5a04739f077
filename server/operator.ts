import { chmod, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Change } from '../cypher/outbox/outbox.ts'
import { Fault } from '../schema/wire/fault.ts'
import {
  OPERATOR_SOCKET,
  type PruneAnswer,
  PruneOrder,
  type ReplayAnswer,
  ReplayOrder,
  type SweepAnswer,
  SweepOrder,
} from '../schema/wire/operator.ts'
import { WHILE_RUNNING } from './exchange/sweep.ts'
import type { Instance } from './instance.ts'
import { onRecord } from './on-record.ts'
import { goOn, lostSince, RESTORED } from './replay.ts'

/** Orders are small; whoever writes more than this (bytes) is not the command line. */
const MOST_ORDER = 8_192
/** A Unix socket's path has at most 107 bytes on Linux. */
const MOST_SOCKET_PATH = 107

type Parts = Pick<Instance, 'audit' | 'directory' | 'sweep' | 'clock' | 'heads' | 'outbox' | 'writer'>

/**
 * What the operator may have done while the server runs, at a socket in the server's home that only its owner can open.
 * It shows ids and counts and no intelligence. Every order is on record before it is carried out, and once more before
 * it is answered: with the auditors of each state, for the store holds objects of all of them.
 * Null where the home's path is too long for a socket: the server serves all the same, and sweeps when it starts.
 */
export async function openOperator(instance: Parts, home: string): Promise<Server | null> {
  const path = join(home, OPERATOR_SOCKET)
  if (Buffer.byteLength(path) > MOST_SOCKET_PATH) return null
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    void answer(instance, request, response).catch((error) => {
      const code = error instanceof Fault ? error.code : 'INTERNAL'
      process.stderr.write(`no answer for the operator: ${code}\n`)
      response.destroy()
    })
  })
  // The home is held by this process alone, so whatever stands there was left by a crash.
  await rm(path, { force: true })
  const mask = process.umask(0o177)
  await new Promise<void>((done, failed) => server.once('error', failed).listen(path, done)).finally(() =>
    process.umask(mask),
  )
  await chmod(path, 0o600)
  return server
}

async function answer(instance: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const order = request.method === 'POST' ? ORDERS[request.url ?? ''] : undefined
  const done = order?.(instance, await bodyOf(request))
  if (!done) return send(response, 400, { error: 'expected an order with a purpose and a justification' })
  send(response, 200, await done)
}

/** What may be ordered. Null for what is no such order. */
const ORDERS: Record<string, (instance: Parts, body: unknown) => Promise<object> | null> = {
  '/sweep'(instance, body) {
    const order = SweepOrder.safeParse(body)
    return order.success ? sweeping(instance, order.data) : null
  },
  '/prune'(instance, body) {
    const order = PruneOrder.safeParse(body)
    return order.success ? pruning(instance, order.data) : null
  },
  '/replay'(instance, body) {
    const order = ReplayOrder.safeParse(body)
    return order.success ? replaying(instance, order.data) : null
  },
}

/** Nobody's request: the operator has no key and no session, and shows nothing but that the home is his. */
const OPERATOR = { person: 'operator', role: 'OPERATOR' }

function sweeping(instance: Parts, order: SweepOrder): Promise<SweepAnswer> {
  const deed = { caller: OPERATOR, operation: 'operatorSweep', ...order, order }
  return onRecord(instance, deed, async () => {
    const answer = await instance.sweep({ remove: order.remove, younger: WHILE_RUNNING })
    return { answer, committed: answer.removed }
  })
}

/** So long (ms) details stay whatever is ordered: whoever runs the server must not rid it of what is looked into. */
const LEAST_KEPT = 2 * 366 * 86_400_000

function pruning(instance: Parts, order: PruneOrder): Promise<PruneAnswer> {
  const before = Math.min(Date.parse(order.before), instance.clock() - LEAST_KEPT)
  const deed = { caller: OPERATOR, operation: 'operatorPrune', ...order, order: { ...order, until: before } }
  return onRecord(instance, deed, async ({ index }) => {
    // What a log from a copy holds of that time may be all that is left of it.
    if (order.remove) instance.heads.check()
    const pruned = await instance.audit.prune(before, order.remove ? index : null)
    const removed = order.remove && pruned.records > 0
    return { answer: { ...pruned, removed }, committed: removed ? ['pruned'] : [] }
  })
}

async function replaying(instance: Parts, order: ReplayOrder): Promise<ReplayAnswer> {
  const found = await lostSince(instance)
  const deed = { caller: OPERATOR, operation: 'operatorReplay', ...order, order: { ...order, ...found } }
  const changes: Change[] = []
  const answer = await onRecord(instance, deed, async (first) => {
    if (!order.accept || found.behind === null) return { answer: found, committed: [] }
    changes.push(await goOn(instance, first))
    return { answer: { ...found, accepted: true }, committed: [RESTORED], changed: true }
  })
  instance.outbox.answered(changes)
  return answer
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) if (text.length <= MOST_ORDER) text += chunk
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify(body))
}
