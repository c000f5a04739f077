import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { Entity, relationsOf, type Thing } from './entity.ts'

export const ModusOperandi = builder.objectRef<Thing>('ModusOperandi').implement({
  description: 'How a network works, as coded facets; `said` shows where offices differ.',
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'MODUS_OPERANDI',
  fields: (t) => ({
    users: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['USES'], 'to'),
    }),
  }),
})
