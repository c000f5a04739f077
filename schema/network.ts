import { networkList } from '../cypher/network/network.ts'
import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { code } from './codes.ts'
import { Crime } from './crime.ts'
import { Entity, othersOf, relationsOf, type Thing, thing } from './entity.ts'
import { Incident } from './incident.ts'
import { ModusOperandi } from './modus-operandi.ts'
import { EntityPage, entityPage } from './page.ts'
import { Route } from './route.ts'

export const Network = builder.objectRef<Thing>('Network').implement({
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'NETWORK',
  fields: (t) => ({
    members: t.field({
      type: [Relation],
      description: 'One row per claim: who, at which level, in which role, by whose assessment.',
      args: { level: t.arg({ type: code('Level') }) },
      resolve: async (one, { level }, context) =>
        (await relationsOf(one, context, ['MEMBER_OF'], 'to')).filter(
          (member) => !level || member.level === level,
        ),
    }),
    operates: t.field({
      type: [Relation],
      description: 'The routes and legs it operates.',
      resolve: (one, _, context) => relationsOf(one, context, ['OPERATES'], 'from'),
    }),
    routes: t.field({
      type: [Route],
      resolve: async (one, _, context) =>
        (await othersOf(one, context, ['OPERATES'], 'from')).filter(({ kind }) => kind === 'ROUTE'),
    }),
    modusOperandi: t.field({
      type: [ModusOperandi],
      resolve: async (one, _, context) =>
        (await othersOf(one, context, ['USES'], 'from')).filter(({ kind }) => kind === 'MODUS_OPERANDI'),
    }),
    links: t.field({
      type: [Relation],
      description: 'Links to other crimes, each with its own evidence.',
      resolve: (one, _, context) => relationsOf(one, context, ['LINKED_TO'], 'from'),
    }),
    crimes: t.field({
      type: [Crime],
      resolve: (one, _, context) => othersOf(one, context, ['LINKED_TO'], 'from'),
    }),
    incidents: t.field({
      type: [Incident],
      resolve: (one, _, context) => othersOf(one, context, ['INVOLVED_IN'], 'from'),
    }),
    succession: t.field({
      type: [Relation],
      description: 'Networks that it succeeds, and that succeed it.',
      resolve: (one, _, context) => relationsOf(one, context, ['SUCCEEDS']),
    }),
  }),
})

builder.queryFields((t) => ({
  networks: t.field({
    type: EntityPage,
    description: 'A page of networks. Filters are joined by and; a period takes what overlaps it.',
    args: {
      name: t.arg.string({ description: 'Part of a code name.' }),
      level: t.arg({ type: code('Level'), description: 'Somebody is said to stand at this level in it.' }),
      status: t.arg({ type: code('NetworkStatus') }),
      place: t.arg.id({ description: 'It is located there, or operates a leg that begins or ends there.' }),
      crime: t.arg({ type: code('LinkedCrime') }),
      facet: t.arg({ type: code('Facet') }),
      from: t.arg({ type: 'Day' }),
      to: t.arg({ type: 'Day' }),
      first: t.arg.int(),
      after: t.arg.string(),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: (_, args, context) =>
      entityPage(context, 'networks', args, 'NETWORK', (after, first, version) => {
        const { name = null, level = null, status = null, place = null, crime = null, facet = null } = args
        const { from = null, to = null } = args
        return context.ask(
          networkList,
          { name, level, status, place, crime, facet, from, to, after, first },
          version,
        )
      }),
  }),
  network: t.field({
    type: Network,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, { id, asOf }, context) => thing(context, id, 'NETWORK', asOf),
  }),
}))
