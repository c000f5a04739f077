import { z } from 'zod'
import { FRAME_HEADER, type FrameHeader } from './audit-frame.ts'
import type { Leaf } from './audit-leaf.ts'
import { canonical } from './canonical.ts'

/** The record of a pruning: details of records before an index are gone, after their time. Their leaves stay. */
export const Pruning = z.object({
  /** The index of the operator's first question by which it was ordered. */
  order: z.int().min(0),
  /** The first record whose detail was kept; whatever was recorded before the time may be without its keys. */
  from: z.int().min(0),
  /** Milliseconds: all that is gone was recorded before. */
  before: z.int().min(0),
  /** The instance's, by the key that signs its receipts; base64url. */
  signature: z.string(),
})
export type Pruning = z.infer<typeof Pruning>

/** What the instance signs (Ed25519). No other of its texts begins so. */
export const pruningText = ({ order, from, before }: Omit<Pruning, 'signature'>): Buffer =>
  Buffer.from(`portolan.pruning.1\n${canonical({ order, from, before })}`)

/** What its leaf says in place of a commitment, for everybody: zero(16) ‖ from(8) ‖ before(8). */
export function pruningMark({ from, before }: Pick<Pruning, 'from' | 'before'>): Buffer {
  const mark = Buffer.alloc(32)
  mark.writeUIntBE(from, 18, 6)
  mark.writeUIntBE(before, 26, 6)
  return mark
}

/** From the leaf of a record of a pruning; null from any other. */
export function markIn(leaf: Leaf | null): { from: number; before: number } | null {
  if (leaf?.kind !== 'PRUNED') return null
  const mark = Buffer.from(leaf.commitment)
  return { from: mark.readUIntBE(18, 6), before: mark.readUIntBE(26, 6) }
}

/** The pruning in a frame of kind PRUNED; null where there is none. */
export function pruningIn(frame: Buffer, { kind, bodyLength }: FrameHeader): Pruning | null {
  if (kind !== 'PRUNED') return null
  try {
    return Pruning.parse(JSON.parse(frame.toString('utf8', FRAME_HEADER, FRAME_HEADER + bodyLength)))
  } catch {
    return null
  }
}
