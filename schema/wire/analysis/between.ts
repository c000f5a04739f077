import { z } from 'zod'
import { checkWeighing, Ids, weighing } from './weighing.ts'

/** What connects two networks, or two sets of things, in few things. A network stands for itself and its members. */
export const BetweenQuestion = z
  .object({
    one: Ids,
    other: Ids,
    /** How many paths, and how many things in all, may be shown. */
    paths: z.int().min(1).max(20).default(5),
    nodes: z.int().min(2).max(100).default(30),
    ...weighing,
  })
  .superRefine(checkWeighing)
export type BetweenQuestion = z.infer<typeof BetweenQuestion>
