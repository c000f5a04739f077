import { z } from 'zod'
import { MATCH_CHOICES } from '../../schema/wire/codes.ts'
import { Act } from '../report/write.ts'
import { statement } from '../statement.ts'

const choice = z.enum(MATCH_CHOICES)

const OwnClaim = z
  .tuple([
    ...([z.string(), z.string(), z.string(), z.string(), z.string()] as const),
    ...([z.string().nullable(), z.string().nullable()] as const),
  ])
  .transform(([type, from, to, claim, report, observedFrom, observedTo]) => ({
    ...{ type, from, to, claim, report, observedFrom, observedTo },
  }))
/** A claim by which a network gets a trait. */
export type OwnClaim = z.output<typeof OwnClaim>

const Said = z
  .tuple([
    ...([z.string(), z.number().nullable(), z.number().nullable(), z.number().nullable()] as const),
    ...([z.string().nullable(), z.array(z.string()).nullable()] as const),
  ])
  .transform(([entity, latitude, longitude, precision, locode, facets]) => ({
    ...{ entity, latitude, longitude, precision, locode, facets },
  }))
/** What a report says of a place or of a modus operandi. */
export type Said = z.output<typeof Said>

const OwnNetwork = z.object({ id: z.string(), claims: z.array(OwnClaim), said: z.array(Said) })
export type OwnNetwork = z.infer<typeof OwnNetwork>

export const matchTraits = statement({
  name: 'match/traits',
  params: z.object({ networks: z.array(z.string()), office: z.string() }),
  row: OwnNetwork,
  shows: (row) => [row.id],
})

const StructureProps = z.object({
  /** Of office and network. */
  key: z.string(),
  network: z.string(),
  office: z.string(),
  compartment: z.int(),
  choice,
  traits: z.array(z.string()),
})

export const matchWatch = statement({
  name: 'match/watch',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ act: Act, structure: StructureProps })) }),
  row: z.object({ id: z.string() }),
})

export const matchUnwatch = statement({
  name: 'match/unwatch',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ act: Act, key: z.string(), network: z.string() })) }),
  row: z.object({ id: z.string() }),
})

export const matchStructure = statement({
  name: 'match/structure',
  params: z.object({ key: z.string(), office: z.string() }),
  row: z.object({ network: z.string(), choice, traits: z.array(z.string()) }),
  shows: (row) => [row.network],
})

const Structure = z.object({ network: z.string(), office: z.string(), choice, traits: z.array(z.string()) })
export type Structure = z.infer<typeof Structure>

export const matchStructures = statement({
  name: 'match/structures',
  params: z.object({}),
  row: Structure,
})

const Look = z.object({ office: z.string(), network: z.string() })

export const matchSeen = statement({
  name: 'match/seen',
  params: z.object({
    looks: z.array(Look),
    sights: z.record(z.string(), z.array(z.number())),
    version: z.number(),
  }),
  row: Look,
})
