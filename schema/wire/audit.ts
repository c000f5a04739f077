import { createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import {
  commitAnswered,
  commitAsked,
  decodeLeaf,
  LEAF_SIZE,
  type Leaf,
  leafHash,
  linkOf,
} from './audit-leaf.ts'
import type { Json } from './canonical.ts'
import { Fault } from './fault.ts'

/** What an auditor can search for. `office` is set for the caller's office and every office above it. */
export const TOKEN_FIELDS = [
  'person',
  'office',
  'case',
  'entity',
  'outcome',
  'operation',
  'statement',
] as const
export type TokenField = (typeof TOKEN_FIELDS)[number]

/** HMAC-SHA256(token key, field ‖ 0 ‖ value), first 16 bytes. The key changes each hour, and so does the token. */
export function searchToken(tokenKey: Uint8Array, field: TokenField | 'caller', value: string): Buffer {
  return createHmac('sha256', tokenKey).update(`${field}\0${value}`).digest().subarray(0, 16)
}

const JsonValue: z.ZodType<Json> = z.json()

/** What stands in clear about an answer, for the auditor only. */
export const AnsweredDetail = z.object({
  /**
   * A fault code, OK, or what a start found: INTERRUPTED, asked, and the server stopped before it answered; RECONCILED,
   * answered, and what it committed was still in the outbox.
   */
  outcome: z.string(),
  operation: z.string().optional(),
  purpose: z.string().optional(),
  justification: z.string().optional(),
  case: z.string().optional(),
  legalBasis: z.string().optional(),
  query: z.string().optional(),
  variables: JsonValue.optional(),
  statements: z.array(z.object({ name: z.string(), digest: z.string() })),
  /** Ids of the entities whose claims the answer showed. */
  shown: z.array(z.string()),
  /** Ids that a change committed, also when the answer is a fault. */
  committed: z.array(z.string()).optional(),
  /** Other offices that a change let see something, or that something was sent to. */
  disclosedTo: z.array(z.string()).optional(),
  /** What was sent is sealed in the compat profile, although all its holders read the modern. */
  downgraded: z.boolean().optional(),
  /** An `EvaluationOrder`, whole: its commitments are what an auditor has opened. */
  evaluation: JsonValue.optional(),
})
export type AnsweredDetail = z.infer<typeof AnsweredDetail>

const AuditCaller = z.object({
  person: z.string(),
  country: z.string(),
  office: z.string().optional(),
  offices: z.array(z.string()).optional(),
  role: z.string().optional(),
  session: z.string().optional(),
})

/** The sealed text of a record. `salt` opens its commitment. */
export const RecordDetail = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ASKED'),
    at: z.number(),
    salt: z.string(),
    caller: AuditCaller,
    /** The signed request in base64, or its SHA-256 in hex where it is larger than 16 KiB. */
    request: z.string(),
    detail: JsonValue,
  }),
  z.object({
    kind: z.literal('ANSWERED'),
    at: z.number(),
    asked: z.number(),
    salt: z.string(),
    caller: AuditCaller,
    status: z.number(),
    detail: AnsweredDetail,
  }),
  z.object({
    kind: z.literal('INTERRUPTED'),
    at: z.number(),
    asked: z.number(),
    salt: z.string(),
    detail: AnsweredDetail,
  }),
])
export type RecordDetail = z.infer<typeof RecordDetail>

/** The sealed text of a record of nobody. */
export const PaddingDetail = z.strictObject({ kind: z.literal('PADDING'), at: z.number() })

/** One hour of one state, or what was left of it after a restart: its keys, wrapped to the state's auditors. */
export const AuditPeriod = z.object({
  id: z.number(),
  country: z.string(),
  from: z.number(),
  to: z.number(),
  /** Base64 of a binary OpenPGP message; opened, it is detail key(32) ‖ token key(32) ‖ JSON {country, from, to}. */
  wrapped: z.string(),
})
export type AuditPeriod = z.infer<typeof AuditPeriod>

/** Every group of `all` must have one of its tokens in the record; no group asks for everything in the period. */
export const AuditQuestion = z.object({
  periods: z
    .array(z.object({ id: z.int().min(0), all: z.array(z.array(z.base64().max(24)).min(1).max(64)).max(8) }))
    .max(800),
  from: z.number(),
  to: z.number(),
  /** The last index already seen. */
  after: z.int().min(-1).default(-1),
  first: z.int().min(1).max(200).default(50),
  /** Also the records of nobody that hide how many others there are. */
  padding: z.boolean().default(false),
})
export type AuditQuestion = z.input<typeof AuditQuestion>

export const AuditRecord = z.object({ index: z.number(), leaf: z.string(), frame: z.string() })
export type AuditRecord = z.infer<typeof AuditRecord>
/** `after` continues the search; null when there is no more. */
export type AuditPage = { records: AuditRecord[]; after: number | null }

