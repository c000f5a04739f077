import { z } from 'zod'
import { TIME_AIMS } from '../codes.ts'
import { Day } from '../report-shape.ts'
import { taken } from './weighing.ts'

const days = z.int().min(0).max(36_500)

/** How something could have come from one thing to another in time: each hop taken on a day on which it was so. */
export const TimePathQuestion = z
  .object({
    from: z.string(),
    to: z.string(),
    by: z
      .array(z.enum(TIME_AIMS))
      .min(1)
      .max(TIME_AIMS.length)
      .default([...TIME_AIMS]),
    /** No departure before, no arrival after; without it the first or the last day that any claim names. */
    since: Day.optional(),
    until: Day.optional(),
    /** Days from an arrival to the next departure; without `maxWait` there is no end. */
    minWait: days.default(0),
    maxWait: days.optional(),
    ...taken,
  })
  .superRefine(({ from, to, since, until, minWait, maxWait }, check) => {
    const add = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message })
    if (from === to) add('to', 'expected two different things')
    if (since && until && since > until) add('until', 'expected a day that is not before the first')
    if (maxWait !== undefined && maxWait < minWait)
      add('maxWait', 'expected days that are not fewer than the least')
  })
export type TimePathQuestion = z.infer<typeof TimePathQuestion>
