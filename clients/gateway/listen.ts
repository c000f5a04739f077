import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, type FaultCode, faultOf } from '../../schema/wire/fault.ts'
import type { Answer } from '../core/session.ts'
import type { Told } from '../core/stream.ts'
import { answerOf, faultsIn } from './answer.ts'

/** A subscription as it is asked; `extensions` hold the purpose. */
export type Subscription = { query: string; extensions?: object | null | undefined }
export type Listened = { events: AsyncGenerator<Told> } | Answer

/** Between two attempts to take up a stream that was cut (ms): first, and at most. */
const WAITS = { first: 500, most: 30_000 }
/** What passes: the link, or a part of the server that comes back. */
const PASSING: readonly FaultCode[] = [
  ...(['UNREACHABLE', 'NEO4J_UNAVAILABLE', 'AUDIT_UNAVAILABLE', 'LOG_UNWITNESSED', 'DEADLINE'] as const),
]

/**
 * Opens a stream, or gives the answer that refuses it. A stream that is cut, or that the server ends because it stops or
 * the session has ended, is taken up again after the last event: nothing is lost and nothing told twice. The events end
 * by `signal`, and by a fault that does not pass.
 */
export async function listenOn(
  once: (body: Subscription, signal: AbortSignal) => Promise<Listened>,
  body: Subscription,
  signal: AbortSignal,
): Promise<Listened> {
  const first = await once(body, signal)
  return 'events' in first ? { events: goOn(first.events) } : first

  async function* goOn(opened: AsyncGenerator<Told>): AsyncGenerator<Told> {
    let after: string | undefined
    let wait = WAITS.first
    for (let events: AsyncGenerator<Told> | null = opened; !signal.aborted; events = await again(after)) {
      try {
        for await (const event of events ?? []) {
          after = event.id ?? after
          if (event.event === 'complete' || isSessionOver(event)) break
          wait = WAITS.first
          yield event
        }
      } catch (error) {
        if (!passes(error)) throw error
      }
      await sleep(wait, undefined, { signal }).catch(() => undefined)
      wait = Math.min(wait * 2, WAITS.most)
    }
  }

  /** Null where the link is still cut. */
  async function again(after: string | undefined): Promise<AsyncGenerator<Told> | null> {
    if (signal.aborted) return null
    try {
      const opened = await once({ ...body, extensions: { ...body.extensions, after } }, signal)
      if ('events' in opened) return opened.events
      throw faultOf(faultsIn(answerOf(opened)))
    } catch (error) {
      if (signal.aborted || passes(error)) return null
      throw error
    }
  }
}

const passes = (error: unknown) => error instanceof Fault && PASSING.includes(error.code)

/** Throws what an event tells instead of data; whether it is that the session is over, which a new login mends. */
function isSessionOver({ event, data }: Told): boolean {
  if (event !== 'next') return false
  const [fault, ...others] = faultsIn(answerOf({ body: Buffer.from(data ?? '') }))
  if (!fault) return false
  if (fault.code === 'AUTH') return true
  throw faultOf([fault, ...others])
}
