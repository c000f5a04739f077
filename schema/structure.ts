import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { ShownTraits } from './context.ts'
import { Question } from './match.ts'

const Trait = builder.objectRef<ShownTraits['traits'][number]>('NetworkTrait').implement({
  description: 'A coarse feature of a network: a degree or a way between two in a half-year, or a facet.',
  fields: (t) => ({
    trait: t.exposeString('trait', {
      description: 'Such as `PLACE:N16E007:2026-H1`: nothing nearer is ever compared.',
    }),
    claims: t.exposeInt('claims', { description: 'So many claims of the network itself say so.' }),
    reports: t.exposeInt('reports', { description: 'In so many reports of your office.' }),
    counts: t.exposeBoolean('counts', {
      description: 'Whether it may be compared. A place or a leg needs three claims in two reports.',
    }),
  }),
})

const WatchedStructure = builder
  .objectRef<NonNullable<ShownTraits['watched']>>('WatchedStructure')
  .implement({
    fields: (t) => ({
      choice: t.field({ type: code('MatchChoice'), resolve: ({ choice }) => choice }),
      traits: t.exposeStringList('traits', {
        description:
          'As your office approved them. One that its reports do not say any more is not compared.',
      }),
    }),
  })

const Traits = builder.objectRef<ShownTraits>('NetworkTraits').implement({
  fields: (t) => ({
    network: t.exposeID('network'),
    traits: t.field({ type: [Trait], resolve: ({ traits }) => traits }),
    watched: t.field({
      type: WatchedStructure,
      nullable: true,
      description: 'What your office has on watch of it.',
      resolve: ({ watched }) => watched,
    }),
  }),
})

const Changed = builder.objectRef<{ network: string; replayed: boolean }>('StructureChanged').implement({
  fields: (t) => ({
    network: t.exposeID('network'),
    replayed: t.exposeBoolean('replayed'),
  }),
})

builder.queryFields((t) => ({
  matchTraits: t.field({
    type: Traits,
    nullable: true,
    description: 'What may be compared of a network, by the reports of your own office and no other.',
    args: { network: t.arg.id({ required: true }) },
    resolve: (_, { network }, { match }) => match.traits(network),
  }),
}))

const StructureInput = builder.inputType('WatchStructureInput', {
  fields: (t) => ({
    network: t.id({ required: true }),
    choice: t.field({ type: code('MatchChoice'), required: true }),
    traits: t.stringList({ required: true, description: 'Those of `matchTraits` that you approve.' }),
  }),
})

const StructureQuestion = builder.inputType('MatchStructureInput', {
  fields: (t) => ({
    network: t.id({ required: true }),
    case: t.string({ required: true, description: 'The one that `extensions.purpose` names.' }),
  }),
})

const key = { required: true } as const

builder.mutationFields((t) => ({
  watchStructure: t.field({
    type: Changed,
    description: 'Lets a network of your office be compared by these traits, in the place of those it had.',
    args: { key: t.arg.string(key), input: t.arg({ type: StructureInput, required: true }) },
    resolve: (_, { key, input }, { match }) => match.watch(key, input),
  }),
  unwatchStructure: t.field({
    type: Changed,
    args: { key: t.arg.string(key), network: t.arg.id({ required: true }) },
    resolve: (_, { key, network }, { match }) => match.unwatch(key, network),
  }),
  matchStructure: t.field({
    type: Question,
    description:
      'Asks who else sees the same as your reports say of a network. It counts as one selector, and is answered with the batch of its minute.',
    args: { key: t.arg.string(key), input: t.arg({ type: StructureQuestion, required: true }) },
    resolve: (_, { key, input }, { match }) => match.askStructure(key, input),
  }),
}))
