import type { AnsweredDetail, TokenField } from '../../schema/wire/audit.ts'
import { type Json, sha256 } from '../../schema/wire/canonical.ts'

/** As much of the caller as is known: at login only the person and his country. */
export type AuditedCaller = {
  person: string
  country: string
  office?: string
  offices?: string[]
  role?: string
  session?: string
}

export type Asked = {
  caller: AuditedCaller
  /** Milliseconds since the epoch. */
  at: number
  /** What the caller signed: `signedBytes` of the HTTP signature. */
  request: Uint8Array
  /** 16 bytes that stand for (session, nonce); kept in clear. */
  replay: Uint8Array
  detail: Json
}

export type Answered = {
  status: number
  body: Uint8Array
  detail: AnsweredDetail
  /** One event of a stream: the question stays open until an answer without this. */
  more?: boolean
  /** Something stands in the graph for this question. */
  changed?: boolean
}

/**
 * What a start says of a question: asked, and the server stopped before it answered; or answered, and the server stopped
 * before it had forgotten what the change left in the graph. `committed` stands all the same.
 */
export const closing = (outcome: 'INTERRUPTED' | 'RECONCILED', committed: string[]): AnsweredDetail => ({
  ...{ outcome, statements: [], shown: [] },
  ...(committed.length > 0 && { committed }),
})

/** A larger request stands in its record by its SHA-256 only. */
const REQUEST_KEPT = 16 << 10

/**
 * What a question's record says to the auditor (`RecordDetail`). Joined from its members: base64 has nothing to escape, and
 * `JSON.stringify` would look for it in all of the request.
 */
export function askedText({ caller, at, request, detail }: Asked, salt: Uint8Array): string {
  const kept = request.length <= REQUEST_KEPT ? base64(request) : sha256(request).toString('hex')
  const who = JSON.stringify(named(caller))
  const salted = `{"kind":"ASKED","at":${at},"salt":"${base64(salt)}","caller":${who}`
  return `${salted},"request":"${kept}","detail":${JSON.stringify(detail)}}`
}

export function answeredText(
  {
    at,
    asked,
    caller,
    status,
    detail,
  }: { at: number; asked: number; caller: AuditedCaller; status: number; detail: AnsweredDetail },
  salt: Uint8Array,
): string {
  return JSON.stringify({
    kind: 'ANSWERED',
    salt: base64(salt),
    caller: named(caller),
    at,
    asked,
    status,
    detail,
  })
}

export function interruptedText(
  said: { at: number; asked: number; detail: AnsweredDetail },
  salt: Uint8Array,
): string {
  return JSON.stringify({ kind: 'INTERRUPTED', salt: base64(salt), ...said })
}

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

function named({ person, country, office, offices, role, session }: AuditedCaller): AuditedCaller {
  return { person, country, office, offices, role, session } as AuditedCaller
}

export function callerTokens({ person, office, offices }: AuditedCaller): [TokenField, string][] {
  const above = offices ?? (office ? [office] : [])
  return [['person', person], ...above.map((code): [TokenField, string] => ['office', code])]
}

export function answerTokens(detail: AnsweredDetail): [TokenField, string][] {
  const tokens: [TokenField, string][] = [['outcome', detail.outcome]]
  if (detail.case) tokens.push(['case', detail.case])
  if (detail.operation) tokens.push(['operation', detail.operation])
  for (const { name } of detail.statements) tokens.push(['statement', name])
  for (const id of new Set([...detail.shown, ...(detail.committed ?? [])])) tokens.push(['entity', id])
  return tokens
}
