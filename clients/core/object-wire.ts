import * as plain from 'node:http'
import * as secure from 'node:https'
import { OBJECT_PATH } from '../../schema/wire/attachment.ts'
import { Fault } from '../../schema/wire/fault.ts'

/** One body of the object road, in the two parts that it is made of, with the SHA-256 of both together. */
export type ObjectBody = { method: 'PUT' | 'POST'; octets: Uint8Array; facts: Uint8Array; digest: Buffer }

type Answer = { status: number; headers: Headers; body: Uint8Array }
export type ObjectWire = { send(body: ObjectBody, headers: Record<string, string>): Promise<Answer> }

/** A link that moves nothing for so long is gone (ms). A slow one moves something. */
const SILENCE = 60_000
const MOST_CONNECTIONS = 2

/**
 * Connections that are kept from chunk to chunk. `fetch` copies what it sends and gives a whole body one deadline, which
 * a weak link does not meet.
 */
export function openObjectWire(origin: string): ObjectWire {
  const { request, Agent } = origin.startsWith('https:') ? secure : plain
  // Unused ones must not keep a command from ending.
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS, timeout: SILENCE })

  return {
    send({ method, octets, facts }, headers) {
      const length = octets.length + facts.length
      return new Promise((settle, fail) => {
        const gone = () => fail(new Fault('UNREACHABLE', `expected an answer of ${origin}, got none`))
        const options = { method, agent, headers: { ...headers, 'content-length': length } }
        const call = request(`${origin}${OBJECT_PATH}`, options, (answer) => {
          const pieces: Buffer[] = []
          answer.on('data', (piece: Buffer) => pieces.push(piece))
          answer.on('end', () => settle(answerFrom(answer, Buffer.concat(pieces))))
          answer.on('error', gone)
        })
        call.on('error', gone)
        call.setTimeout(SILENCE, () => call.destroy(new Error('expected a link that moves')))
        call.write(octets)
        call.end(facts)
      })
    },
  }
}

function answerFrom({ statusCode = 0, headers }: plain.IncomingMessage, body: Uint8Array): Answer {
  const known = Object.entries(headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return { status: statusCode, headers: new Headers(known), body }
}
