import { z } from 'zod'
import { statement } from '../statement.ts'

/** Bigger than every version, and inside the 35 bits that Neo4j keeps beside the property's name. */
export const NEVER = 34_000_000_000

const Props = z.record(z.string(), z.unknown())

export const Act = z.object({
  id: z.string(),
  /** Unique: HMAC of office, person and idempotency key. */
  key: z.string(),
  /** The same without the person: how a colleague's use of a key is found. */
  officeKey: z.string(),
  /** SHA-256 of what was asked: the same key with another body is a fault. */
  body: z.string(),
  kind: z.enum([
    ...(['SUBMIT', 'CORRECT', 'RELEASE', 'WITHDRAW', 'ERASE'] as const),
    ...(['CARD_SEAL', 'CARD_RELEASE', 'CARD_ERASE', 'CARD_TOKENS', 'CARD_CHOICE', 'RESTORE'] as const),
    ...(['STRUCTURE_WATCH', 'STRUCTURE_UNWATCH'] as const),
  ]),
  report: z.string(),
  chain: z.string(),
  office: z.string(),
  author: z.string(),
  version: z.int(),
  time: z.int(),
  reason: z.string().nullable(),
  release: z.string().nullable(),
  ids: z.string().nullable(),
})
export type Act = z.infer<typeof Act>

export const Notice = z.object({
  id: z.string(),
  kind: z.string(),
  report: z.string(),
  /** The first version of the report: what its acknowledgements are found by. */
  chain: z.string(),
  office: z.string(),
  version: z.int(),
  /** Every compartment that the report ever stood in. */
  compartments: z.array(z.int()),
  /** The compartment whose members still see the report and need no notice; −1 where everybody is told. */
  lost: z.int(),
})
export type Notice = z.infer<typeof Notice>

const SubmitRow = z.object({
  act: Act,
  report: Props,
  notices: z.array(Notice),
  entities: z.array(z.object({ id: z.string(), label: z.string(), said: z.array(Props) })),
  relations: z.array(z.object({ type: z.string(), from: z.string(), to: z.string(), props: Props })),
  retracts: z.array(z.object({ report: z.string(), at: z.int() })),
})
export type SubmitRow = z.infer<typeof SubmitRow>

export const reportSubmit = statement({
  name: 'report/submit',
  access: 'write',
  params: z.object({ rows: z.array(SubmitRow) }),
  row: z.object({ id: z.string() }),
  shows: (row) => [row.id],
})

/** A submission that also ends what it corrects. Apart, because a plain one is planned far more cheaply. */
export const reportCorrect = statement({
  name: 'report/correct',
  access: 'write',
  params: z.object({ rows: z.array(SubmitRow) }),
  row: z.object({ id: z.string() }),
  shows: (row) => [row.id],
})

const ReleaseRow = z.object({
  act: Act,
  notice: Notice,
  chain: z.string(),
  compartment: z.int(),
  /** Every compartment that the report ever stood in, this one too. */
  compartments: z.array(z.int()),
  /** Set for a withdrawal: the version from which nobody reads the report as current. */
  retractedAt: z.int().nullable(),
})
export type ReleaseRow = z.infer<typeof ReleaseRow>

export const reportRelease = statement({
  name: 'report/release',
  access: 'write',
  params: z.object({ rows: z.array(ReleaseRow) }),
  row: z.object({ id: z.string() }),
  shows: (row) => [row.id],
})

const EraseRow = z.object({ act: Act, notice: Notice, chain: z.string() })
export type EraseRow = z.infer<typeof EraseRow>

export const reportErase = statement({
  name: 'report/erase',
  access: 'write',
  params: z.object({ rows: z.array(EraseRow) }),
  row: z.object({ id: z.string(), notes: z.array(z.string()) }),
  shows: (row) => [row.id],
})

const Acknowledgement = z.object({
  /** HMAC of notice and office: an office takes note once. */
  id: z.string(),
  notice: z.string(),
  office: z.string(),
  person: z.string(),
  time: z.int(),
})

export const reportAcknowledge = statement({
  name: 'report/acknowledge',
  access: 'write',
  params: z.object({ rows: z.array(Acknowledgement) }),
  row: z.object({ id: z.string(), time: z.number() }),
})

/** A note that is sealed anew: another object, to whomever its release reaches now. */
export const reportReseal = statement({
  name: 'report/reseal',
  access: 'write',
  params: z.object({
    rows: z.array(
      z.object({ id: z.string(), object: z.string(), signature: z.string(), keys: z.array(z.string()) }),
    ),
  }),
  row: z.object({ id: z.string(), gone: z.string() }),
})
