import { entityList, type PageRow } from '../cypher/entity/entity.ts'
import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { Context, Moment } from './context.ts'
import { Entity, type Thing } from './entity.ts'
import type { Kind } from './wire/codes.ts'
import { Fault } from './wire/fault.ts'

// Lists come in pages: a size that is limited, a total, and cursors that go on where the last page ended.

export const MOST_PAGE = 100
type Page = { total: number; rows: Thing[]; cursors: string[]; more: boolean }

const Edge = builder.objectRef<{ node: Thing; cursor: string }>('EntityEdge').implement({
  fields: (t) => ({
    cursor: t.exposeString('cursor'),
    node: t.field({ type: Entity, resolve: ({ node }) => node }),
  }),
})

export const EntityPage = builder.objectRef<Page>('EntityPage').implement({
  description: 'A page of a list, by label and id. Its cursors are bound to caller, arguments and moment.',
  fields: (t) => ({
    totalCount: t.exposeInt('total'),
    edges: t.field({
      type: [Edge],
      resolve: ({ rows, cursors }) => rows.map((node, i) => ({ node, cursor: cursors[i]! })),
    }),
    endCursor: t.string({ nullable: true, resolve: ({ cursors }) => cursors.at(-1) ?? null }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})

export type PageArgs = {
  first?: number | null | undefined
  after?: string | null | undefined
  asOf?: string | null | undefined
}

/** How many rows a page has. Throws BAD_PAGE beyond `MOST_PAGE`. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? 20
  if (size >= 1 && size <= MOST_PAGE) return size
  throw new Fault('BAD_PAGE', `expected a page of 1 to ${MOST_PAGE}, got ${size}`)
}

/** Where a page starts: the moment, which a cursor fixes, and the position after which it goes on. */
export function pageStart<P>(
  context: Context,
  field: string,
  args: PageArgs,
): { moment: Moment; after: P | null; bound: unknown } {
  const { after, first: _, ...bound } = args
  if (!after) return { moment: context.time.moment(args.asOf), after: null, bound }
  const { time, position } = context.cursors.open(field, bound, after)
  return { moment: { time, version: context.time.at(time) }, after: position as P, bound }
}

/** One page of a list statement that answers with `[label, id]` pairs. */
export async function entityPage(
  context: Context,
  field: string,
  args: PageArgs,
  kind: Kind,
  list: (after: [string, string] | null, first: number, version: number) => Promise<PageRow[]>,
): Promise<Page> {
  const size = pageSize(args.first)
  const { moment, after, bound } = pageStart<[string, string]>(context, field, args)
  // One more than is shown tells whether there is a next page.
  const [row] = await list(after, size + 1, moment.version)
  const page = row?.page ?? []
  const shown = page.slice(0, size)
  return {
    total: row?.total ?? 0,
    rows: shown.map(([label, id]) => ({ id, kind, label: label === '' ? null : label, moment })),
    cursors: shown.map((position) => context.cursors.seal(field, bound, moment, position)),
    more: page.length > size,
  }
}

builder.queryField('entities', (t) =>
  t.field({
    type: EntityPage,
    description: 'A page of the entities of one kind, by code name.',
    args: {
      kind: t.arg({ type: code('Kind'), required: true }),
      name: t.arg.string(),
      first: t.arg.int(),
      after: t.arg.string(),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: (_, args, context) =>
      entityPage(context, 'entities', args, args.kind as Kind, (after, first, version) =>
        context.ask(entityList, { kind: args.kind, name: args.name ?? null, after, first }, version),
      ),
  }),
)
