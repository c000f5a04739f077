import { z } from 'zod'
import { isSpan, MONTHS, SPAN_FAULT } from './months.ts'

/** What is told of legs and months: incidents, persons, means and fees. */
export const FlowQuestion = z
  .object({
    /** The legs of these routes; without any, all legs and routes that may be seen. */
    routes: z.array(z.string()).max(50).default([]),
    ...MONTHS,
    /** How many legs are listed, those with most incidents first. */
    most: z.int().min(1).max(100).default(20),
    /** How many claims are opened for each of them, the best graded first. */
    claims: z.int().min(0).max(100).default(5),
  })
  .refine(isSpan, SPAN_FAULT)
export type FlowQuestion = z.infer<typeof FlowQuestion>
