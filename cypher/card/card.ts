import { z } from 'zod'
import { belowVersion } from '../filter.ts'
import { OwnPart, Part, ServedPart } from '../part/part.ts'
import { Act, Notice } from '../report/write.ts'
import { statement } from '../statement.ts'

const head = {
  id: z.string(),
  version: z.number(),
  entity: z.string(),
  kind: z.string(),
  office: z.string(),
  compartment: z.number(),
  recordedAt: z.number(),
  /** The routing facts, as JSON. */
  facts: z.string(),
  parts: z.array(ServedPart),
}
const CardRow = z.object(head)
export type CardRow = z.infer<typeof CardRow>

/** Nulls stand in a list's only row when the page is empty. */
export const cardList = statement({
  name: 'card/list',
  params: z.object({ entity: z.string(), after: belowVersion, first: z.int() }),
  row: z.union([
    z.object({ total: z.number(), ...head }),
    z.object({ total: z.number(), id: z.null() }).transform(({ total }) => ({ total, id: null })),
  ]),
  shows: (row) => (row.id ? [row.id] : []),
})

export const cardOpen = statement({
  name: 'card/open',
  params: z.object({ id: z.string() }),
  row: CardRow,
  shows: (row) => [row.id, row.entity],
})

export const cardOwn = statement({
  name: 'card/own',
  params: z.object({ id: z.string(), office: z.string() }),
  row: z.object({
    id: z.string(),
    of: z.string(),
    version: z.number(),
    entity: z.string(),
    kind: z.string(),
    compartment: z.number(),
    compartments: z.array(z.number()),
    parts: z.array(OwnPart),
  }),
  shows: (row) => [row.id],
})
export type OwnCard = z.infer<typeof cardOwn.row>

const CardProps = z.object({
  id: z.string(),
  /** Unique: id and version. */
  key: z.string(),
  version: z.int(),
  entity: z.string(),
  kind: z.string(),
  office: z.string(),
  author: z.string(),
  compartment: z.int(),
  compartments: z.array(z.int()),
  recordedAt: z.int(),
  retractedAt: z.int(),
  facts: z.string(),
})
const SealRow = z.object({
  act: Act,
  card: CardProps,
  parts: z.array(Part),
  notices: z.array(Notice),
  /** Keys of the version that it corrects. */
  supersedes: z.array(z.string()),
})
export type SealRow = z.infer<typeof SealRow>
const changed = z.object({ id: z.string(), gone: z.array(z.string()) })

export const cardSeal = statement({
  name: 'card/seal',
  access: 'write',
  params: z.object({ rows: z.array(SealRow) }),
  row: changed,
})

const CardReleaseRow = z.object({
  act: Act,
  notice: Notice,
  card: z.string(),
  compartment: z.int(),
  compartments: z.array(z.int()),
})
export type CardReleaseRow = z.infer<typeof CardReleaseRow>

export const cardRelease = statement({
  name: 'card/release',
  access: 'write',
  params: z.object({ rows: z.array(CardReleaseRow) }),
  row: z.object({ id: z.string() }),
})

export const cardErase = statement({
  name: 'card/erase',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ act: Act, notice: Notice, card: z.string() })) }),
  row: changed,
})
