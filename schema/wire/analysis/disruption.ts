import { z } from 'zod'
import { RECOVERIES, ROLES } from '../codes.ts'

const ids = z.array(z.string()).max(50).default([])

/**
 * What a removal would do, and what recovery would then undo. Of actors, their ties and their roles one asks on the network of who
 * works with whom; of legs and places on that of the legs between places. Not of both at once.
 */
export const DisruptionQuestion = z
  .object({
    /** Only members of these networks, or legs that they operate; without any, all that may be seen. */
    networks: z.array(z.string()).max(50).default([]),
    actors: ids,
    ties: z
      .array(z.object({ from: z.string(), to: z.string() }))
      .max(50)
      .default([]),
    /** Everybody of whom a claim says such a role: the forgers, the hawaladars. */
    roles: z.array(z.enum(ROLES)).max(ROLES.length).default([]),
    legs: ids,
    places: ids,
    /** By which mechanisms it recovers, side by side. */
    recoveries: z
      .array(z.enum(RECOVERIES))
      .min(1)
      .max(RECOVERIES.length)
      .default([...RECOVERIES]),
    /** The chance that a lost tie is sought again. */
    share: z.number().min(0).max(1).default(1),
    /** How often each is played; without it 100 times, or 20 where the network is large. */
    runs: z.int().min(1).max(500).optional(),
    /** How many claims are listed that what is removed rests on. */
    most: z.int().min(1).max(100).default(20),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31)
      .default(0),
  })
  .refine((asked) => ofActors(asked) !== ofRoutes(asked), {
    error: 'expected either actors, ties or roles to remove, or legs or places',
  })
export type DisruptionQuestion = z.infer<typeof DisruptionQuestion>

type Named = Record<'actors' | 'ties' | 'roles' | 'legs' | 'places', readonly unknown[]>
const ofActors = ({ actors, ties, roles }: Named) => actors.length + ties.length + roles.length > 0
export const ofRoutes = ({ legs, places }: Pick<Named, 'legs' | 'places'>) => legs.length + places.length > 0
