import { z } from 'zod'
import { PURPOSES } from './codes.ts'

/** Why somebody asks, as it goes with every request: without it there is no answer (law 3). */
export const Purpose = z.strictObject({
  code: z.enum(PURPOSES),
  justification: z.string().trim().min(8).max(1_000),
  case: z.string().max(80).optional(),
  legalBasis: z.string().max(120).optional(),
})
export type Purpose = z.infer<typeof Purpose>
