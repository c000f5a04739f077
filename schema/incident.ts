import { incidentList } from '../cypher/incident/incident.ts'
import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { code } from './codes.ts'
import { Entity, relationsOf, type Thing, thing } from './entity.ts'
import { EntityPage, entityPage } from './page.ts'

export const Incident = builder.objectRef<Thing>('Incident').implement({
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'INCIDENT',
  fields: (t) => ({
    located: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['LOCATED_AT'], 'from'),
    }),
    involved: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['INVOLVED_IN'], 'to'),
    }),
    links: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['LINKED_TO'], 'from'),
    }),
  }),
})

builder.queryFields((t) => ({
  incidents: t.field({
    type: EntityPage,
    args: {
      type: t.arg({ type: code('IncidentType') }),
      place: t.arg.id(),
      from: t.arg({ type: 'Day' }),
      to: t.arg({ type: 'Day' }),
      first: t.arg.int(),
      after: t.arg.string(),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: (_, args, context) =>
      entityPage(context, 'incidents', args, 'INCIDENT', (after, first, version) => {
        const { type = null, place = null, from = null, to = null } = args
        return context.ask(incidentList, { type, place, from, to, after, first }, version)
      }),
  }),
  incident: t.field({
    type: Incident,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, { id, asOf }, context) => thing(context, id, 'INCIDENT', asOf),
  }),
}))
