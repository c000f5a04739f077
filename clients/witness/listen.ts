import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyWithin, type Listening, listenHere } from '../core/loopback.ts'
import type { Witness, WitnessAnswer } from './witness.ts'

/** An old size, 63 hashes, and a checkpoint with all the signatures that one may have. */
const MOST_BODY = 266_240

type Refusal = { status: 404 | 405 | 413 | 500; body: string }

/**
 * Serves `add-checkpoint` on the loopback interface: what is beyond it is for a reverse proxy or a bastion. Who asks
 * needs no account, because what counts is the log's signature. `complain` is told what failed here.
 */
export async function listenWitness(
  witness: Witness,
  { port, complain = () => {} }: { port: number; complain?: (error: unknown) => void },
): Promise<Listening> {
  return listenHere(port, (request, response) => {
    answer(witness, request)
      .catch((error: unknown): Refusal | null => {
        // The connection went before the body was whole: nobody is there to be told.
        if (request.destroyed && !request.complete) return null
        complain(error)
        return { status: 500, body: 'nothing was co-signed\n' }
      })
      .then((said) => (said === null ? response.destroy() : send(response, said)))
  })
}

async function answer(witness: Witness, request: IncomingMessage): Promise<WitnessAnswer | Refusal> {
  if (request.url !== '/add-checkpoint') return { status: 404, body: 'expected /add-checkpoint\n' }
  if (request.method !== 'POST') return { status: 405, body: 'expected POST\n' }
  const body = await bodyWithin(request, MOST_BODY)
  if (body === null) return { status: 413, body: `expected at most ${MOST_BODY} octets\n` }
  return witness.addCheckpoint(body)
}

function send(response: ServerResponse, said: WitnessAnswer | Refusal): void {
  const body = Buffer.from(said.body)
  response.writeHead(said.status, {
    'content-type': ('type' in said && said.type) || 'text/plain; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}
