import { z } from 'zod'
import { TIES, WEIGHTS } from '../codes.ts'
import { RELATION_TYPES } from '../model.ts'
import { Day } from '../report-shape.ts'

/** Which claims a path may take. */
export const taken = {
  /** The types of relations that count. Without any, all do, and no path goes on through a place or a crime. */
  types: z.array(z.enum(RELATION_TYPES)).max(RELATION_TYPES.length).default([]),
  /** The kinds of ties that count among those who work with one another; without any, all, named or not. */
  ties: z.array(z.enum(TIES)).max(TIES.length).default([]),
}
export type Taken = z.infer<z.ZodObject<typeof taken>>

/** What makes a path long: hops always, and what else the caller names. */
export const weighing = {
  ...taken,
  weigh: z.array(z.enum(WEIGHTS)).max(WEIGHTS.length).default(['HOPS']),
  /** By RECENCY: the day from which age is counted, and the days at which it adds half of all it can. */
  on: Day.optional(),
  half: z.int().min(1).max(36_500).default(365),
}
export type Weighing = z.infer<z.ZodObject<typeof weighing>>

type Refining = { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void }

/** What a weight needs that is named. */
export function checkWeighing({ weigh, on, types, ties }: Weighing, check: Refining): void {
  const add = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message })
  if (weigh.includes('RECENCY') && on === undefined)
    add('on', 'expected the day from which age is counted, as RECENCY weighs')
  if (weigh.includes('KIND') && types.length + ties.length === 0)
    add('weigh', 'expected types or ties in an order, as KIND weighs')
}

export const Ids = z.array(z.string()).min(1).max(50)
