import * as openpgp from 'openpgp'
import type { z } from 'zod'
import {
  type AuditPeriod,
  type AuditQuestion,
  type AuditRecord,
  PaddingDetail,
  RecordDetail,
  searchToken,
  type TokenField,
} from '../../schema/wire/audit.ts'
import { decodeHeader, openFrame, tokensOf } from '../../schema/wire/audit-frame.ts'
import { leafHash } from '../../schema/wire/audit-leaf.ts'
import { Fault } from '../../schema/wire/fault.ts'
import {
  type ErasedRead,
  type Erasures,
  erasedRead,
  noteErasures,
  type PruningRecord,
  pruningAmong,
  type WholeFrame,
  wholeFrame,
} from './erased.ts'
import { openpgpConfig as config } from './openpgp-config.ts'

/** A period's keys, opened on the auditor's own machine. */
export type PeriodKeys = {
  id: number
  country: string
  from: number
  to: number
  detail: Buffer
  token: Buffer
}

/** What an auditor looks for; every field that is given must hold. */
export type Search = Partial<Record<TokenField, string>> & { from: number; to: number }

/** One record, read and checked. `leaf` is what the log has at its index, `leafHash` what the tree's proofs are about. */
export type ReadRecord = { index: number; leaf: Buffer; leafHash: Buffer; detail: RecordDetail }

/** An office's key, or all that it has had. */
type Keys = openpgp.PrivateKey | openpgp.PrivateKey[]

/**
 * Opens the periods that this key was given. A period that was wrapped to other auditors is left out: an auditor who
 * took office last month reads on from there. Throws SEAL where an opened period is not the one it was sent as.
 */
export async function openPeriods(periods: AuditPeriod[], key: Keys): Promise<PeriodKeys[]> {
  const opened = await Promise.all(periods.map((period) => openPeriod(period, key)))
  return opened.filter((period) => period !== null)
}

async function openPeriod(period: AuditPeriod, key: Keys): Promise<PeriodKeys | null> {
  const secret = await decrypted(Buffer.from(period.wrapped, 'base64'), key)
  if (!secret) return null
  const { id, country, from, to } = period
  const inside = secret.subarray(64).toString()
  // The server could hand out one hour's keys as another's, and a search would come back empty.
  if (inside !== JSON.stringify({ country, from, to }))
    throw new Fault('SEAL', `expected the keys of period ${id}, got those of another`)
  return { id, country, from, to, detail: secret.subarray(0, 32), token: secret.subarray(32, 64) }
}

/** Null when the message isn't for this key. It is not signed: the server has no OpenPGP key to sign with. */
async function decrypted(wrapped: Buffer, key: Keys): Promise<Buffer | null> {
  try {
    const message = await openpgp.readMessage({ binaryMessage: wrapped, config })
    const { data } = await openpgp.decrypt({ message, decryptionKeys: key, format: 'binary', config })
    return Buffer.from(data as Uint8Array)
  } catch {
    return null
  }
}

/** The question as the server gets it: tokens, another set for each period, and never the words searched for. */
export function questionOf(
  keys: PeriodKeys[],
  { from, to, ...fields }: Search,
  page: { after?: number; first?: number } = {},
): AuditQuestion {
  const wanted = Object.entries(fields).filter(([, value]) => value !== undefined) as [TokenField, string][]
  const periods = keys.map(({ id, token }) => ({
    id,
    all: wanted.map(([field, value]) => [searchToken(token, field, value).toString('base64')]),
  }))
  return { periods, from, to, ...page }
}

export type Reading = {
  records: ReadRecord[]
  /** Records whose detail was erased: whose they were, nobody can tell. */
  erased: ErasedRead[]
  /** Up to where details are gone after their time; null where none of what was asked for is. */
  pruned: PruningRecord | null
  /** Records of periods whose keys this auditor has not opened. */
  unread: number[]
  /** Records of nobody, which hide how many others there are: opened, and found to be that. */
  padding: number[]
}

/**
 * Decrypts what the server found. Each detail must be the one its leaf names, whole and under its period's key.
 * Throws SEAL naming the record where it isn't: the server altered or exchanged something.
 * @param erasures those that earlier pages told of; what this one tells is added
 */
export function readRecords(
  records: AuditRecord[],
  keys: PeriodKeys[],
  erasures: Erasures = new Map(),
): Reading {
  const byPeriod = new Map(keys.map((period) => [period.id, period]))
  const read = new Map<number, ReadRecord>()
  const erased = new Map<number, ErasedRead>()
  const [unread, padding] = [new Set<number>(), new Set<number>()]
  const frames = records.map(wholeFrame)
  noteErasures(frames, erasures)
  for (const record of frames) {
    if (record.header.kind === 'ERASED' || record.header.kind === 'PRUNED') continue
    if (record.header.erased) {
      erased.set(record.index, erasedRead(record, erasures))
      continue
    }
    const found = readRecord(record, byPeriod)
    if (found === 'PADDING') padding.add(record.index)
    else if (found) read.set(record.index, found)
    else unread.add(record.index)
  }
  return {
    records: [...read.values()].sort((left, right) => left.index - right.index),
    erased: [...erased.values()].sort((left, right) => left.index - right.index),
    pruned: pruningAmong(frames),
    unread: [...unread],
    padding: [...padding],
  }
}

function readRecord(
  { index, leaf, header, frame }: WholeFrame,
  keys: Map<number, PeriodKeys>,
): ReadRecord | 'PADDING' | null {
  const period = keys.get(header.period)
  if (!period) return null
  const open = <T>(shape: z.ZodType<T>) =>
    opened(index, () => shape.parse(JSON.parse(openFrame(frame, header, period.detail))))
  if (header.kind !== 'PADDING') return { index, leaf, leafHash: leafHash(leaf), detail: open(RecordDetail) }
  open(PaddingDetail)
  return 'PADDING'
}

function opened<T>(index: number, open: () => T): T {
  try {
    return open()
  } catch {
    throw new Fault('SEAL', `expected a detail under the keys of its period in record ${index}, got none`)
  }
}

/** Whether a record carries what was searched for: the server can't pad an answer with others' records unnoticed. */
export function carries(record: AuditRecord, keys: PeriodKeys, field: TokenField, value: string): boolean {
  const frame = Buffer.from(record.frame, 'base64')
  const header = decodeHeader(frame)
  if (!header) return false
  const token = searchToken(keys.token, field, value)
  for (const one of tokensOf(frame, header)) if (token.equals(one)) return true
  return false
}
