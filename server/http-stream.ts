import type { ServerResponse } from 'node:http'
import type { OfficeEvent } from '../schema/context.ts'
import { RECEIPT_HEADER, receiptHeaders } from '../schema/wire/audit.ts'
import type { Caller } from '../schema/wire/caller.ts'
import { Fault } from '../schema/wire/fault.ts'
import { COMPLETE, HEARTBEAT, streamText, withReceipt } from '../schema/wire/stream.ts'
import { newRecord, type Record } from './ask.ts'
import type { Open } from './audit/log.ts'
import { contextFor } from './context.ts'
import type { Prepared, Reading } from './engine.ts'
import { feedOf } from './exchange/event-feed.ts'
import { faultOutcome, type Outcome, shown } from './faces.ts'
import type { Instance } from './instance.ts'
import { detailOf, faultOf, masked, type Response, withhold } from './respond.ts'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // A proxy that gathers events before it lets them go would hold up what is to be told at once.
  'x-accel-buffering': 'no',
}

export type Asked = {
  caller: Caller
  open: Open
  body: Uint8Array
  refusal: Fault | undefined
  response: ServerResponse
  /** Aborted when the server stops. */
  stopping: AbortSignal
}

type Run = Asked & { instance: Instance; reading: Reading; record: Record; life: Life }
type Begun = { prepared: Prepared; start: string; source: AsyncIterable<OfficeEvent> }

/**
 * Answers a subscription with a stream, or gives back the whole answer that refuses it. Law 2 holds for each event: its
 * record is durable before its first octet leaves, and its receipt goes with it. The beginning has a record too, and so
 * has the end, whoever brings it about. Rejects where a record fails: then nothing more may leave.
 */
export async function stream(instance: Instance, asked: Asked): Promise<Response | null> {
  const life = lifeOf(instance, asked)
  const run: Run = { ...asked, instance, life, reading: {}, record: newRecord(null) }
  try {
    const begun = await begin(run).catch((error) => faultOutcome(faultOf(error)))
    if ('outcome' in begun) return { ...begun, detail: detailOf(begun, run.reading, run.record) }
    await putHead(run, begun)
    const fault = await tellAll(run, begun).catch(faultOf)
    await putEnd(run, fault ?? life.why())
    return null
  } finally {
    life.close()
  }
}

/** Everything that can refuse a subscription, before anything of it leaves. */
async function begin(run: Run): Promise<Begun | Outcome> {
  const { instance, caller, reading, record, life } = run
  if (run.refusal) throw run.refusal
  const prepared = instance.engine.prepare(run.body, reading, 'STREAM')
  withhold(instance)
  const contextOf = (who: Caller) => contextFor(instance, who, record, prepared)
  let start = ''
  const events = {
    from(after: string | null | undefined) {
      const place = prepared.after ?? after ?? null
      const options = { caller: life.caller, ask: (who: Caller) => contextOf(who).ask }
      const feed = feedOf(instance, { ...options, after: place, signal: life.signal })
      start = feed.start
      return feed.events
    },
  }
  const source = await instance.engine.listen(prepared, { ...contextOf(caller), events })
  if (!(Symbol.asyncIterator in source)) return shown(source, prepared, [], masked)
  life.takePlace()
  return { prepared, start, source: source as AsyncIterable<OfficeEvent> }
}

/** The status line, and where a stream goes on that is cut before its first event. */
async function putHead(run: Run, { start }: Begun): Promise<void> {
  const text = streamText({ id: start })
  const receipt = await recorded(run, text, 'OK', true)
  run.response.writeHead(200, { ...HEADERS, [RECEIPT_HEADER]: receipt })
  run.response.write(text)
}

async function tellAll(run: Run, { prepared, source }: Begun): Promise<void> {
  const { instance, record, life } = run
  for await (const event of source) {
    const caller = life.caller()
    withhold(instance)
    const result = await instance.engine.tell(prepared, contextFor(instance, caller, record, prepared), event)
    const { body, outcome } = shown(result, prepared, [], masked)
    record.shown.add(event.about)
    if (event.kind === 'RESURGENCE') record.shown.add(event.thread!)
    await instance.budget.spend(caller, record.shown)
    if (life.signal.aborted) return
    await put(run, streamText({ event: 'next', id: event.cursor, data: body }), outcome)
  }
}

/** Nothing is sent to a reader who is gone or does not read; that it ended, and why, is on record all the same. */
async function putEnd(run: Run, fault: Fault | undefined): Promise<void> {
  const { response, record } = run
  record.shown.clear()
  const outcome = fault?.code ?? 'OK'
  if (response.closed || response.writableNeedDrain) {
    await recorded(run, '', outcome, false)
    response.destroy()
    return
  }
  if (fault) await put(run, streamText({ event: 'next', data: faultOutcome(fault).body }), outcome)
  await put(run, COMPLETE, outcome, false)
  response.end()
}

/** Puts a text on record, then sends it, and waits until its reader has taken it: no more than one is under way. */
async function put(run: Run, text: string, outcome: Outcome['outcome'], more = true): Promise<void> {
  const receipt = await recorded(run, text, outcome, more)
  const { response, life } = run
  if (response.closed || response.write(withReceipt(text, receipt))) return
  await new Promise<void>((go) => {
    response.once('drain', go)
    life.signal.addEventListener('abort', () => go(), { once: true })
  })
}

async function recorded(run: Run, text: string, outcome: Outcome['outcome'], more: boolean): Promise<string> {
  const { instance, open, reading, record } = run
  const detail = detailOf({ outcome }, reading, record)
  const receipt = await instance.audit.answered(open, { status: 200, body: Buffer.from(text), detail, more })
  record.statements.clear()
  record.shown.clear()
  return receiptHeaders(receipt)[RECEIPT_HEADER]!
}

type Life = {
  signal: AbortSignal
  /** The fault that ended it; none where its reader left or the server stops. */
  why(): Fault | undefined
  /** For whom it is now. Throws AUTH when he may listen no longer. */
  caller(): Caller
  /** Throws TOO_MANY_STREAMS. */
  takePlace(): void
  close(): void
}

/**
 * How long a stream may go on: until its reader leaves or stops reading, his session, assignment or key ends, nothing can
 * be recorded, or the server stops. Looked at at each event and at each sign of life; those come at even intervals from
 * the beginning, whatever happens.
 */
function lifeOf(instance: Instance, { caller, response, stopping }: Asked): Life {
  const { auth, streams } = instance
  const life = new AbortController()
  let why: Fault | undefined
  let leave = () => {}
  const end = (fault?: Fault) => {
    if (life.signal.aborted) return
    why = fault
    life.abort()
  }
  const stop = () => end()
  stopping.addEventListener('abort', stop, { once: true })
  response.once('close', stop)
  const beat = setInterval(() => {
    if (!response.headersSent || life.signal.aborted) return
    const failure = instance.audit.failure() ?? instance.suspended()
    if (failure) end(failure)
    else if (!auth.caller(caller.session)) end(ended())
    else if (response.writableNeedDrain) end(new Fault('UNREACHABLE', 'expected a reader, got none'))
    else response.write(HEARTBEAT)
  }, streams.pace.heartbeat)

  return {
    signal: life.signal,
    why: () => why,
    caller() {
      const now = auth.caller(caller.session)
      if (!now) throw ended()
      return now
    },
    takePlace() {
      leave = streams.take(caller, end)
    },
    close() {
      clearInterval(beat)
      leave()
      stopping.removeEventListener('abort', stop)
      life.abort()
    },
  }
}

const ended = () => new Fault('AUTH', 'expected a session in force, got one that has ended')
