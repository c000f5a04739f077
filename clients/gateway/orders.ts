import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault } from '../../schema/wire/fault.ts'
import { EvaluationOrder, EvaluationRequest } from '../../schema/wire/match.ts'
import { bodyWithin } from '../core/loopback.ts'
import { refusal, reply } from './desk.ts'
import { refuse, send } from './door.ts'
import type { Road } from './road.ts'

/** Where the command line has orders for evaluators signed, over the socket that only its owner can open. */
export const ORDER_PATH = '/order'

export const SignedOrderShape = EvaluationRequest.pick({ login: true, signature: true })

/** The largest order has half of this. */
const MOST = 131_072

/** Signs an order by the session key, which no other process has. It signs nothing that is not one, nor for anybody else. */
export async function signOrder(
  road: Road,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const order = request.method === 'POST' ? await orderIn(request) : null
  if (order === null || order.person !== road.person)
    return send(response, refuse(400, 'expected an order of this officer, got something else'))
  try {
    send(response, reply(200, await road.order(order)))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    send(response, refusal(error))
  }
}

/** Null for what is no order; all of it is read. */
async function orderIn(request: IncomingMessage): Promise<EvaluationOrder | null> {
  const body = await bodyWithin(request, MOST)
  try {
    return EvaluationOrder.parse(JSON.parse(String(body)))
  } catch {
    return null
  }
}
