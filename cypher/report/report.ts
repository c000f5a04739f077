import { z } from 'zod'
import { DescriptionRow, KindLabels, NodeTuple, RelationTuple } from '../claim.ts'
import { belowVersion, open } from '../filter.ts'
import { statement } from '../statement.ts'

const text = z.string().nullable()

const head = {
  id: z.string(),
  office: z.string(),
  reference: text,
  purpose: z.string(),
  legalBasis: z.string(),
  reviewDue: z.string(),
  compartment: z.number(),
  recordedAt: z.number(),
  retractedAt: z.number(),
  retractedAs: text,
  corrects: text,
  correctedBy: text,
  chain: z.string(),
  /** The routing facts of the sealed note, as JSON. */
  note: text,
}
export const ReportHead = z.object(head)
export type ReportHead = z.infer<typeof ReportHead>

/** Nulls stand in a list's only row when the page is empty: the total still has to be told. */
export const reportList = statement({
  name: 'report/list',
  params: z.object({ office: open, reference: open, after: belowVersion, first: z.int() }),
  row: z.union([
    z.object({ total: z.number(), ...head }),
    z.object({ total: z.number(), id: z.null() }).transform(({ total }) => ({ total, id: null })),
  ]),
  shows: (row) => (row.id ? [row.id] : []),
  owners: (row) => (row.id ? [row.office] : []),
})

export const reportOpen = statement({
  name: 'report/open',
  params: z.object({ id: z.string(), content: z.boolean() }),
  row: z.object({
    ...head,
    said: z.array(z.tuple([z.string(), KindLabels, DescriptionRow])),
    nodes: z.array(NodeTuple),
    claims: z.array(RelationTuple),
  }),
  shows: (row) => [row.id, ...row.nodes.map((node) => node.id)],
  owners: (row) => [row.office],
})
export type ReportRow = z.infer<typeof reportOpen.row>

export const reportOwn = statement({
  name: 'report/own',
  params: z.object({ id: z.string(), office: z.string() }),
  row: z.object({
    id: z.string(),
    chain: z.string(),
    compartment: z.number(),
    retractedAt: z.number(),
    retractedAs: text,
    noteObject: text,
    compartments: z.array(z.number()),
  }),
  shows: (row) => [row.id],
})

export const reportActs = statement({
  name: 'report/acts',
  params: z.object({ id: z.string(), office: z.string() }),
  row: z.object({
    id: z.string(),
    kind: z.string(),
    report: z.string(),
    version: z.number(),
    author: z.string(),
    reason: text,
    release: text,
  }),
})

export const reportAct = statement({
  name: 'report/act',
  params: z.object({ key: z.string(), officeKey: z.string() }),
  row: z.object({ kind: z.string(), report: z.string(), body: z.string(), ids: text, visible: z.boolean() }),
})

export const reportTaken = statement({
  name: 'report/taken',
  params: z.object({ keys: z.array(z.string()) }),
  row: z.object({ key: z.string() }),
})

export const reportNotices = statement({
  name: 'report/notices',
  params: z.object({ after: belowVersion, first: z.int() }),
  row: z.object({
    id: z.string(),
    kind: z.string(),
    report: z.string(),
    office: z.string(),
    version: z.number(),
  }),
  shows: (row) => [row.report],
})

export const reportNotice = statement({
  name: 'report/notice',
  params: z.object({ id: z.string() }),
  row: reportNotices.row,
  shows: (row) => [row.report],
})

/** `chain` is the id of the report's first version, which its later versions and its notices carry. */
export const reportAcknowledgements = statement({
  name: 'report/acknowledgements',
  params: z.object({ chain: z.string(), office: z.string() }),
  row: z.object({ id: z.string(), office: z.string(), kind: z.string(), time: z.number() }),
})

export const reportNote = statement({
  name: 'report/note',
  params: z.object({ id: z.string() }),
  row: z.object({ report: z.string(), note: z.string(), noteObject: z.string(), signature: z.string() }),
  shows: (row) => [row.report],
})

export const reportSealed = statement({
  name: 'report/sealed',
  params: z.object({ office: z.string(), id: open }),
  row: z.object({
    id: z.string(),
    compartment: z.number(),
    facts: z.string(),
    object: z.string(),
    /** Null for a note of before these were kept. */
    keys: z.array(z.string()).nullable(),
  }),
  shows: (row) => [row.id],
})

/** All acts from a version on; the versions are resolved to times in memory. */
export const reportVersions = statement({
  name: 'report/versions',
  params: z.object({ since: z.number() }),
  row: z.object({ version: z.number(), time: z.number() }),
})
