import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { Entity, relationsOf, type Thing, thing } from './entity.ts'

export const Place = builder.objectRef<Thing>('Place').implement({
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'PLACE',
  fields: (t) => ({
    departures: t.field({
      type: [Relation],
      description: 'Legs that begin here.',
      resolve: (one, _, context) => relationsOf(one, context, ['DEPARTS_FROM'], 'to'),
    }),
    arrivals: t.field({
      type: [Relation],
      description: 'Legs that end here.',
      resolve: (one, _, context) => relationsOf(one, context, ['ARRIVES_AT'], 'to'),
    }),
    located: t.field({
      type: [Relation],
      description: 'Actors, networks and incidents located here.',
      resolve: (one, _, context) => relationsOf(one, context, ['LOCATED_AT'], 'to'),
    }),
  }),
})

builder.queryField('place', (t) =>
  t.field({
    type: Place,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, { id, asOf }, context) => thing(context, id, 'PLACE', asOf),
  }),
)
