import { z } from 'zod'

/** The indicators of some networks side by side, each with the claims that it rests on; never one score. */
export const ThreatPictureQuestion = z.object({
  networks: z
    .array(z.string())
    .min(1)
    .max(20)
    .transform((ids) => [...new Set(ids)]),
  /** How many claims of either kind are listed for each indicator. */
  most: z.int().min(1).max(100).default(10),
  /** How often each network is drawn anew for the bands of its resilience, by default 20 times, or 5 where it is large; and by what it is drawn. */
  rounds: z.int().min(0).max(100).optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
})
export type ThreatPictureQuestion = z.infer<typeof ThreatPictureQuestion>
