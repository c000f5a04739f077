import { RECEIPT_HEADER } from './audit.ts'

// A stream of events as its octets: server-sent events, in what the GraphQL-over-SSE protocol calls distinct
// connections. A record commits to the text of one event; its receipt stands in a line before it, in a field that every
// other reader of such streams passes over.

export type StreamEvent = { event?: 'next' | 'complete'; id?: string; data?: string }

/** A sign of life: a comment, of which no record is made, for it says nothing. */
export const HEARTBEAT = ':\n\n'
export const HEARTBEAT_MS = 15_000

/** One event as its record commits to it. `data` is JSON, which has no line breaks. */
export function streamText({ event, id, data }: StreamEvent): string {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(data === undefined ? [] : [`data: ${data}`]),
  ]
  return `${lines.join('\n')}\n\n`
}

/** The last event of a stream that was not cut. */
export const COMPLETE = streamText({ event: 'complete', data: '' })

export const withReceipt = (text: string, receipt: string) => `${RECEIPT_HEADER}: ${receipt}\n${text}`

export type ReadEvent = StreamEvent & {
  /** What its record commits to. */
  text: string
  receipt: string | null
}

/** Longer than any event of ours. */
const MOST_TEXT = 1 << 20

/** The events in a stream of octets, each as soon as it is whole; null for a sign of life. Throws where it is no such stream. */
export async function* readEvents(octets: AsyncIterable<Uint8Array>): AsyncGenerator<ReadEvent | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of octets) {
    rest += decoder.decode(chunk, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop()!
    if (rest.length > MOST_TEXT) throw new Error('expected an event, got too long a text')
    for (const block of blocks) yield eventOf(block)
  }
}

function eventOf(block: string): ReadEvent | null {
  const lines = block.split('\n').filter((line) => !line.startsWith(':'))
  const field = (name: string) =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null
  const own = lines.filter((line) => !line.startsWith(`${RECEIPT_HEADER}: `))
  if (own.length === 0) return null
  const [event, id, data] = [field('event'), field('id'), field('data')]
  return {
    ...(event !== null && { event: event as 'next' | 'complete' }),
    ...(id !== null && { id }),
    ...(data !== null && { data }),
    text: `${own.join('\n')}\n\n`,
    receipt: field(RECEIPT_HEADER),
  }
}
