import type { z } from 'zod'
import { messageOpen } from '../cypher/message/message.ts'
import { ChunkFacts, ChunkQuestion, type ReadBody } from '../schema/wire/attachment.ts'
import type { Caller } from '../schema/wire/caller.ts'
import type { Json } from '../schema/wire/canonical.ts'
import type { Envelope } from '../schema/wire/envelope.ts'
import { Fault, type FaultCode, faultOf } from '../schema/wire/fault.ts'
import { Purpose } from '../schema/wire/purpose.ts'
import { faultsOf } from '../schema/wire/report.ts'
import { type Record as AskRecord, newRecord } from './ask.ts'
import type { Answered } from './audit/log.ts'
import { contextFor } from './context.ts'
import type { Reading } from './engine.ts'
import { faultOutcome } from './faces.ts'
import type { Instance } from './instance.ts'
import { detailOf, masked, withhold } from './respond.ts'

export type ObjectRequest = {
  /** PUT brings a chunk, POST asks for one. */
  method: 'PUT' | 'POST'
  /** Whether it says that it is octets: a form that a browser sends is none. */
  isOctets: boolean
  read: ReadBody
  /** Waits until there is room for an answer of that size. */
  enter(octets: number): Promise<void>
}

export type ObjectAnswer = Answered & { isOctets: boolean }

type Done = { status: number; body: Uint8Array; outcome: FaultCode | 'OK'; isOctets: boolean }

/** Answers one verified request of the object road, whole. It never throws, as `respond` does not. */
export async function respondObject(
  instance: Instance,
  caller: Caller,
  request: ObjectRequest,
): Promise<ObjectAnswer> {
  const record = newRecord(null)
  const reading: Reading = {}
  const done = await answer(instance, caller, request, { record, reading }).catch((error): Done => {
    record.shown.clear()
    const { body, ...rest } = faultOutcome(error instanceof Fault ? error : masked(error))
    return { ...rest, body: Buffer.from(body), isOctets: false }
  })
  const { status, body, isOctets } = done
  return { status, body, isOctets, detail: detailOf(done, reading, record) }
}

type Doing = { record: AskRecord; reading: Reading }

async function answer(
  instance: Instance,
  caller: Caller,
  request: ObjectRequest,
  { record, reading }: Doing,
): Promise<Done> {
  if (!request.isOctets) throw new Fault('BAD_REQUEST', 'expected content of type application/octet-stream')
  const { method, read } = request
  reading.operation = method === 'PUT' ? 'putChunk' : 'chunk'
  const facts = factsIn(read.facts, reading)
  withhold(instance)
  if (method === 'PUT') {
    const sent = parsed(ChunkFacts, facts)
    instance.heads.check()
    await instance.attachments.put(caller, sent, read)
    record.committed.push(sent.object)
    return { status: 200, body: STORED, outcome: 'OK', isOctets: false }
  }
  const question = parsed(ChunkQuestion, facts)
  const body = await chunkFor(instance, caller, { ...request, question, record })
  await instance.budget.spend(caller, record.shown)
  return { status: 200, body, outcome: 'OK', isOctets: true }
}

const STORED = Buffer.from('{"data":{"putChunk":true}}')

/** A chunk for an office that has the message which names it; for anybody else it is as if it did not exist. */
async function chunkFor(
  instance: Instance,
  caller: Caller,
  { enter, question, record }: Pick<ObjectRequest, 'enter'> & { question: ChunkQuestion; record: AskRecord },
): Promise<Uint8Array> {
  const { ask } = contextFor(instance, caller, record, { kind: 'query', fields: new Set() })
  const { message, object, chunk } = question
  const [row] = await instance.latch.shared(() => ask(messageOpen, { id: message, offices: caller.offices }))
  const named = row && !row.erased && (JSON.parse(row.envelope) as Envelope).attachments?.includes(object)
  const found = named ? await instance.attachments.chunk(object, chunk) : null
  if (!found) throw new Fault('NOT_FOUND', 'expected a chunk of a message of your office, got none')
  record.shown.add(object)
  await enter(found.size)
  return found.read()
}

/** The facts as JSON, with a purpose; what they say stands in the record whatever comes of it. */
function factsIn(octets: Uint8Array, reading: Reading): Record<string, unknown> {
  const facts = jsonIn(octets)
  const { purpose: stated, ...variables } = facts
  reading.variables = variables as Json
  const purpose = Purpose.safeParse(stated)
  if (!purpose.success)
    throw new Fault(
      'PURPOSE_REQUIRED',
      'expected a purpose with a code and a justification of 8 characters or more',
    )
  reading.purpose = purpose.data
  return facts
}

function jsonIn(octets: Uint8Array): Record<string, unknown> {
  try {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets))
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
  } catch {
    // Said below, for every cause.
  }
  throw new Fault('BAD_REQUEST', 'expected octets, a newline and facts in JSON')
}

function parsed<T extends z.ZodType>(shape: T, facts: unknown): z.output<T> {
  const found = shape.safeParse(facts)
  if (found.success) return found.data
  throw faultOf(faultsOf(found.error, []))
}
