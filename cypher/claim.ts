import { z } from 'zod'
import { KINDS, type Kind } from '../schema/wire/codes.ts'
import { LABELS } from '../schema/wire/model.ts'

const text = z.string().nullable()
const texts = z.array(z.string()).nullable()

const KIND_OF = Object.fromEntries(KINDS.map((kind) => [LABELS[kind], kind])) as Record<string, Kind>

/** The labels of an entity's node, as its kind. */
export const KindLabels = z.array(z.string()).transform((labels, ctx): Kind => {
  const kind = labels.map((label) => KIND_OF[label]).find((found) => found !== undefined)
  if (kind) return kind
  ctx.addIssue({ code: 'custom', message: 'expected the label of a kind' })
  return z.NEVER
})

/** What both kinds of claim carry. */
export type Claim = {
  claim: string
  report: string
  office: string
  recordedAt: number
  retractedAt?: number | undefined
  source: string
  information: string
  basis: string
  observedFrom: string | null
  observedTo: string | null
  handling: string[]
  sensitivity: string
  evidenceUse: string
  onward: string
}

export type RelationRow = Claim & {
  type: string
  from: string
  to: string
  level: string | null
  role: string | null
  tie: string | null
  position: number | null
  code: string | null
  link: string | null
}

const tuple = [
  z.string(), z.string(), z.string(), z.string(), z.string(), z.string(), z.number(), z.string(), z.string(), z.string(),
  text, text, texts, z.string(), z.string(), z.string(),
  text, text, text, z.number().nullable(), text, text,
] as const // biome-ignore format: in the order of the statements

type Tuple = z.infer<z.ZodTuple<typeof tuple>>

function relationOf(t: Tuple): RelationRow {
  return {
    type: t[0], from: t[1], to: t[2], claim: t[3], report: t[4], office: t[5], recordedAt: t[6], source: t[7], information: t[8],
    basis: t[9], observedFrom: t[10], observedTo: t[11], handling: t[12] ?? [], sensitivity: t[13], evidenceUse: t[14], onward: t[15],
    level: t[16], role: t[17], tie: t[18], position: t[19], code: t[20], link: t[21],
  } // biome-ignore format: in the order of the statements
}

export const RelationTuple = z.tuple(tuple).transform(relationOf)
/** The same, with the version at which the claim was retracted. */
export const PastRelationTuple = z.tuple([...tuple, z.number()]).transform(
  (t): RelationRow => ({
    ...relationOf(t.slice(0, 22) as Tuple),
    retractedAt: t[22],
  }),
)

/** A description as it is stored. A `bare` one only says that a report mentions the entity. */
export const DescriptionRow = z.looseObject({
  claim: z.string(),
  report: z.string(),
  office: z.string(),
  of: z.string(),
  recordedAt: z.number(),
  retractedAt: z.number(),
  compartment: z.number(),
  bare: z.boolean().optional(),
  source: z.string().optional(),
  information: z.string().optional(),
  basis: z.string().optional(),
  observedFrom: z.string().optional(),
  observedTo: z.string().optional(),
  handling: z.array(z.string()).optional(),
  sensitivity: z.string().optional(),
  evidenceUse: z.string().optional(),
  onward: z.string().optional(),
  label: z.string().optional(),
})
export type DescriptionRow = z.infer<typeof DescriptionRow>

/** An entity at the other end of a claim: id, kind, and what the caller's best visible description calls it. */
export const NodeTuple = z
  .tuple([z.string(), KindLabels, text])
  .transform(([id, kind, label]) => ({ id, kind, label }))
export type NodeRow = z.infer<typeof NodeTuple>
