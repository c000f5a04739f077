import { entityList } from '../cypher/entity/entity.ts'
import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { Entity, othersOf, relationsOf, type Thing, thing } from './entity.ts'
import { EntityPage, entityPage } from './page.ts'
import { Place } from './place.ts'

export const Leg = builder.objectRef<Thing>('Leg').implement({
  description:
    'One stretch between two places. A leg is never overwritten: it gets an end, and another one begins.',
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'LEG',
  fields: (t) => ({
    from: t.field({
      type: [Place],
      resolve: (one, _, context) => othersOf(one, context, ['DEPARTS_FROM'], 'from'),
    }),
    to: t.field({
      type: [Place],
      resolve: (one, _, context) => othersOf(one, context, ['ARRIVES_AT'], 'from'),
    }),
    links: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['LINKED_TO'], 'from'),
    }),
    operators: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['OPERATES'], 'to'),
    }),
  }),
})

const RouteLeg = builder
  .objectRef<{ position: number | null; claims: string[]; leg: Thing }>('RouteLeg')
  .implement({
    fields: (t) => ({
      position: t.exposeInt('position', { nullable: true }),
      claims: t.exposeIDList('claims', { description: 'The claims that put this leg at this position.' }),
      leg: t.field({ type: Leg, resolve: ({ leg }) => leg }),
    }),
  })

export const Route = builder.objectRef<Thing>('Route').implement({
  description: 'Ordered legs between places.',
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'ROUTE',
  fields: (t) => ({
    legs: t.field({
      type: [RouteLeg],
      description: 'By position, then label: offices that order the legs differently stand side by side.',
      resolve: async (one, _, context) => {
        const rows = new Map<string, { position: number | null; claims: string[]; leg: Thing }>()
        for (const { position, to, nodes, claim } of await relationsOf(one, context, ['HAS_LEG'], 'from')) {
          const key = `${position}:${to}`
          const row = rows.get(key) ?? {
            position,
            claims: [],
            leg: { ...nodes.get(to)!, moment: one.moment },
          }
          row.claims.push(claim)
          rows.set(key, row)
        }
        return [...rows.values()].sort(byPosition)
      },
    }),
    operators: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['OPERATES'], 'to'),
    }),
    links: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['LINKED_TO'], 'from'),
    }),
  }),
})

type Placed = { position: number | null; leg: Thing }
const byPosition = (a: Placed, b: Placed) =>
  (a.position ?? 999) - (b.position ?? 999) ||
  compare(a.leg.label ?? '', b.leg.label ?? '') ||
  compare(a.leg.id, b.leg.id)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const one = { nullable: true as const }

builder.queryFields((t) => ({
  routes: t.field({
    type: EntityPage,
    args: { name: t.arg.string(), first: t.arg.int(), after: t.arg.string(), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, args, context) =>
      entityPage(context, 'routes', args, 'ROUTE', (after, first, version) =>
        context.ask(entityList, { kind: 'ROUTE', name: args.name ?? null, after, first }, version),
      ),
  }),
  route: t.field({
    type: Route,
    ...one,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, { id, asOf }, context) => thing(context, id, 'ROUTE', asOf),
  }),
  leg: t.field({
    type: Leg,
    ...one,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, { id, asOf }, context) => thing(context, id, 'LEG', asOf),
  }),
}))
