import { messageOpen, messageSend } from '../../cypher/message/message.ts'
import type { MessageDesk } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import { audienceOf, Envelope } from '../../schema/wire/envelope.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { faultsOf } from '../../schema/wire/report.ts'
import { dueOf } from '../../schema/wire/thread.ts'
import { disclosed } from '../ask.ts'
import { erasedOf, erasureStands } from '../erasures.ts'
import { Collision } from '../graph.ts'
import { checkNotice } from '../match/notice.ts'
import { changeOf } from '../outbox.ts'
import { scopeFor } from '../policy.ts'
import type { DeskRequest } from '../report/acts.ts'
import { type ExchangeParts, reachOfMessage } from './desk.ts'
import { originatorAgrees } from './originator.ts'
import { checkDowngrade } from './profile.ts'

type Parts = ExchangeParts & {
  /** The packet gate, and the blob on disk. */
  admit(
    caller: Caller,
    object: Envelope & { audience: string[]; ciphertext: string; signature: string },
  ): Promise<unknown>
}

/**
 * The send path, straight down: who may, what the envelope says, whether this message stands already, whether it fits what
 * the sender's office has, then the gate, the blob, the row. A message stands when its row does: a crash before leaves a
 * blob that nothing names, and the sender sends the same octets again.
 */
export function sending(parts: Parts, request: DeskRequest): MessageDesk['send'] {
  const { graph, store, directory, compartments, attachments, events, erasures, clock, admit } = parts
  const { caller, ask, record } = request

  /** Sent twice at the same moment, one finds the id taken by the other: both are told that their message stands. */
  async function standing({ envelope: text }: { envelope: string }, error: unknown): Promise<string> {
    if (!(error instanceof Fault) || error.code !== 'IDEMPOTENCY_CONFLICT') throw error
    const envelope = readEnvelope(text)
    const [now] = await ask(messageOpen, { id: envelope.id, offices: caller.offices })
    if (!now) throw error
    return replayed(now.envelope === canonical(envelope as Json), envelope.id)
  }

  const send: MessageDesk['send'] = async (input) => {
    scopeFor(messageSend, caller, compartments, 0)
    const envelope = readEnvelope(input.envelope)
    if (envelope.sender !== caller.office) throw wrong('sender', 'expected your own office as the sender')
    const text = canonical(envelope as Json)
    const [before] = await ask(messageOpen, { id: envelope.id, offices: caller.offices })
    if (before) return replayed(before.envelope === text, envelope.id)
    checkCreated(envelope, clock())
    await known(envelope, request)
    await checkNotice(envelope, request)
    const erased = await originatorAgrees(envelope, request)
    const erases = erased.map(({ id }) => id)
    const audience = audienceOf(envelope)
    checkDowngrade(parts, { ...envelope, audience }, record)
    await admit(caller, { ...envelope, audience, ciphertext: input.ciphertext, signature: input.signature })
    await attachments.name(envelope)
    const row = {
      id: envelope.id,
      envelope: text,
      sender: caller.office,
      offices: audience,
      compartment: await compartments.numberOf(reachOfMessage(audience, directory)),
      signature: input.signature,
      signer: caller.person,
      author: caller.person,
      type: envelope.type,
      thread: envelope.thread,
      inReplyTo: envelope.inReplyTo ?? null,
      hit: envelope.hit ?? null,
      erases,
    }
    record.statements.set(messageSend.name, messageSend.digest)
    const change = changeOf(record, [envelope.id, ...erases])
    const write = (recordedTime: number) =>
      graph.write(
        messageSend,
        { rows: [{ ...row, recordedTime, due: dueOf({ envelope, received: recordedTime }) }] },
        30_000,
        [change],
      )
    await events.writing(audience, write).catch((error) => {
      // The id belongs to a message of others: whose, nobody learns.
      if (error instanceof Collision)
        throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new object id, got a used one')
      throw error
    })
    disclosed(record, caller, audience)
    if (envelope.type === 'LIFE_AT_RISK') parts.alarmed()
    // The graph forgets first. What a crash leaves of the rest, the next start does.
    const files = erased.flatMap(({ attachments: all = [] }) => all)
    await erasureStands(erasures, { record, change }, [
      ...erasedOf('MESSAGE', erases),
      ...erasedOf('ATTACHMENT', files),
    ])
    for (const id of erases) await store.erase(id)
    for (const object of files) await attachments.eraseIdle(object, Number.MAX_SAFE_INTEGER)
    return envelope.id
  }

  return (input) => send(input).catch((error) => standing(input, error))
}

const wrong = (field: keyof Envelope, message: string) =>
  new Fault('BAD_INPUT', message, { path: ['input', 'envelope', field] })

function readEnvelope(text: string): Envelope {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Fault('BAD_INPUT', 'expected the envelope as JSON', { path: ['input', 'envelope'] })
  }
  const envelope = Envelope.safeParse(parsed)
  if (!envelope.success) throw faultOf(faultsOf(envelope.error, ['input', 'envelope']))
  return envelope.data
}

function replayed(same: boolean, id: string): string {
  if (same) return id
  throw new Fault('IDEMPOTENCY_CONFLICT', 'expected the same envelope under this id, got another one')
}

const AHEAD_MS = 10 * 60_000
/** How long a message may wait in an outbox. */
const WAITED_MS = 30 * 24 * 3_600_000

/**
 * Clients follow the server's clock, so nothing is made in the future; what is older waited for a link, and its recipients
 * lose no time by it (`dueOf`).
 */
function checkCreated({ created }: Envelope, now: number): void {
  const at = Date.parse(created)
  if (at <= now + AHEAD_MS && at >= now - WAITED_MS) return
  throw new Fault(
    'BAD_DATE',
    `expected a time between 30 days before and 10 minutes after ${new Date(now).toISOString()}, got ${created}`,
    { path: ['input', 'envelope', 'created'] },
  )
}

/** What it answers must be a message that the caller's office has. */
async function known(envelope: Envelope, { caller, ask }: DeskRequest): Promise<void> {
  if (!envelope.inReplyTo) return
  const [answered] = await ask(messageOpen, { id: envelope.inReplyTo, offices: caller.offices })
  const thread = answered && (JSON.parse(answered.envelope) as Envelope).thread
  if (thread !== envelope.thread)
    throw new Fault('BAD_REFERENCE', 'expected a message of this thread in your inbox', {
      path: ['input', 'envelope', 'inReplyTo'],
    })
}
