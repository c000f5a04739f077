import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { OBJECT_PATH, OBJECT_TYPE } from '../../schema/wire/attachment.ts'
import { type EntryNumbers, entriesIn, RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import type { OfficeRole } from '../../schema/wire/codes.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { LoginAnswer } from '../../schema/wire/login.ts'
import type { EvaluationOrder } from '../../schema/wire/match.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { readEvents, type StreamEvent } from '../../schema/wire/stream.ts'
import type { SignedOrder } from '../core/session.ts'
import type { ObjectBody } from '../core/wire.ts'
import { type AnswerBody, answerOf, faultsIn } from '../gateway/answer.ts'
import { openDesk } from '../gateway/desk.ts'
import type { Home, Officer } from '../gateway/home.ts'
import { ORDER_PATH, SignedOrderShape } from '../gateway/orders.ts'
import type { Delivery } from '../gateway/outbox.ts'
import { openRoad, type RoadOptions } from '../gateway/road.ts'

export type Caller = { person: string; office: string; role: OfficeRole; country: string; teams: string[] }

/** An answer, and where the audit log has it; nowhere, where it was kept from a day with a link or waits for one. */
export type Answered = AnswerBody & { entries: EntryNumbers | null }

export type Heard = { id: string | undefined; data: Record<string, unknown> | null }

/** An officer's way to the server, through his gateway where one is running. */
export type Link = {
  caller: Caller
  /** Server time, ms since 1970. */
  now(): number
  ask(query: string, variables: object, purpose: Purpose): Promise<Answered>
  /** Sends a chunk, or asks for one. Throws every fault of the answer; what came back where it is octets. */
  object(body: ObjectBody): Promise<Uint8Array>
  /**
   * What a subscription hears until `signal`: where it goes on after each event, and its data, none for the beginning.
   * Throws the faults that refuse or end it.
   */
  listen(
    query: string,
    after: string | undefined,
    purpose: Purpose,
    signal: AbortSignal,
  ): AsyncGenerator<Heard>
  /** Signs an order for evaluators by the session key. Throws UNREACHABLE where there is no session. */
  order(order: EvaluationOrder): Promise<SignedOrder>
  /** When the session ends, ISO; null where there is no link. */
  expires: string | null
  /** Whether a gateway is running, which sends by itself what waits. */
  isGateway: boolean
  /** Sends what waits in the outbox, as far as it goes. Gives all that this command has delivered. */
  flush(): Promise<Delivery[]>
}

const Session = z.object({
  person: z.string(),
  now: z.number(),
  login: LoginAnswer.nullable(),
  waiting: z.number(),
})

/** Null where no gateway of this officer answers. Without a link it speaks for whom he was when he last logged in. */
export async function linkByGateway(
  home: Home,
  person: string,
  former: Officer | undefined,
): Promise<Link | null> {
  const socketPath = home.socket(person)
  const reply = await overSocket(socketPath, 'GET', '/session').catch(() => null)
  if (reply === null) return null
  const { login, now } = Session.parse(JSON.parse(reply.body.toString('utf8')))
  const asked = performance.now()
  const caller = login?.caller ?? (former && { person, ...former })
  if (!caller)
    throw new Fault('UNREACHABLE', 'expected the server, or a former login of this officer; got neither')
  return {
    caller,
    expires: login?.expires ?? null,
    isGateway: true,
    flush: async () => [],
    now: () => now + performance.now() - asked,
    async ask(query, variables, purpose) {
      const body = JSON.stringify({ query, variables, extensions: { purpose } })
      const reply = await overSocket(socketPath, 'POST', '/graphql', { type: 'application/json', body })
      return answeredOf(reply)
    },
    async object({ method, octets, facts }) {
      const body = Buffer.concat([octets, facts])
      return octetsOf(await overSocket(socketPath, method, OBJECT_PATH, { type: OBJECT_TYPE, body }))
    },
    async order(order) {
      const sent = { type: 'application/json', body: JSON.stringify(order) }
      const said = JSON.parse((await overSocket(socketPath, 'POST', ORDER_PATH, sent)).body.toString('utf8'))
      if (said.errors) throw faultOf(faultsIn(said))
      return SignedOrderShape.parse(said)
    },
    async *listen(query, after, purpose, signal) {
      const body = JSON.stringify({ query, extensions: { purpose, after } })
      const answer = await opened(socketPath, {
        method: 'POST',
        path: '/graphql',
        sent: { type: 'application/json', body },
        signal,
        isStream: true,
      })
      if (!/^text\/event-stream/.test(answer.headers['content-type'] ?? ''))
        return void dataOf(answerOf({ body: await buffer(answer) }))
      try {
        yield* heardOf(readEvents(answer))
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}

/**
 * One login for one command, by a desk of its own: it keeps and queues what a gateway would. Without a link it speaks
 * for whom he was when he last logged in.
 * @throws Fault UNREACHABLE where there is neither
 */
export async function linkByLogin(
  options: RoadOptions & { former: Officer | undefined; onDelivery(delivery: Delivery): void },
): Promise<Link> {
  const { home, key, former, onDelivery } = options
  const road = openRoad(options)
  const session = await road.session().catch((error: unknown) => {
    if (former && error instanceof Fault && error.code === 'UNREACHABLE') return null
    throw error
  })
  const desk = await openDesk({ home, key, road, purpose: null })
  const delivered: Delivery[] = []
  async function flush(): Promise<Delivery[]> {
    for (const delivery of await desk.flush()) {
      delivered.push(delivery)
      onDelivery(delivery)
    }
    return delivered
  }
  if (session && (await desk.outbox.waiting()) > 0) await flush()
  return {
    caller: session?.login().caller ?? { person: key.name, ...former! },
    expires: session?.login().expires ?? null,
    isGateway: false,
    flush,
    now: road.now,
    ask: async (query, variables, purpose) =>
      answeredOf(await desk.answer({ query, variables: { ...variables }, extensions: { purpose } })),
    async object(body) {
      const answer = await road.object(body)
      return octetsOf({ type: answer.headers.get('content-type') ?? '', body: answer.body })
    },
    order: road.order,
    async *listen(query, after, purpose, signal) {
      const listened = await road.listen({ query, extensions: { purpose, after } }, signal)
      if ('events' in listened) yield* heardOf(listened.events)
      else dataOf(answerOf(listened))
    },
  }
}

const answeredOf = (reply: { body: Uint8Array; receipt?: string | undefined }): Answered => ({
  ...answerOf(reply),
  entries: entriesIn(reply.receipt),
})

async function* heardOf(events: AsyncIterable<StreamEvent | null>): AsyncGenerator<Heard> {
  for await (const event of events) {
    if (!event || event.event === 'complete') continue
    const data = event.data === undefined ? null : dataOf(answerOf({ body: Buffer.from(event.data) }))
    yield { id: event.id, data }
  }
}

/** The data of an answer, or all its faults in one. */
export function dataOf(answer: AnswerBody): Record<string, unknown> {
  if (answer.errors && answer.errors.length > 0) throw faultOf(faultsIn(answer))
  return answer.data ?? {}
}

/** The octets of an answer; of one in JSON none, but its faults are thrown. */
function octetsOf(answer: { type: string; body: Uint8Array }): Uint8Array {
  if (answer.type === OBJECT_TYPE) return answer.body
  dataOf(answerOf(answer))
  return new Uint8Array()
}

type Sent = { type: string; body: string | Uint8Array }
type Call = {
  method: string
  path: string
  sent?: Sent | undefined
  isStream?: boolean
  signal?: AbortSignal
}

async function overSocket(
  socketPath: string,
  method: string,
  path: string,
  sent?: Sent,
): Promise<{ type: string; body: Buffer; receipt?: string | undefined }> {
  const answer = await opened(socketPath, { method, path, sent })
  const receipt = answer.headers[RECEIPT_HEADER]
  return {
    type: answer.headers['content-type'] ?? '',
    body: await buffer(answer),
    receipt: typeof receipt === 'string' ? receipt : undefined,
  }
}

function opened(
  socketPath: string,
  { method, path, sent, isStream, signal }: Call,
): Promise<IncomingMessage> {
  return new Promise((settle, fail) => {
    const headers = {
      ...(sent && { 'content-type': sent.type, 'content-length': Buffer.byteLength(sent.body) }),
      ...(isStream && { accept: 'text/event-stream' }),
    }
    const options = { socketPath, method, path, headers, ...(signal && { signal }) }
    const call = request(options, settle)
    call.on('error', fail)
    call.end(sent?.body)
  })
}
