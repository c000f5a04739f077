import { z } from 'zod'
import { FACETS } from '../codes.ts'

const most = z.int().min(1).max(100).default(10)

/** Which networks work like one: facet by facet, the rare ones saying more. */
export const SimilarQuestion = z.object({ network: z.string(), most })
export type SimilarQuestion = z.infer<typeof SimilarQuestion>

/** Which networks fit a partial description of a way of working. What is not described counts against none. */
export const FacetSearchQuestion = z.object({
  facets: z.array(z.enum(FACETS)).min(1).max(FACETS.length),
  most,
})
export type FacetSearchQuestion = z.infer<typeof FacetSearchQuestion>
