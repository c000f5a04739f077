import { z } from 'zod'
import { KINDS } from '../../schema/wire/codes.ts'
import { RelationTuple } from '../claim.ts'
import { NOBODYS, statement } from '../statement.ts'

// What an analysis is computed on. Nothing of it is shown as it is read here: what a result shows is on record when it is read.

const text = z.string().nullable()
/** Of a bare mention the grading and all after it is null. */
const said = [
  z.string(), z.enum(KINDS), z.string(), z.string(), z.string(), z.number(), z.boolean().nullable(), text, text, text,
  text, text, z.array(z.string()).nullable(), text, text, text, z.array(z.unknown()),
] as const // biome-ignore format: in the order of the statements

/** A description as an analysis takes it: a list is read in half the time of a map. `own` has the fields of its kind in the model's order. */
export const SaidTuple = z.tuple(said).transform((t) => ({
  entity: t[0], of: t[1], claim: t[2], report: t[3], office: t[4], recordedAt: t[5], bare: t[6] ?? false, source: t[7],
  information: t[8], basis: t[9], observedFrom: t[10], observedTo: t[11], handling: t[12], sensitivity: t[13],
  evidenceUse: t[14], onward: t[15], own: t[16],
})) // biome-ignore format: in the order of the statements
export type SaidRow = z.infer<typeof SaidTuple>

export const projectionDescriptions = statement({
  name: 'projection/descriptions',
  params: z.object({ kinds: z.array(z.string()) }),
  row: z.object({ said: SaidTuple }),
})

export const projectionRelations = statement({
  name: 'projection/relations',
  params: z.object({ kinds: z.array(z.string()) }),
  row: z.object({ id: z.string(), claims: z.array(RelationTuple) }),
})

export const projectionReports = statement({
  name: 'projection/reports',
  params: z.object({ reports: z.array(z.string()) }),
  row: z.object({ said: z.array(SaidTuple), claims: z.array(RelationTuple) }),
})

export const projectionStanding = statement({
  name: 'projection/standing',
  params: z.object({ reports: z.array(z.string()) }),
  row: z.object({ id: z.string() }),
  owners: NOBODYS,
})

export const projectionChanged = statement({
  name: 'projection/changed',
  params: z.object({ since: z.int() }),
  row: z.object({ version: z.number(), kind: z.string(), reports: z.array(z.string()) }),
  owners: NOBODYS,
})
