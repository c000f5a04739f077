import { z } from 'zod'
import { DescriptionRow, KindLabels, NodeTuple, PastRelationTuple, RelationTuple } from '../claim.ts'
import { open } from '../filter.ts'
import { statement } from '../statement.ts'

/** How many claims one answer may hold; beyond it the first by claim id stand, and the answer says so. */
export const MOST_CLAIMS = 2_000

const most = z.int()
const ids = z.array(z.string()).max(2_000)
/** Whose claims a row holds; of what stands at their other ends it has the name only. */
const ownersOf = ({ said = [], claims }: { said?: { office: string }[]; claims: { office: string }[] }) =>
  [...said, ...claims].map(({ office }) => office)
const opened = {
  id: z.string(),
  labels: KindLabels,
  said: z.array(DescriptionRow),
  nodes: z.array(NodeTuple),
}

export const entityVisible = statement({
  name: 'entity/visible',
  params: z.object({ ids }),
  row: z.object({ id: z.string(), labels: KindLabels }),
})

export const entityOpen = statement({
  name: 'entity/open',
  params: z.object({ ids, most, types: z.array(z.string()), said: z.boolean(), labels: z.boolean() }),
  row: z.object({ ...opened, claims: z.array(RelationTuple) }),
  shows: (row) => [row.id, ...row.nodes.map((node) => node.id)],
  owners: ownersOf,
})
export type EntityRow = z.infer<typeof entityOpen.row>
/** Asks what is said of entities, and nothing of what they are related to. */
export const SAID_ALONE = { most: 1, types: [], said: true, labels: false }

/** A page of a list: how many there are in all, and label and id of those shown. */
export const PageRow = z.object({ total: z.number(), page: z.array(z.tuple([z.string(), z.string()])) })
export type PageRow = z.infer<typeof PageRow>
export const pageParams = {
  /** `[label, id]` of the last one of the page before; left open, it is before every label. */
  after: z
    .tuple([z.string(), z.string()])
    .nullable()
    .transform((after) => after ?? ['', '']),
  first: z.int(),
}
export const showsPage = (row: PageRow) => row.page.map(([, id]) => id)

export const entityList = statement({
  name: 'entity/list',
  params: z.object({ kind: z.string(), name: open, ...pageParams }),
  row: PageRow,
  shows: showsPage,
})

const around = { nodes: z.array(NodeTuple), claims: z.array(RelationTuple) }

export const entityNeighbourhood = statement({
  name: 'entity/neighbourhood',
  params: z.object({ id: z.string(), depth: z.int().min(1).max(3), most }),
  row: z.object(around),
  shows: (row) => row.nodes.map((node) => node.id),
  owners: ownersOf,
})

export const entityConnection = statement({
  name: 'entity/connection',
  params: z.object({ from: z.string(), to: z.string() }),
  row: z.object({ stops: z.array(z.string()), ...around }),
  shows: (row) => row.stops,
  owners: ownersOf,
})

export const entityHistory = statement({
  name: 'entity/history',
  params: z.object({ id: z.string(), most }),
  row: z.object({ ...opened, claims: z.array(PastRelationTuple) }),
  shows: (row) => [row.id, ...row.nodes.map((node) => node.id)],
  owners: ownersOf,
})
