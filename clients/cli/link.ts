import { request } from 'node:http'
import { z } from 'zod'
import { OBJECT_PATH, OBJECT_TYPE } from '../../schema/wire/attachment.ts'
import type { OfficeRole } from '../../schema/wire/codes.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { LoginAnswer } from '../../schema/wire/login.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import type { ObjectBody } from '../core/object-wire.ts'
import { type AnswerBody, answerOf, faultsIn } from '../gateway/answer.ts'
import type { Home, Officer } from '../gateway/home.ts'
import { openRoad, type RoadOptions } from '../gateway/road.ts'

export type Caller = { person: string; office: string; role: OfficeRole; country: string; teams: string[] }

/** An officer's way to the server, through his gateway where one is running. */
export type Link = {
  caller: Caller
  /** Server time, ms since 1970. */
  now(): number
  ask(query: string, variables: object, purpose: Purpose): Promise<AnswerBody>
  /** Sends a chunk, or asks for one. Throws every fault of the answer; what came back where it is octets. */
  object(body: ObjectBody): Promise<Uint8Array>
  /** When the session ends, ISO; null where the gateway has no link. */
  expires: string | null
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
    now: () => now + performance.now() - asked,
    async ask(query, variables, purpose) {
      const body = JSON.stringify({ query, variables, extensions: { purpose } })
      return answerOf(await overSocket(socketPath, 'POST', '/graphql', { type: 'application/json', body }))
    },
    async object({ method, octets, facts }) {
      const body = Buffer.concat([octets, facts])
      return octetsOf(await overSocket(socketPath, method, OBJECT_PATH, { type: OBJECT_TYPE, body }))
    },
  }
}

/** One login for one command. */
export async function linkByLogin(options: RoadOptions): Promise<Link> {
  const road = openRoad(options)
  const session = await road.session()
  const { caller, expires } = session.login()
  return {
    caller,
    expires,
    now: road.now,
    ask: async (query, variables, purpose) =>
      answerOf(await road.send({ query, variables, extensions: { purpose } })),
    async object(body) {
      const answer = await road.object(body)
      return octetsOf({ type: answer.headers.get('content-type') ?? '', body: answer.body })
    },
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

function overSocket(
  socketPath: string,
  method: string,
  path: string,
  sent?: { type: string; body: string | Uint8Array },
): Promise<{ type: string; body: Buffer }> {
  return new Promise((settle, fail) => {
    const headers = sent && { 'content-type': sent.type, 'content-length': Buffer.byteLength(sent.body) }
    const call = request({ socketPath, method, path, ...(headers && { headers }) }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        settle({ type: answer.headers['content-type'] ?? '', body: Buffer.concat(chunks) }),
      )
      answer.on('error', fail)
    })
    call.on('error', fail)
    call.end(sent?.body)
  })
}
