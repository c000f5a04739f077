import { z } from 'zod'
import { HIT_TYPES, MATCH_CHOICES, REFUSAL_REASONS, SELECTOR_TYPES } from '../../schema/wire/codes.ts'
import { Act } from '../report/write.ts'
import { statement } from '../statement.ts'

const type = z.enum(SELECTOR_TYPES)
const hitType = z.enum(HIT_TYPES)
const choice = z.enum(MATCH_CHOICES)
const reason = z.enum(REFUSAL_REASONS)

const TokenProps = z.object({
  /** Of this token of this placing. */
  key: z.string(),
  card: z.string(),
  entity: z.string(),
  office: z.string(),
  epoch: z.int(),
  type,
  /** What equal tokens have in common; not the token itself. */
  token: z.string(),
  choice,
  /** Not looked at yet. */
  fresh: z.literal(true),
})
const PlaceRow = z.object({ act: Act, card: z.string(), epoch: z.int(), tokens: z.array(TokenProps) })
export type PlaceRow = z.infer<typeof PlaceRow>

export const matchPlace = statement({
  name: 'match/place',
  access: 'write',
  params: z.object({ rows: z.array(PlaceRow) }),
  row: z.object({ id: z.string() }),
})

export const matchChoose = statement({
  name: 'match/choose',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ act: Act, card: z.string(), choice })) }),
  row: z.object({ id: z.string() }),
})

/** By card id. */
export const matchLapsed = statement({
  name: 'match/lapsed',
  params: z.object({ office: z.string(), epoch: z.int(), after: z.string(), first: z.int() }),
  row: z.object({ id: z.string(), epochs: z.array(z.int()), choice }),
  shows: (row) => [row.id],
})

const QuestionProps = z.object({
  id: z.string(),
  /** SHA-256 of what was asked, hex. */
  body: z.string(),
  office: z.string(),
  compartment: z.int(),
  /** Milliseconds. */
  due: z.int(),
  types: z.array(hitType),
  tokens: z.array(z.string()),
  /** What it is about where it is about no token, with its traits as its askers' reports make them. */
  network: z.string().optional(),
  traits: z.array(z.string()).optional(),
  open: z.literal(true),
})

export const matchAsk = statement({
  name: 'match/ask',
  access: 'write',
  params: z.object({ rows: z.array(QuestionProps) }),
  row: z.object({ id: z.string(), due: z.number(), body: z.string() }),
})

export const matchAnswer = statement({
  name: 'match/answer',
  params: z.object({ id: z.string(), office: z.string() }),
  row: z.object({
    id: z.string(),
    body: z.string(),
    due: z.number(),
    answered: z.boolean(),
    types: z.array(hitType),
    /** Place in the question, hit, the other office. */
    hits: z.array(z.tuple([z.number(), z.string(), z.string()])),
  }),
  shows: (row) => [row.id, ...row.hits.map(([, id]) => id)],
})

const HitRow = z.object({
  id: z.string(),
  type: hitType,
  card: z.string().nullable(),
  network: z.string().nullable(),
  question: z.string().nullable(),
  at: z.number(),
  announced: z.boolean(),
  office: z.string().nullable(),
  refused: reason.nullable(),
  theirRefusal: reason.nullable(),
  proposed: z.boolean(),
  theirProposal: z.boolean(),
  same: z.string().nullable(),
  notice: z.string().nullable(),
})
export type HitRow = z.infer<typeof HitRow>

/** Nulls stand in a list's only row when the page is empty. */
export const matchHits = statement({
  name: 'match/hits',
  params: z.object({
    office: z.string(),
    until: z.number(),
    /** Time and id of the last one of the page before; left open, it is after all. */
    after: z
      .tuple([z.number(), z.string()])
      .nullable()
      .transform((after) => after ?? [Number.MAX_SAFE_INTEGER, '~']),
    first: z.int(),
  }),
  row: z.union([
    HitRow.extend({ total: z.number() }),
    z.object({ total: z.number(), id: z.null() }).transform(({ total }) => ({ total, id: null })),
  ]),
  shows: (row) => (row.id ? [row.id] : []),
})

export const matchHit = statement({
  name: 'match/hit',
  params: z.object({ id: z.string(), office: z.string() }),
  row: HitRow,
  shows: (row) => [row.id],
})

export const matchAnnounce = statement({
  name: 'match/announce',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ key: z.string(), at: z.int() })) }),
  row: z.object({ id: z.string() }),
})

export const matchRefuse = statement({
  name: 'match/refuse',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ key: z.string(), reason })) }),
  row: z.object({ id: z.string() }),
})

export const matchPropose = statement({
  name: 'match/propose',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ key: z.string(), proposal: z.string() })) }),
  row: z.object({ id: z.string() }),
})

export const matchProposals = statement({
  name: 'match/proposals',
  params: z.object({ id: z.string() }),
  row: z.object({ office: z.string(), card: z.string(), proposal: z.string() }),
})

export const matchJoined = statement({
  name: 'match/joined',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ key: z.string(), report: z.string() })) }),
  row: z.object({ id: z.string() }),
})
