import { z } from 'zod'
import { DescriptionRow, RelationTuple } from '../claim.ts'
import { NOBODYS, statement } from '../statement.ts'

// What an analysis is computed on. Nothing of it is shown as it is read here: what a result shows is on record when it is read.

export const projectionDescriptions = statement({
  name: 'projection/descriptions',
  params: z.object({ kinds: z.array(z.string()) }),
  row: z.object({ said: DescriptionRow }),
})

export const projectionRelations = statement({
  name: 'projection/relations',
  params: z.object({ kinds: z.array(z.string()) }),
  row: z.object({ id: z.string(), claims: z.array(RelationTuple) }),
})

export const projectionReports = statement({
  name: 'projection/reports',
  params: z.object({ reports: z.array(z.string()) }),
  row: z.object({ said: z.array(DescriptionRow), claims: z.array(RelationTuple) }),
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
