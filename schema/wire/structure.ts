import { z } from 'zod'
import { FACETS, MATCH_CHOICES } from './codes.ts'

// Who else sees the same, without a selector? A trait is a coarse feature of a network: a cell in a half-year, a way between two
// cells in a half-year, or a facet of how it works.

export const TRAIT_KINDS = ['PLACE', 'LEG', 'FACET'] as const
export type TraitKind = (typeof TRAIT_KINDS)[number]

/** One degree of latitude and longitude, named by its south-west corner, or a UN/LOCODE. */
const CELL = '(?:[NS]\\d\\d[EW]\\d{3}|[A-Z]{2}[A-Z2-9]{3})'
const HALF = '\\d{4}-H[12]'
export const Trait = z
  .string()
  .regex(
    new RegExp(`^(?:PLACE:${CELL}:${HALF}|LEG:${CELL}-${CELL}:${HALF}|FACET:(?:${FACETS.join('|')}))$`),
    { error: 'expected a trait, such as PLACE:N16E007:2026-H1' },
  )

const EntityId = z.string().min(1).max(40)

/** The traits of a network that its office lets be compared with those of others. */
export const StructureInput = z.strictObject({
  network: EntityId,
  choice: z.enum(MATCH_CHOICES),
  traits: z.array(Trait).min(1).max(500),
})
export type StructureInput = z.infer<typeof StructureInput>

export const StructureQuestion = z.strictObject({ network: EntityId, case: z.string().min(1).max(80) })
