import { parse } from 'graphql'
import { z } from 'zod'
import { RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import type { OpenKey } from '../core/keys.ts'
import type { Answer } from '../core/session.ts'
import type { Told } from '../core/stream.ts'
import { type AnswerBody, answerOf, codesOf } from './answer.ts'
import { openCache } from './cache.ts'
import type { Home } from './home.ts'
import { type Delivery, type Outbox, openOutbox } from './outbox.ts'
import { takenBackIn, takesBack } from './outdated.ts'
import type { Road } from './road.ts'
import { openVault } from './vault.ts'

/** One GraphQL request as a local program sends it. */
export const Question = z.strictObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
})
export type Question = z.infer<typeof Question>

/** `type` where it is not JSON. */
export type Reply = { status: number; body: Uint8Array; receipt?: string; type?: string }

/** What the gateway does with a request that its door let in. */
export type Desk = {
  answer(question: Question): Promise<Reply>
  /** The events of a subscription until `signal`, or the reply that refuses it. */
  listen(question: Question, signal: AbortSignal): Promise<{ events: AsyncGenerator<Told> } | Reply>
  outbox: Outbox
  flush(): Promise<Delivery[]>
  /** Resolves when everything kept is on disk. */
  settled(): Promise<void>
}

export type DeskOptions = { home: Home; key: OpenKey; road: Road; purpose: Purpose | null }

/** Each can be sent again without being done twice: a report has its key, a message and a card their ids. */
const CAN_WAIT = ['submitReport', 'sendMessage', 'sealCard']
/** Nothing was asked, or nothing of it may be shown: there is no link, or nobody vouches for the log. */
const CUT_OFF: readonly FaultCode[] = ['UNREACHABLE', 'LOG_UNWITNESSED', 'LOG']
/** How far the server's time may be from what a desk takes it for. */
const DOUBT_MS = 60_000
/** The server is there and can do nothing just now, or does not know whether it did: what can wait is sent again. */
const NOT_NOW = [
  'AUDIT_UNAVAILABLE',
  'NEO4J_UNAVAILABLE',
  'OUTCOME_UNCONFIRMED',
  'STORE_BEHIND',
  'STORE_UNAVAILABLE',
]

/** Where an officer's outbox lies in his home. */
export const outboxFolder = (home: Home, person: string): string => home.path('gateway', person, 'outbox')

/**
 * Signs and forwards; keeps answers for days without a link, and changes that must wait for it. The officer's folder
 * below `gateway/` holds both, sealed to his key.
 */
