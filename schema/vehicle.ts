import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { Entity, relationsOf, type Thing } from './entity.ts'

export const Vehicle = builder.objectRef<Thing>('Vehicle').implement({
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'VEHICLE',
  fields: (t) => ({
    users: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['USES'], 'to'),
    }),
  }),
})
