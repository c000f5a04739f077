import { z } from 'zod'
import { KEY_GOALS } from '../codes.ts'

/** Which actors together hold a network together, or reach it whole, and how far that can be trusted. */
export const KeyPlayersQuestion = z.object({
  /** Only members of these networks; without any, all actors that may be seen. */
  networks: z.array(z.string()).max(50).default([]),
  goals: z
    .array(z.enum(KEY_GOALS))
    .min(1)
    .max(KEY_GOALS.length)
    .default([...KEY_GOALS]),
  /** How many actors a set has. */
  size: z.int().min(1).max(20).default(3),
  /** How many ties away counts as reached, for WITHIN. */
  within: z.int().min(1).max(6).default(2),
  /** How many claims of each member's ties are listed. */
  most: z.int().min(1).max(100).default(10),
  /** How often the network is drawn anew for the bands, by default 20 times, or 5 where it is large; and by what it is drawn. */
  rounds: z.int().min(0).max(100).optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
})
export type KeyPlayersQuestion = z.infer<typeof KeyPlayersQuestion>
