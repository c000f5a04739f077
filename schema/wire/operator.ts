import { z } from 'zod'
import { PURPOSES } from './codes.ts'

/** The socket below the server's home at which its operator asks; mode 0600. */
export const OPERATOR_SOCKET = 'operator.sock'

/** What an operator asks of a running server, and why. */
export const SweepOrder = z.strictObject({
  remove: z.boolean(),
  purpose: z.enum(PURPOSES),
  justification: z.string().trim().min(8).max(1_000),
})
export type SweepOrder = z.infer<typeof SweepOrder>

/** Ids of sealed objects and counts: nothing that was in them, and nothing of whose they were. */
export const SweepAnswer = z.object({
  held: z.int(),
  idle: z.int(),
  orphans: z.array(z.string()),
  removed: z.array(z.string()),
})
export type SweepAnswer = z.infer<typeof SweepAnswer>
