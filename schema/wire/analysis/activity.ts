import { z } from 'zod'
import { isDate } from '../identifiers.ts'
import { isSpan, MONTHS, SPAN_FAULT } from './months.ts'

const Day = z.string().refine((value) => isDate(value) === null, 'expected a date YYYY-MM-DD')

/** Incidents of a corridor month by month, and their level before and after an intervention. */
export const ActivityQuestion = z
  .object({
    /** Routes, legs and networks that are one corridor together: each incident counts once. */
    things: z.array(z.string()).min(1).max(50),
    ...MONTHS,
    /** The first of the days after it. */
    intervention: Day.optional(),
    /** Months that are looked at on either side of it. */
    before: z.int().min(1).max(120).default(12),
    after: z.int().min(1).max(120).default(12),
    claims: z.int().min(0).max(100).default(20),
  })
  .refine(isSpan, SPAN_FAULT)
export type ActivityQuestion = z.infer<typeof ActivityQuestion>
