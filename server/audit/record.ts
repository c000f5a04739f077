import { createCipheriv, randomBytes, randomFillSync } from 'node:crypto'
import type { TokenField } from '../../schema/wire/audit.ts'
import {
  encodeHeader,
  FRAME_HEADER,
  type FrameHeader,
  type FrameKind,
  frameSize,
  paddedSize,
  paddedTokens,
  putLeaf,
  putTrailer,
  sealedLength,
  TOKEN_SIZE,
} from '../../schema/wire/audit-frame.ts'
import { LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import type { Entry } from './catalogue.ts'
import type { Encode, Spot } from './group.ts'
import type { Period } from './period.ts'

const ZERO_16 = Buffer.alloc(16)
const ZERO_32 = Buffer.alloc(32)
const NONCE = Buffer.alloc(12)
const OCTETS = { encoding: 'latin1' } as const
/** Fields with few values, and those in nearly every record. */
const RECURRING = new Set<TokenField>(['person', 'office', 'outcome', 'operation', 'statement'])

export type Sealed = {
  kind: FrameKind
  /** One event of a stream; default no. */
  more?: boolean
  /** Something stands in the graph for this question; default no. */
  changed?: boolean
  at: number
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

/** Size and encoder of a record that is sealed under a period's keys. `written` is told index and leaf as they were put down. */
export function sealed(
  period: Period,
  record: Sealed,
  written: (at: Written) => void,
): { size: number; encode: Encode } {
  const textBytes = Buffer.byteLength(record.text)
  const padded = paddedSize(textBytes)
  const bodyLength = sealedLength(padded)
  const tokens = paddedTokens(record.tokens.length)
  const size = frameSize(bodyLength, tokens)
  const encode: Encode = (index, spot) => {
    const { details, frameAt } = spot
    const header = headerOf(period, record, { index, bodyLength, tokens, start: spot.start })
    encodeHeader(details, frameAt, header)
    seal(period, record.text, { textBytes, padded }, spot)
    writeTokens(period, record.tokens, tokens, details, frameAt + FRAME_HEADER + bodyLength)
    return putDown(header, spot, size, written)
  }
  return { size, encode }
}

/** Field by field: this is made for every record, and a spread costs as much as a hash. */
const headerOf = (
  period: Period,
  record: Sealed,
  { index, bodyLength, tokens, start }: Pick<FrameHeader, 'index' | 'bodyLength' | 'tokens' | 'start'>,
): FrameHeader => ({
  kind: record.kind,
  more: record.more ?? false,
  changed: record.changed ?? false,
  erased: false,
  index,
  at: record.at,
  period: period.id,
  asked: record.asked ?? index,
  replay: record.replay ?? ZERO_16,
  callerTag: record.person === null ? ZERO_16 : tagOf(period, record.person),
  commitment: record.commitment,
  link: record.link ?? ZERO_16,
  bodyLength,
  tokens,
  start,
})

/** How many callers there seem to be behind padding: as in life, few of them ask much. */
const NOBODIES = 4

/**
 * A record that hides how many others there are. Without the period's keys nobody tells its leaf from one of a question or
 * an answer: its caller comes back within the hour, and what it commits to is as random as salted hashes look.
 */
export function paddingOf(at: number): Sealed {
  const [who, isAsked] = random(2).map((byte) => byte % NOBODIES)
  return {
    kind: 'PADDING',
    ...{ at, asked: null, replay: null, tokens: [] },
    text: JSON.stringify({ kind: 'PADDING', at }),
    person: `padding-${who}`,
    commitment: random(32),
    link: isAsked! < NOBODIES / 2 ? null : random(16),
  }
}

/** Size and encoder of a record about no person: its body is JSON in clear. */
export function plain(
  record: Pick<Entry, 'opens' | 'erases' | 'prunes'> & {
    kind: 'PERIOD' | 'RECOVERED' | 'ERASED' | 'PRUNED'
    at: number
    body: object
    /** What its leaf says to everybody; default nothing. */
    commitment?: Uint8Array
  },
  written: (at: Written) => void,
): { size: number; encode: Encode } {
  const body = Buffer.from(JSON.stringify(record.body))
  const size = frameSize(body.length, 0)
  const encode: Encode = (index, spot) => {
    const header: FrameHeader = {
      ...{
        kind: record.kind,
        more: false,
        changed: false,
        erased: false,
        index,
        at: record.at,
        period: index,
        asked: index,
        replay: ZERO_16,
      },
      ...{ callerTag: ZERO_16, commitment: record.commitment ?? ZERO_32, link: ZERO_16 },
      ...{ bodyLength: body.length, tokens: 0 },
      start: spot.start,
    }
    encodeHeader(spot.details, spot.frameAt, header)
    spot.details.set(body, spot.frameAt + FRAME_HEADER)
    const { opens, erases, prunes } = record
    return {
      ...putDown(header, spot, size, written),
      ...(opens && { opens }),
      ...(erases && { erases }),
      ...(prunes && { prunes }),
    }
  }
  return { size, encode }
}

/** Ends a frame that stands in its place but for its trailer, and makes its leaf. */
function putDown(header: FrameHeader, spot: Spot, size: number, written: (at: Written) => void): Entry {
  const { kind, more, changed, index, at, period, asked } = header
  const { leaves, leafAt, details, frameAt } = spot
  const frame = details.subarray(frameAt, frameAt + size)
  putTrailer(frame)
  putLeaf(leaves, leafAt, header, frame)
  const leaf = Buffer.allocUnsafe(LEAF_SIZE)
  leaf.set(leaves.subarray(leafAt, leafAt + LEAF_SIZE))
  written({ index, leaf })
  return { kind, more, changed, erased: null, index, at, period, asked, offset: frameAt, length: size }
}

/** Reused for every record; holds plain text only inside `seal`. */
let scratch = Buffer.alloc(64 << 10)

function seal(
  period: Period,
  text: string,
  { textBytes, padded }: { textBytes: number; padded: number },
  { details, frameAt }: Spot,
): void {
  if (scratch.length < padded) scratch = Buffer.alloc(padded)
  scratch.write(text)
  scratch.fill(0x20, textBytes, padded)
  const body = frameAt + FRAME_HEADER
  fillRandom(details, body, body + 32)
  const key = period.detail.derive('detail\0', details.subarray(body, body + 32))
  // By its octets in a string, as the HMAC gives it: through a key object it costs twice, as raw bytes ten times as much.
  const cipher = createCipheriv('aes-256-gcm', key, NONCE, OCTETS)
  cipher.setAAD(details.subarray(frameAt, body))
  details.set(cipher.update(scratch.subarray(0, padded)), body + 32)
  cipher.final()
  details.set(cipher.getAuthTag(), body + 32 + padded)
  scratch.fill(0, 0, textBytes)
}

function writeTokens(
  period: Period,
  tokens: Sealed['tokens'],
  count: number,
  details: Buffer,
  from: number,
): void {
  let at = from
  for (const [field, value] of tokens) {
    const mac = RECURRING.has(field)
      ? period.token.remembered(field, value)
      : period.token.text(`${field}\0${value}`)
    details.write(mac, at, TOKEN_SIZE, 'latin1')
    at += TOKEN_SIZE
  }
  if (tokens.length < count) fillRandom(details, at, from + count * TOKEN_SIZE)
}

/** Apart from the search token of the same person: the leaf is public, the frame is not. */
function tagOf(period: Period, person: string): Buffer {
  return Buffer.from(period.token.remembered('caller', person).slice(0, 16), 'latin1')
}

const pool = randomBytes(16 << 10)
let used = 0

/** Fresh random bytes. */
export function random(length: number): Buffer {
  return fillRandom(Buffer.allocUnsafe(length), 0, length)
}

/** Puts fresh random bytes from `from` to before `to`; drawn in bulk, since each draw costs as much as a hash. Given out once, then overwritten. */
function fillRandom(into: Buffer, from: number, to: number): Buffer {
  const length = to - from
  if (length > pool.length >> 2) return randomFillSync(into, from, length)
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  pool.copy(into, from, used, used + length)
  pool.fill(0, used, used + length)
  used += length
  return into
}