/**
 * What a caller keeps: both leaves as they stand in the log, the salts that open them, and the instance's signature, by
 * which it can't deny later that it had them on record at these places.
 */
export type Receipt = { asked: Buffer; answered: Buffer; s1: Buffer; s2: Buffer; signature: Buffer }

/** What the instance signs (Ed25519). No other of its texts begins so. */
export const receiptText = ({ asked, answered }: Pick<Receipt, 'asked' | 'answered'>): Buffer =>
  Buffer.concat([Buffer.from('portolan.receipt.1\n'), asked, answered])

/** The key that a login answer names: 32 octets, base64url. */
export const receiptKeyOf = (x: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })

export const RECEIPT_HEADER = 'portolan-receipt'

/** The receipt as one header, a structured dictionary of byte sequences (RFC 8941 §3.2). */
export function receiptHeaders(receipt: Receipt): Record<string, string> {
  const item = (name: keyof Receipt, key: string) => `${key}=:${receipt[name].toString('base64')}:`
  return {
    [RECEIPT_HEADER]: [
      item('asked', 'asked'),
      item('answered', 'answered'),
      item('s1', 's1'),
      item('s2', 's2'),
      item('signature', 'sig'),
    ].join(', '),
  }
}

export type CheckedReceipt = {
  askedIndex: number
  answeredIndex: number
  /** When the answer was put on record, in minutes since the epoch. */
  minute: number
  askedHash: Buffer
  answeredHash: Buffer
}

/**
 * The client's own check that the log holds what it asked and what it got: both commitments, the link between the
 * leaves, and their hashes, to be compared with the tree later. Everything in `header` is the server's word until then;
 * by the signature of `key` it is held to it.
 * Throws Fault RECEIPT_MISMATCH: a receipt is absent, broken or signed by another, or it is for another request or answer.
 */
export function checkReceipt(
  request: Uint8Array,
  answer: { status: number; body: Uint8Array },
  header: string | null | undefined,
  key: KeyObject,
): CheckedReceipt {
  const { asked, answered, s1, s2, signature } = parseReceipt(header)
  if (!verify(null, receiptText({ asked, answered }), key, signature))
    throw mismatch('the key of this instance')
  const question = leafOf(asked, 'ASKED')
  const reply = leafOf(answered, 'ANSWERED')
  same(question.commitment, commitAsked(s1, request), 'this request')
  same(reply.commitment, commitAnswered(s2, answer.status, answer.body), 'this answer')
  same(reply.link, linkOf(s2, question.index), 'an answer to this request')
  if (reply.index <= question.index) throw mismatch('an answer recorded after its request')
  return {
    askedIndex: question.index,
    answeredIndex: reply.index,
    minute: reply.minute,
    askedHash: leafHash(asked),
    answeredHash: leafHash(answered),
  }
}

/** The numbers of the two records of one question: before it ran, and before its answer left. */
export type EntryNumbers = { asked: number; answered: number }

/** Where the log has what a receipt is for; null where it is none. It is not checked: whoever kept it has done so. */
export function entriesIn(header: string | null | undefined): EntryNumbers | null {
  try {
    const { asked, answered } = parseReceipt(header)
    return { asked: leafOf(asked, 'ASKED').index, answered: leafOf(answered, 'ANSWERED').index }
  } catch {
    return null
  }
}

function parseReceipt(header: string | null | undefined): Receipt {
  if (!header || header.length > 2_000) throw mismatch('a receipt header')
  const found: Record<string, Buffer> = {}
  for (const part of header.split(',')) {
    const match = /^\s*([a-z0-9]+)=:([A-Za-z0-9+/=]*):\s*$/.exec(part)
    if (!match || found[match[1]!]) throw mismatch('a receipt header')
    found[match[1]!] = Buffer.from(match[2]!, 'base64')
  }
  const { asked, answered, s1, s2, sig: signature } = found
  if (asked?.length !== LEAF_SIZE || answered?.length !== LEAF_SIZE || s1?.length !== 32 || s2?.length !== 32)
    throw mismatch('two leaves and two salts')
  if (signature?.length !== 64) throw mismatch('a signature')
  return { asked, answered, s1, s2, signature }
}

function leafOf(bytes: Buffer, kind: Leaf['kind']): Leaf {
  const leaf = decodeLeaf(bytes)
  if (leaf?.kind !== kind) throw mismatch(`a leaf ${kind}`)
  return leaf
}

function same(left: Uint8Array, right: Uint8Array, what: string): void {
  if (Buffer.compare(left, right) !== 0) throw mismatch(what)
}

const mismatch = (what: string) =>
  new Fault('RECEIPT_MISMATCH', `expected a receipt for ${what}, got another`)
