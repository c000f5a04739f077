import type { KeyObject } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { checkReceipt, RECEIPT_HEADER, receiptKeyOf } from '../../schema/wire/audit.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { HEARTBEAT_MS, type ReadEvent, readEvents } from '../../schema/wire/stream.ts'
import type { Answer, Opened, Session } from './session.ts'

/** A stream that gives no sign of life for this long (ms) is dead: two of them may be late. */
const SILENCE_MS = 3 * HEARTBEAT_MS

/** One event whose record was checked: what was said is what stands in the log. */
export type Told = ReadEvent & { receipt: string; signed: Uint8Array }

/**
 * Opens a stream. Gives the whole answer where the server refuses one. Each event is checked against its receipt before
 * it is given out: the records are of this question, of these octets, and one after another.
 * The events end where the server ends them, and by `signal`.
 * @throws Fault RECEIPT_MISMATCH for an event that is not on record as it came; UNREACHABLE where the stream is cut
 */
export async function openStream(
  session: Session,
  body: unknown,
  signal: AbortSignal,
): Promise<{ events: AsyncGenerator<Told> } | Answer> {
  const opened = await session.open(body, signal)
  const key = receiptKeyOf(session.login().receiptKey)
  if (/^text\/event-stream/.test(opened.headers.get('content-type') ?? ''))
    return { events: checked(opened, key, signal) }
  const { octets, ...answer } = opened
  return { ...answer, body: await buffer(octets) }
}

async function* checked(
  { octets, signed, status, headers }: Opened,
  key: KeyObject,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  let [asked, before] = [-1, -1]
  function check({ text }: ReadEvent, receipt: string | null): string {
    const read = checkReceipt(signed, { status, body: Buffer.from(text) }, receipt, key)
    if (read.answeredIndex <= before || (asked >= 0 && read.askedIndex !== asked))
      throw new Fault('RECEIPT_MISMATCH', 'expected a record after that of the event before, got another')
    ;[asked, before] = [read.askedIndex, read.answeredIndex]
    return receipt!
  }
  try {
    for await (const event of readEvents(alive(octets))) {
      if (!event) continue
      // The beginning has its receipt in the header, for no line can stand before it.
      const receipt = check(event, before < 0 ? headers.get(RECEIPT_HEADER) : event.receipt)
      yield { ...event, receipt, signed }
      if (event.event === 'complete') return
    }
  } catch (error) {
    if (signal.aborted) return
    throw error instanceof Fault ? error : cut()
  }
  throw cut()
}

/** Throws where nothing comes for too long: a link that is gone says nothing. */
async function* alive(octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = octets[Symbol.asyncIterator]()
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined
      const silence = new Promise<never>((_, fail) => {
        timer = setTimeout(() => fail(cut()), SILENCE_MS)
      })
      const { value, done } = await Promise.race([source.next(), silence]).finally(() => clearTimeout(timer))
      if (done) return
      yield value
    }
  } finally {
    // It may be waiting for octets that never come: nobody waits for it.
    void Promise.resolve(source.return?.()).catch(() => undefined)
  }
}

const cut = () => new Fault('UNREACHABLE', 'expected the stream to go on, got its end')
