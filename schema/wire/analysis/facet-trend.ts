import { z } from 'zod'
import { FACET_GROUPS } from '../codes.ts'
import { isSpan, MONTHS, SPAN_FAULT } from './months.ts'

/** How the share of each facet among the incidents of a corridor goes, quarter by quarter. */
export const FacetTrendQuestion = z
  .object({
    /** Routes, legs and networks that are one corridor together. */
    things: z.array(z.string()).min(1).max(50),
    /** Only facets of these groups; without any, all. */
    groups: z.array(z.enum(FACET_GROUPS)).max(FACET_GROUPS.length).default([]),
    /** Quarters count from here. */
    ...MONTHS,
    /** Facets to list, those with the least chance first. */
    most: z.int().min(1).max(100).default(20),
    claims: z.int().min(0).max(100).default(10),
  })
  .refine(isSpan, SPAN_FAULT)
export type FacetTrendQuestion = z.infer<typeof FacetTrendQuestion>
