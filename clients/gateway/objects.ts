import type { IncomingMessage, ServerResponse } from 'node:http'
import { MAX_OBJECT_BODY, OBJECT_TYPE, readBody } from '../../schema/wire/attachment.ts'
import { RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { bodyWithin } from '../core/loopback.ts'
import { refusal } from './desk.ts'
import { refuse, send } from './door.ts'
import type { Road } from './road.ts'

/** Signs what the command line sends by the object road, and hands back what came. It waits for no link: it is large. */
export async function carry(road: Road, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method === 'PUT' || request.method === 'POST' ? request.method : null
  const body = await bodyWithin(request, MAX_OBJECT_BODY)
  if (method === null || body === null)
    return send(response, refuse(413, 'expected a chunk, got another body'))
  try {
    const answer = await road.object({ method, ...readBody(body) })
    const receipt = answer.headers.get(RECEIPT_HEADER)
    const isOctets = answer.headers.get('content-type') === OBJECT_TYPE
    const more = { ...(receipt && { receipt }), ...(isOctets && { type: OBJECT_TYPE }) }
    send(response, { status: answer.status, body: answer.body, ...more })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    send(response, refusal(error))
  }
}
