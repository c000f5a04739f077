import type { AuditRecord } from '../../schema/wire/audit.ts'
import { type Erasure, erasureIn, isErased } from '../../schema/wire/audit-erasure.ts'
import {
  decodeHeader,
  type FrameHeader,
  type FrameKind,
  frameSize,
  leafOf,
} from '../../schema/wire/audit-frame.ts'
import { leafHash } from '../../schema/wire/audit-leaf.ts'
import { type Pruning, pruningIn, pruningMark } from '../../schema/wire/audit-pruning.ts'
import { Fault } from '../../schema/wire/fault.ts'

/** A record as it came, whole and the one that its leaf names. */
export type WholeFrame = { index: number; leaf: Buffer; header: FrameHeader; frame: Buffer }

/** Throws SEAL naming the record where it is another than it was sent as. */
export function wholeFrame({ index, ...record }: AuditRecord): WholeFrame {
  const leaf = Buffer.from(record.leaf, 'base64')
  const frame = Buffer.from(record.frame, 'base64')
  const header = decodeHeader(frame)
  const whole = header && frame.length === frameSize(header.bodyLength, header.tokens)
  if (!whole || header.index !== index) throw new Fault('SEAL', `expected record ${index} whole, got another`)
  if (!leafOf(header, frame).equals(leaf))
    throw new Fault('SEAL', `expected the leaf that the detail of record ${index} makes, got another`)
  return { index, leaf, header, frame }
}

/** The record of a pruning: before `from` the auditors are shown no records any more, for all of them were made before a time. */
export type PruningRecord = { index: number; leaf: Buffer; pruning: Pruning }

/** The last record of a pruning among others; null where there is none. Throws SEAL where one is not as the log made it. */
export function pruningAmong(frames: readonly WholeFrame[]): PruningRecord | null {
  let last: PruningRecord | null = null
  for (const { index, leaf, header, frame } of frames) {
    if (header.kind !== 'PRUNED') continue
    const pruning = pruningIn(frame, header)
    if (!pruning || !pruningMark(pruning).equals(header.commitment))
      throw new Fault('SEAL', `expected record ${index} to be one of a pruning, got another`)
    if (last === null || index > last.index) last = { index, leaf, pruning }
  }
  return last
}

/** The record of an erasure: its own place in the log, and what it says. */
export type ErasureRecord = { index: number; leaf: Buffer; erasure: Erasure }
/** By the index of each record that was erased. */
export type Erasures = Map<number, ErasureRecord>

/** What is left of an erased record. Who asked what, nobody can tell any more; by its leaf it is still found in the log. */
export type ErasedRead = {
  index: number
  leaf: Buffer
  kind: FrameKind
  at: number
  /** The index of its question; its own where it is one. */
  asked: number
  by: ErasureRecord
}

/** Takes note of the records of erasures among others. Throws SEAL where one is not as the log made it. */
export function noteErasures(frames: readonly WholeFrame[], known: Erasures): void {
  for (const { index, leaf, header, frame } of frames) {
    if (header.kind !== 'ERASED') continue
    const erasure = erasureIn(frame, header)
    if (!erasure) throw new Fault('SEAL', `expected record ${index} to be one of an erasure, got another`)
    for (const one of erasure.records) known.set(one.index, { index, leaf, erasure })
  }
}

/**
 * An erased record by the record of its erasure, which is in the log for everybody: without it the server may be hiding a
 * record that stands. Throws SEAL.
 */
export function erasedRead({ index, leaf, header, frame }: WholeFrame, known: Erasures): ErasedRead {
  if (!isErased(frame, header))
    throw new Fault('SEAL', `expected nothing of the detail of record ${index}, got some`)
  const by = known.get(index)
  const name = leafHash(leaf).toString('hex')
  if (!by?.erasure.records.some((one) => one.index === index && one.leaf === name))
    throw new Fault('SEAL', `expected a record of the erasure of record ${index}, got none`)
  return { index, leaf, kind: header.kind, at: header.at, asked: header.asked, by }
}
