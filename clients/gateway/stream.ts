import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault } from '../../schema/wire/fault.ts'
import { COMPLETE, HEARTBEAT, HEARTBEAT_MS, streamText, withReceipt } from '../../schema/wire/stream.ts'
import { type Desk, type Question, refusal } from './desk.ts'
import { send } from './door.ts'

export const wantsStream = ({ headers }: IncomingMessage) => /text\/event-stream/i.test(headers.accept ?? '')

/**
 * Passes a subscription on to a local program, as the GraphQL-over-SSE protocol has it in distinct connections. What the
 * server ends and the gateway takes up again is one stream for the program; `Last-Event-ID` takes up one of its own.
 */
export async function pass(
  desk: Desk,
  question: Question,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const after = request.headers['last-event-id']
  const asked = after ? { ...question, extensions: { ...question.extensions, after } } : question
  const opened = await desk.listen(asked, gone.signal)
  if (!('events' in opened)) return send(response, opened)
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  const beat = setInterval(() => response.write(HEARTBEAT), HEARTBEAT_MS)
  try {
    for await (const { text, receipt } of opened.events) await put(response, withReceipt(text, receipt))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const data = Buffer.from(refusal(error).body).toString('utf8')
    await put(response, streamText({ event: 'next', data }))
  } finally {
    clearInterval(beat)
    gone.abort()
  }
  response.end(COMPLETE)
}

/** Waits for the program to take what was written: the server waits with it, and holds nothing for a program that sleeps. */
async function put(response: ServerResponse, text: string): Promise<void> {
  if (response.closed || response.write(text)) return
  await new Promise<void>((go) => response.once('drain', go).once('close', go))
}