export async function openDesk({ home, key, road, purpose }: DeskOptions): Promise<Desk> {
  const vault = openVault(key, road.now)
  const folder = home.path('gateway', key.name)
  const cache = await openCache(`${folder}/cache`, vault)
  const outbox = await openOutbox({
    folder: outboxFolder(home, key.name),
    vault,
    send: road.send,
    now: road.now,
  })
  const keeping = new Set<Promise<void>>()

  /** An answer that the disk does not take is an answer all the same. */
  function keep(question: Question, body: Uint8Array): void {
    const kept = cache
      .keep(nameOf(question), body, road.now())
      .catch(() => undefined)
      .finally(() => keeping.delete(kept))
    keeping.add(kept)
  }

  async function forget(before: number | null): Promise<void> {
    if (before === null) return
    await Promise.allSettled(keeping)
    await cache.forgetBefore(before + DOUBT_MS)
  }

  /** Forgets what may show what was taken back, also by the officer himself. */
  async function learn({ fields }: Kind, { data }: AnswerBody): Promise<void> {
    await forget(fields.some(takesBack) ? road.now() : takenBackIn(data))
  }

  async function* learning(events: AsyncGenerator<Told>): AsyncGenerator<Told> {
    for await (const event of events) {
      if (event.event === 'next') await forget(takenBackIn(JSON.parse(event.data ?? 'null')))
      yield event
    }
  }

  async function forward(question: Question, kind: Kind): Promise<Reply> {
    const answer = await road.send(question)
    const told = answerOf(answer)
    if (kind.canWait && codesOf(told).some((code) => NOT_NOW.includes(code)))
      return queued(kind.canWait, question)
    if (answer.status === 200 && !told.errors) {
      await learn(kind, told)
      if (kind.type === 'query') keep(question, answer.body)
    }
    return replyOf(answer)
  }

  async function queued(operation: string, question: Question): Promise<Reply> {
    const waiting = await outbox.add(operation, question)
    return reply(202, { data: null, queued: true, extensions: { queued: true, waiting } })
  }

  async function withoutLink(question: Question, kind: Kind, fault: Fault): Promise<Reply | null> {
    if (kind.canWait) return queued(kind.canWait, question)
    const kept = kind.type === 'query' ? await cache.find(nameOf(question), road.now()) : null
    if (!kept) return null
    const body = JSON.parse(kept.body) as { extensions?: object }
    // A link that is gone needs no words; that the log has too few witnesses does.
    const why = fault.code === 'UNREACHABLE' ? {} : { why: fault.message }
    const extensions = { ...body.extensions, offline: { since: kept.since, ...why } }
    return reply(200, { ...body, extensions })
  }

  async function answered(question: Question): Promise<Reply> {
    const kind = kindOf(question)
    // What waits goes first: the server gets an officer's changes in the order in which he made them.
    if (kind.canWait && (await outbox.waiting()) > 0) {
      await outbox.flush()
      if ((await outbox.waiting()) > 0) return queued(kind.canWait, question)
    }
    try {
      return await forward(question, kind)
    } catch (error) {
      const isCutOff = error instanceof Fault && CUT_OFF.includes(error.code)
      const instead = isCutOff ? await withoutLink(question, kind, error) : null
      if (instead) return instead
      throw error
    }
  }

  return {
    async answer(question) {
      try {
        return await answered(withPurpose(question, purpose))
      } catch (error) {
        if (error instanceof Fault) return refusal(error)
        throw error
      }
    },
    async listen(question, signal) {
      try {
        const opened = await road.listen(withPurpose(question, purpose), signal)
        return 'events' in opened ? { events: learning(opened.events) } : replyOf(opened)
      } catch (error) {
        if (error instanceof Fault) return refusal(error)
        throw error
      }
    },
    outbox,
    flush: outbox.flush,
    async settled() {
      await Promise.allSettled(keeping)
    },
  }
}

function replyOf({ status, body, headers }: Answer): Reply {
  const receipt = headers.get(RECEIPT_HEADER)
  return { status, body, ...(receipt && { receipt }) }
}

const STATUS: Partial<Record<FaultCode, number>> = {
  ...{ AUTH: 401, RECEIPT_MISMATCH: 502, LOG: 502 },
  ...{ LOG_UNWITNESSED: 503, UNREACHABLE: 503 },
}

/** A fault as the reply that tells it. */
export function refusal({ code, message }: Fault): Reply {
  return reply(STATUS[code] ?? 400, { errors: [{ message, extensions: { code } }] })
}

export function reply(status: number, body: unknown): Reply {
  return { status, body: Buffer.from(JSON.stringify(body)) }
}

/** Why the officer asks, as he said when he started the gateway; a request that says so itself is left as it is. */
function withPurpose(question: Question, purpose: Purpose | null): Question {
  if (!purpose || question.extensions?.purpose !== undefined) return question
  return { ...question, extensions: { ...question.extensions, purpose } }
}

/** Two questions are one when they ask the same, whatever for. */
const nameOf = ({ query, variables, operationName }: Question) => ({
  query,
  variables: variables ?? {},
  operationName: operationName ?? null,
})

/** `fields` are what a change is made of. */
type Kind = { type: 'query' | 'mutation'; fields: string[]; canWait?: string }

/** What a document asks for. One that cannot be read goes to the server, which refuses it and has it on record. */
function kindOf({ query, operationName }: Question): Kind {
  try {
    const operations = parse(query, { noLocation: true, maxTokens: 4_000 }).definitions.filter(
      (node) => node.kind === 'OperationDefinition',
    )
    const chosen = operationName
      ? operations.find(({ name }) => name?.value === operationName)
      : operations[0]
    if (chosen?.operation !== 'mutation') return { type: 'query', fields: [] }
    const fields = chosen.selectionSet.selections.map((one) => (one.kind === 'Field' ? one.name.value : ''))
    const field = fields.length === 1 ? fields[0]! : ''
    return { type: 'mutation', fields, ...(CAN_WAIT.includes(field) && { canWait: field }) }
  } catch {
    return { type: 'mutation', fields: [] }
  }
}
