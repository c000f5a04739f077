import { createCipheriv, createSecretKey, hash, randomBytes } from 'node:crypto'
import type { TokenField } from '../../schema/wire/audit.ts'
import {
  encodeHeader,
  FRAME_HEADER,
  frameSize,
  paddedSize,
  paddedTokens,
  sealedLength,
  TOKEN_SIZE,
} from '../../schema/wire/audit-frame.ts'
import { encodeLeaf, LEAF_SIZE, type LeafKind } from '../../schema/wire/audit-leaf.ts'
import type { Entry } from './catalogue.ts'
import type { Period } from './period.ts'
import type { Encode } from './sequencer.ts'

const ZERO_16 = Buffer.alloc(16)
const ZERO_32 = Buffer.alloc(32)
const NONCE = Buffer.alloc(12)
const MINUTE = 60_000
/** Fields with few values, and those in nearly every record. */
const RECURRING = new Set<TokenField>(['person', 'office', 'outcome', 'operation', 'statement'])

export type Sealed = {
  kind: LeafKind
  at: number
  period: Period
  /** What the frame answers; null: itself. */
  asked: number | null
  replay: Uint8Array | null
  /** JSON for the auditor. */
  text: string
  tokens: [TokenField, string][]
  /** Whose tag the leaf carries; null where the caller is no longer known. */
  person: string | null
  commitment: Uint8Array
  link: Uint8Array | null
}

export type Written = { index: number; leaf: Buffer }

/** Size and encoder of a sealed record. `written` is told index and leaf as they were put down. */
export function sealed(record: Sealed, written: (at: Written) => void): { size: number; encode: Encode } {
  const textBytes = Buffer.byteLength(record.text)
  const padded = paddedSize(textBytes)
  const bodyLength = sealedLength(padded)
  const tokens = paddedTokens(record.tokens.length)
  const size = frameSize(bodyLength, tokens)
  const encode: Encode = ({ index, group, leaves, leafAt, details, frameAt }) => {
    const { kind, at, period } = record
    const asked = record.asked ?? index
    const replay = record.replay ?? ZERO_16
    const header = { kind, index, at, period: period.id, asked, replay, group, bodyLength, tokens }
    encodeHeader(details, frameAt, header)
    seal(record, textBytes, padded, details, frameAt)
    writeTokens(record, tokens, details, frameAt + FRAME_HEADER + bodyLength)
    const callerTag = record.person === null ? ZERO_16 : tagOf(period, record.person)
    putLeaf(record, index, callerTag, { leaves, leafAt, details, frameAt, size })
    written({ index, leaf: Buffer.from(leaves.subarray(leafAt, leafAt + LEAF_SIZE)) })
    return { index, kind, at, period: period.id, asked, offset: frameAt, length: size }
  }
  return { size, encode }
}

/** Size and encoder of a record about no person: its body is JSON in clear. */
export function plain(
  record: { kind: 'PERIOD' | 'RECOVERED'; at: number; body: object; opens?: Entry['opens'] },
  written: (at: Written) => void,
): { size: number; encode: Encode } {
  const body = Buffer.from(JSON.stringify(record.body))
  const size = frameSize(body.length, 0)
  const encode: Encode = ({ index, group, leaves, leafAt, details, frameAt }) => {
    const { kind, at } = record
    const shared = { kind, index, at, period: index, asked: index }
    encodeHeader(details, frameAt, { ...shared, replay: ZERO_16, group, bodyLength: body.length, tokens: 0 })
    details.set(body, frameAt + FRAME_HEADER)
    const spot = { leaves, leafAt, details, frameAt, size }
    putLeaf({ kind, at, commitment: ZERO_32, link: null }, index, ZERO_16, spot)
    written({ index, leaf: Buffer.from(leaves.subarray(leafAt, leafAt + LEAF_SIZE)) })
    return { ...shared, offset: frameAt, length: size, ...(record.opens && { opens: record.opens }) }
  }
  return { size, encode }
}

type Spot = { leaves: Buffer; leafAt: number; details: Buffer; frameAt: number; size: number }

function putLeaf(
  record: { kind: LeafKind; at: number; commitment: Uint8Array; link: Uint8Array | null },
  index: number,
  callerTag: Uint8Array,
  { leaves, leafAt, details, frameAt, size }: Spot,
): void {
  encodeLeaf(leaves, leafAt, {
    kind: record.kind,
    index,
    minute: Math.floor(record.at / MINUTE),
    callerTag,
    commitment: record.commitment,
    link: record.link ?? ZERO_16,
    detailHash: hash('sha256', details.subarray(frameAt, frameAt + size), 'buffer'),
  })
}

/** Reused for every record; holds plain text only inside `seal`. */
let scratch = Buffer.alloc(64 << 10)

function seal(record: Sealed, textBytes: number, padded: number, details: Buffer, frameAt: number): void {
  if (scratch.length < padded) scratch = Buffer.alloc(padded)
  scratch.write(record.text)
  scratch.fill(0x20, textBytes, padded)
  const salt = random(32)
  const derived = record.period.detail.derive('detail\0', salt)
  // A key object: handing raw bytes to createCipheriv costs three times as much.
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(derived), NONCE)
  derived.fill(0)
  cipher.setAAD(details.subarray(frameAt, frameAt + FRAME_HEADER))
  const body = frameAt + FRAME_HEADER
  details.set(salt, body)
  details.set(cipher.update(scratch.subarray(0, padded)), body + 32)
  cipher.final()
  details.set(cipher.getAuthTag(), body + 32 + padded)
  scratch.fill(0, 0, textBytes)
}

function writeTokens({ tokens, period }: Sealed, count: number, details: Buffer, from: number): void {
  let at = from
  for (const [field, value] of tokens) {
    const message = `${field}\0${value}`
    const mac = RECURRING.has(field) ? period.token.remembered(message) : period.token.text(message)
    details.write(mac.slice(0, TOKEN_SIZE), at, 'latin1')
    at += TOKEN_SIZE
  }
  if (tokens.length < count) details.set(random((count - tokens.length) * TOKEN_SIZE), at)
}

/** Apart from the search token of the same person: the leaf is public, the frame is not. */
function tagOf(period: Period, person: string): Buffer {
  return Buffer.from(period.token.remembered(`caller\0${person}`).slice(0, 16), 'latin1')
}

let pool = randomBytes(16 << 10)
let used = 0

/** Fresh random bytes; drawn in bulk, since each draw costs as much as a hash. Given out once, then overwritten. */
export function random(length: number): Buffer {
  if (length > pool.length >> 2) return randomBytes(length)
  if (used + length > pool.length) {
    pool = randomBytes(pool.length)
    used = 0
  }
  const taken = Buffer.from(pool.subarray(used, used + length))
  pool.fill(0, used, used + length)
  used += length
  return taken
}
