import { z } from 'zod'
import { statement } from '../statement.ts'

const ids = z.array(z.string())

export const erasureKnown = statement({
  name: 'erasure/known',
  params: z.object({}),
  row: z.object({ kind: z.enum(['REPORT', 'CARD', 'MESSAGE']), id: z.string() }),
})

export const erasureStanding = statement({
  name: 'erasure/standing',
  /** Reports by the ids of their first versions. */
  params: z.object({ reports: ids, cards: ids, messages: ids }),
  row: z.object({
    kind: z.enum(['REPORT', 'CARD', 'MESSAGE']),
    id: z.string(),
    office: z.string(),
    /** Every one that it ever stood in. */
    compartments: z.array(z.number()),
  }),
})
export type StandingRow = z.infer<typeof erasureStanding.row>
