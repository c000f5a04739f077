import { builder } from './builder.ts'
import { Relation } from './claim.ts'
import { code } from './codes.ts'
import { descriptionsOf, Entity, relationsOf, type Thing, thing } from './entity.ts'
import { protectedStates } from './wire/protected.ts'

export const Actor = builder.objectRef<Thing>('Actor').implement({
  description:
    'Somebody who facilitates. Levels and roles are assessments: claims about him in a network, in a period.',
  interfaces: [Entity],
  isTypeOf: (one) => (one as Thing).kind === 'ACTOR',
  fields: (t) => ({
    memberships: t.field({
      type: [Relation],
      description:
        'Level and role in each network, one row per claim: offices that differ stand side by side.',
      resolve: (one, _, context) => relationsOf(one, context, ['MEMBER_OF'], 'from'),
    }),
    disputed: t.boolean({
      description: 'Whether two visible claims give different levels in one network.',
      resolve: async (one, _, context) => disputedIn(await relationsOf(one, context, ['MEMBER_OF'], 'from')),
    }),
    worksWith: t.field({
      type: [Relation],
      resolve: (one, _, context) => relationsOf(one, context, ['WORKS_WITH']),
    }),
    protectedStates: t.field({
      type: [code('ProtectedState')],
      description:
        'Set where a visible description says that he is also a migrant, was coerced, or is a minor.',
      resolve: async (one, _, context) =>
        protectedStates((await descriptionsOf(one, context)).map(({ own }) => own)),
    }),
  }),
})

function disputedIn(memberships: { to: string; level: string | null }[]): boolean {
  const levels = new Map<string, Set<string | null>>()
  for (const { to, level } of memberships) levels.set(to, (levels.get(to) ?? new Set()).add(level))
  return [...levels.values()].some((said) => said.size > 1)
}

builder.queryField('actor', (t) =>
  t.field({
    type: Actor,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, { id, asOf }, context) => thing(context, id, 'ACTOR', asOf),
  }),
)
