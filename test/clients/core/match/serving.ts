import { verify } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { receiptKeyOf } from '../../../../schema/wire/audit.ts'
import {
  EvaluationRequest,
  type MatchKey,
  orderText,
  permitText,
  type EvaluationRequest as Request,
} from '../../../../schema/wire/match.ts'
import { answerBy, type Evaluating, evaluating } from './evaluating.ts'

export type Serving = {
  key: MatchKey
  shares: Evaluating['shares']
  /** Everything that reached an evaluator, as it came. */
  captured: string[]
  /** What an evaluator does instead of answering, until `null`. */
  bend(index: number, instead: ((request: Request) => { status: number; body: unknown }) | null): void
  close(): Promise<void>
}

/** Evaluators over HTTP that believe what `receiptKey` permits and the session key signed, and count nothing. */
export async function serving({
  instance,
  receiptKey,
  epoch,
}: {
  instance: string
  receiptKey: string
  epoch: number
}): Promise<Serving> {
  const world = await evaluating(2, [1, 2, 3], epoch)
  const captured: string[] = []
  const bent = new Map<number, (request: Request) => { status: number; body: unknown }>()
  const servers: Server[] = []

  async function listen(index: number): Promise<string> {
    const server = createServer(async (incoming, response) => {
      const text = (await buffer(incoming)).toString('utf8')
      captured.push(text)
      const request = EvaluationRequest.parse(JSON.parse(text))
      const { status, body } =
        bent.get(index)?.(request) ??
        (isBelieved(request, receiptKey)
          ? { status: 200, body: answerBy(world.shares.get(index)!, index, request.order) }
          : { status: 403, body: { code: 'NOT_ALLOWED', message: 'expected a permit, got none' } })
      response.writeHead(incoming.url === '/evaluate' ? status : 404).end(JSON.stringify(body))
    })
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const evaluators = await Promise.all(
    world.key.evaluators.map(async (one) => ({ ...one, url: await listen(one.index) })),
  )
  return {
    key: { ...world.key, instance, evaluators },
    shares: world.shares,
    captured,
    bend: (index, instead) => void (instead ? bent.set(index, instead) : bent.delete(index)),
    async close() {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((done) => server.close(done))
      }
    },
  }
}

function isBelieved({ order, permit, login, signature }: Request, receiptKey: string): boolean {
  const holds = (text: string, key: string, signed: string) =>
    verify(null, Buffer.from(text), receiptKeyOf(key), Buffer.from(signed, 'base64url'))
  return (
    holds(permitText(order), receiptKey, permit) &&
    holds(orderText(order), login.statement.sessionKey, signature)
  )
}
