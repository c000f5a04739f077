import { z } from 'zod'
import { belowVersion } from '../filter.ts'
import { Act, Notice } from '../report/write.ts'
import { statement } from '../statement.ts'

const text = z.string().nullable()
/** Key ids of the session key packets of the upload: who can open it, whatever the directory says today. */
export const keys = z.array(z.string())

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
  /** Null for a corrected version, whose ciphertext is gone. */
  object: text,
  signature: text,
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
  owners: (row) => (row.id ? [row.office] : []),
})

export const cardOpen = statement({
  name: 'card/open',
  params: z.object({ id: z.string() }),
  row: CardRow,
  shows: (row) => [row.id, row.entity],
  owners: (row) => [row.office],
})

export const cardOwn = statement({
  name: 'card/own',
  params: z.object({ id: z.string(), office: z.string() }),
  row: z.object({
    id: z.string(),
    key: z.string(),
    version: z.number(),
    entity: z.string(),
    kind: z.string(),
    facts: z.string(),
    compartment: z.number(),
    compartments: z.array(z.number()),
    object: z.string(),
    keys,
  }),
  shows: (row) => [row.id],
})
export type OwnCard = z.infer<typeof cardOwn.row>

export const cardSealed = statement({
  name: 'card/sealed',
  params: z.object({ office: z.string() }),
  row: z.object({
    id: z.string(),
    entity: z.string(),
    compartment: z.number(),
    facts: z.string(),
    object: z.string(),
    keys,
  }),
  shows: (row) => [row.id],
})

export const cardBehind = statement({
  name: 'card/behind',
  /** `id` of one card or chain of reports; the empty text for all. */
  params: z.object({ id: z.string(), after: z.string(), first: z.int() }),
  row: z.object({
    sealed: z.enum(['CARD', 'NOTE']),
    id: z.string(),
    office: z.string(),
    compartment: z.number(),
    facts: z.string(),
    object: z.string(),
    /** Null for a note of before these were kept. */
    keys: keys.nullable(),
  }),
})
export type BehindRow = z.infer<typeof cardBehind.row>

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
  object: z.string(),
  signature: z.string(),
  keys,
})
const SealRow = z.object({
  act: Act,
  card: CardProps,
  notices: z.array(Notice),
  /** The key of the version that it corrects. */
  supersedes: z.array(z.string()),
})
export type SealRow = z.infer<typeof SealRow>

export const cardSeal = statement({
  name: 'card/seal',
  access: 'write',
  params: z.object({ rows: z.array(SealRow) }),
  row: z.object({ id: z.string(), gone: z.array(z.string()) }),
})

/** A new sealed object of a card version or a note. */
export const ResealRow = z.object({ id: z.string(), object: z.string(), signature: z.string(), keys })

export const cardReseal = statement({
  name: 'card/reseal',
  access: 'write',
  params: z.object({ rows: z.array(ResealRow) }),
  row: z.object({ id: z.string(), gone: z.string() }),
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
  row: z.object({ id: z.string(), gone: z.array(z.string()) }),
})
