import { z } from 'zod'
import { CENTRALITIES } from '../codes.ts'

/** Who lies between whom, which groups there are, how the levels sit in them, and how far that can be trusted. */
export const StructureQuestion = z.object({
  /** Only members of these networks; without any, all actors that may be seen. */
  networks: z.array(z.string()).max(50).default([]),
  /** By which figure actors are listed. */
  by: z.enum(CENTRALITIES).default('BETWEENNESS'),
  most: z.int().min(1).max(100).default(20),
  /** How often the network is drawn anew for the bands, and by what it is drawn. */
  rounds: z.int().min(0).max(200).default(50),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
})
export type StructureQuestion = z.infer<typeof StructureQuestion>
