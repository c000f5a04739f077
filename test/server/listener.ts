import type { Answer, Session } from '../../clients/core/session.ts'
import { openStream, type Told } from '../../clients/core/stream.ts'
import { PURPOSE } from '../instance.ts'

// Listens as our own clients do, every receipt checked, and remembers what it heard.

export const EVENTS = 'subscription { events { kind about thread type urgency due time } }'

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its question
export type Data = any

export type Listener = {
  /** What came instead of a stream. */
  refused: Answer | null
  code(): string | undefined
  /** The next event; null when the stream has ended. */
  next(): Promise<Told | null>
  /** What the next event says. */
  heard(): Promise<Data>
  /** Where a stream that was cut here goes on. */
  last(): string
  leave(): void
}

export async function listen(
  session: Session,
  { query = EVENTS, purpose = PURPOSE, after }: { query?: string; purpose?: unknown; after?: string } = {},
): Promise<Listener> {
  const cut = new AbortController()
  const body = { query, extensions: { purpose, ...(after && { after }) } }
  const opened = await openStream(session, body, cut.signal)
  const events = 'events' in opened ? opened.events : null
  let last = ''

  async function next(): Promise<Told | null> {
    const { value, done } = await events!.next()
    if (done) return null
    if (value.id !== undefined) last = value.id
    return value
  }
  if (events) await next()
  const refused = 'events' in opened ? null : opened
  return {
    refused,
    code: () => refused && JSON.parse(Buffer.from(refused.body).toString()).errors?.[0].extensions.code,
    next,
    async heard() {
      const event = await next()
      return event?.event === 'next' ? (JSON.parse(event.data!) as Data) : (event?.event ?? null)
    },
    last: () => last,
    leave: () => cut.abort(),
  }
}

/** What a request gets, whichever way its operation is answered: a stream that opens is left at once, and has said nothing. */
export async function answerTo(
  session: Session,
  body: { query: string; variables?: object; extensions?: object },
): Promise<Uint8Array> {
  if (!body.query.startsWith('subscription')) return (await session.request(body)).body
  const cut = new AbortController()
  const opened = await openStream(session, body, cut.signal)
  cut.abort()
  return 'events' in opened ? Buffer.from('{"data":{}}') : opened.body
}
