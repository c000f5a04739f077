import { z } from 'zod'
import { Day } from '../report-shape.ts'

const chance = z.number().gt(0).lt(1).optional()

/** Which later networks may go on from one that was dismantled, by what of it is met again. */
export const ResurgenceQuestion = z.object({
  network: z.string(),
  /** The day of its end; without it the first day on which it is said to be dismantled. */
  ended: Day.optional(),
  /** How many days before that end a successor may have begun. */
  before: z.int().min(0).max(3_650).default(0),
  /** The chance that one thing of each kind comes back in a successor and is known. */
  expected: z.object({ members: chance, selectors: chance, places: chance, facets: chance }).default({}),
  most: z.int().min(1).max(100).default(10),
})
export type ResurgenceQuestion = z.infer<typeof ResurgenceQuestion>
