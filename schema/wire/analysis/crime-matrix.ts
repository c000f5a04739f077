import { z } from 'zod'

/** Networks, routes and legs by the other crimes that claims link to them, and what is linked to the legs that lead back. */
export const CrimeMatrixQuestion = z.object({
  /** Networks, routes and legs; without any, all that have a link. */
  things: z.array(z.string()).max(100).default([]),
  most: z.int().min(1).max(100).default(50),
  /** How many claims are opened for each cell, the best graded first. */
  claims: z.int().min(0).max(50).default(5),
})
export type CrimeMatrixQuestion = z.infer<typeof CrimeMatrixQuestion>
