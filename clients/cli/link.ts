import { request } from 'node:http'
import { z } from 'zod'
import type { OfficeRole } from '../../schema/wire/codes.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { LoginAnswer } from '../../schema/wire/login.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
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
      return answerOf(await overSocket(socketPath, 'POST', '/graphql', body))
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
  }
}

/** The data of an answer, or all its faults in one. */
export function dataOf(answer: AnswerBody): Record<string, unknown> {
  if (answer.errors && answer.errors.length > 0) throw faultOf(faultsIn(answer))
  return answer.data ?? {}
}

function overSocket(
  socketPath: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ body: Buffer }> {
  return new Promise((settle, fail) => {
    const headers = {
      ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const call = request({ socketPath, method, path, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => settle({ body: Buffer.concat(chunks) }))
      answer.on('error', fail)
    })
    call.on('error', fail)
    call.end(body)
  })
}
