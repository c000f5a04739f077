import { type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import { erasedOf, FRAME_HEADER, type FrameHeader, frameSize, leafOf } from './audit-frame.ts'
import { leafHash } from './audit-leaf.ts'
import { canonical } from './canonical.ts'
import { ERASE_REASONS } from './codes.ts'

/** A record whose detail is erased: its place in the log, and the hash of its leaf, in hex. */
export const ErasedRecord = z.object({ index: z.int().min(0), leaf: z.string().regex(/^[0-9a-f]{64}$/) })
export type ErasedRecord = z.infer<typeof ErasedRecord>

/** At most so many are named in one order: who orders has looked at each. */
export const MOST_ERASED = 100

/** How the record of an order names a record that was erased: an auditor looks for it as for an entity. */
export const recordName = (index: number): string => `record:${index}`
export const isRecordName = (name: string): boolean => /^record:\d{1,15}$/.test(name)

/** What the auditor orders. */
export const EraseOrder = z.object({
  records: z.array(z.int().min(0)).min(1).max(MOST_ERASED),
  reason: z.enum(ERASE_REASONS),
})
export type EraseOrder = z.infer<typeof EraseOrder>

/** The record of an erasure. It tells of no person and holds nothing of what was erased. */
export const Erasure = z.object({
  /** The index of the auditor's question by which it was ordered. */
  order: z.int().min(0),
  reason: z.enum(ERASE_REASONS),
  records: z.array(ErasedRecord),
  /** The instance's, by the key that signs its receipts; base64url. */
  signature: z.string(),
})
export type Erasure = z.infer<typeof Erasure>

/** What the instance signs (Ed25519). No other of its texts begins so. */
export const erasureText = ({ order, reason, records }: Omit<Erasure, 'signature'>): Buffer =>
  Buffer.from(`portolan.erasure.1\n${canonical({ order, reason, records })}`)

export const isSigned = (erasure: Erasure, key: KeyObject): boolean =>
  verify(null, erasureText(erasure), key, Buffer.from(erasure.signature, 'base64url'))

/** The erasure in a frame of kind ERASED; null where there is none. */
export function erasureIn(frame: Buffer, { kind, bodyLength }: FrameHeader): Erasure | null {
  if (kind !== 'ERASED') return null
  try {
    const body = frame.subarray(FRAME_HEADER, FRAME_HEADER + bodyLength)
    return Erasure.parse(JSON.parse(body.toString()))
  } catch {
    return null
  }
}

/** Whether nothing of its detail is left in a frame that says so. */
export const isErased = (frame: Buffer, header: FrameHeader): boolean =>
  header.erased &&
  frame.length === frameSize(header.bodyLength, header.tokens) &&
  erasedOf(header, frame).equals(frame)

/** The hash of a frame's leaf as a record of its erasure names it. */
export const leafNameOf = (header: FrameHeader, frame: Buffer): string =>
  leafHash(leafOf(header, frame)).toString('hex')
