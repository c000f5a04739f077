import { crimeList } from '../cypher/crime/crime.ts'
import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { code } from './codes.ts'
import { Entity, relationsOf, type Thing } from './entity.ts'
import { EntityPage, entityPage } from './page.ts'
import { LINKED_CRIMES } from './wire/codes.ts'

export const Crime = builder.objectRef<Thing>('Crime').implement({
  description: 'Another crime that something is linked to. Smuggling and trafficking are different offences.',
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'CRIME',
  fields: (t) => ({
    links: t.field({
      type: [Relation],
      description: 'What is linked to it, by which kind of link, on whose evidence.',
      resolve: (one, _, context) => relationsOf(one, context, ['LINKED_TO'], 'to'),
    }),
  }),
})

builder.queryField('crimes', (t) =>
  t.field({
    type: EntityPage,
    description: 'Crimes that something visible is linked to.',
    args: {
      code: t.arg({ type: code('LinkedCrime') }),
      link: t.arg({ type: code('LinkType') }),
      first: t.arg.int(),
      after: t.arg.string(),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: (_, args, context) =>
      entityPage(context, 'crimes', args, 'CRIME', (after, first, version) =>
        context.ask(
          crimeList,
          { codes: args.code ? [args.code] : [...LINKED_CRIMES], link: args.link ?? null, after, first },
          version,
        ),
      ),
  }),
)
