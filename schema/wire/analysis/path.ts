import { z } from 'zod'
import { checkWeighing, weighing } from './weighing.ts'

/** How two things are connected: the least paths under weights that the caller names. */
export const PathQuestion = z
  .object({
    from: z.string(),
    to: z.string(),
    /** How many paths; with 1 the shortest. */
    most: z.int().min(1).max(10).default(3),
    ...weighing,
  })
  .superRefine((asked, check) => {
    checkWeighing(asked, check)
    if (asked.from === asked.to)
      check.addIssue({ code: 'custom', path: ['to'], message: 'expected two different things' })
  })
export type PathQuestion = z.infer<typeof PathQuestion>
