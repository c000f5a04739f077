import { z } from 'zod'
import { PURPOSES } from './codes.ts'

/** The socket below the server's home at which its operator asks; mode 0600. */
export const OPERATOR_SOCKET = 'operator.sock'

const why = { purpose: z.enum(PURPOSES), justification: z.string().trim().min(8).max(1_000) }

/** What an operator asks of a running server, and why. */
export const SweepOrder = z.strictObject({ ...why, remove: z.boolean() })
export type SweepOrder = z.infer<typeof SweepOrder>

/** Ids of sealed objects and counts: nothing that was in them, and nothing of whose they were. */
export const SweepAnswer = z.object({
  held: z.int(),
  idle: z.int(),
  orphans: z.array(z.string()),
  removed: z.array(z.string()),
})
export type SweepAnswer = z.infer<typeof SweepAnswer>

/** Details of the audit log that are older than a day: how many there are, and, where they are to be removed, without them. */
export const PruneOrder = z.strictObject({ ...why, before: z.iso.date(), remove: z.boolean() })
export type PruneOrder = z.infer<typeof PruneOrder>

/** `before` (ms) is what the server went by; `records` is how many went, or could go; `from` is the first that is whole then. */
export const PruneAnswer = z.object({
  before: z.int(),
  from: z.int(),
  records: z.int(),
  removed: z.boolean(),
})
export type PruneAnswer = z.infer<typeof PruneAnswer>

/** After a restore: what is lost, and, where it is accepted, to go on without it. */
export const ReplayOrder = z.strictObject({ ...why, accept: z.boolean() })
export type ReplayOrder = z.infer<typeof ReplayOrder>

/** Which store lacks what the other knows; the last question that changed anything, as each knows it; and how many are lost. */
export const ReplayAnswer = z.object({
  behind: z.enum(['GRAPH', 'LOG']).nullable(),
  graph: z.int(),
  log: z.int(),
  lost: z.int(),
  accepted: z.boolean(),
})
export type ReplayAnswer = z.infer<typeof ReplayAnswer>
