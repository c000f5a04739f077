import { z } from 'zod'
import { CORRIDOR_KINDS } from '../codes.ts'
import { isSpan, MONTHS, SPAN_FAULT } from './months.ts'

const Share = z.number().min(0).max(1).default(0.5)

/** Where one corridor fell while another rose, and whether what rose has the profile of what fell. */
export const DisplacementQuestion = z
  .object({
    /** Only these routes, and of legs only theirs; without any, all that may be seen. */
    routes: z.array(z.string()).max(200).default([]),
    /** What one corridor is: a route with its legs, a leg, or all legs that lead to one country. */
    by: z.enum(CORRIDOR_KINDS).default('LEG'),
    ...MONTHS,
    /** The false-alarm rate: of all questions about corridors none of which changed, the share that names a change. */
    falseAlarms: z.number().min(0.01).max(0.5).default(0.05),
    /** Months that may lie between the fall and the rise. */
    within: z.int().min(0).max(24).default(4),
    /** How much of nationalities and of facets must be in common at least, where a shift is said to fit. */
    nationalities: Share,
    facets: Share,
    /** What part of the rise, by nationalities, as much of the same must have fallen for. */
    explained: z.number().min(0).max(1).default(0.25),
    most: z.int().min(1).max(100).default(20),
    claims: z.int().min(0).max(50).default(5),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31)
      .default(0),
  })
  .refine(isSpan, SPAN_FAULT)
export type DisplacementQuestion = z.infer<typeof DisplacementQuestion>
