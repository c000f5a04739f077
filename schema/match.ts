import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { Context, LapsedCard, MatchChanged, ShownAnswer, ShownHit } from './context.ts'
import { MatchInput, SameInput, TokensInput } from './match-inputs.ts'
import { pageSize, pageStart } from './page.ts'
import type { MatchChoice, RefusalReason } from './wire/codes.ts'

const Hit = builder.objectRef<ShownHit>('Hit').implement({
  description:
    'Another office holds a selector of one of your cards, or of your question, or sees the same as you of a network. It never shows a record, and no card or network but your own.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Both offices have it; it says nothing else.' }),
    type: t.field({ type: code('HitType'), resolve: ({ type }) => type }),
    card: t.id({ nullable: true, description: 'Your own card.', resolve: ({ card }) => card }),
    network: t.id({
      nullable: true,
      description: 'Your own network.',
      resolve: ({ network }) => network,
    }),
    question: t.id({
      nullable: true,
      description: 'Your own question.',
      resolve: ({ question }) => question,
    }),
    found: t.field({
      type: 'Time',
      description: 'When your office was told first.',
      resolve: ({ at }) => new Date(at).toISOString(),
    }),
    announced: t.exposeBoolean('announced', {
      description: 'Whether your office is announced to the other one.',
    }),
    office: t.string({
      nullable: true,
      description: 'The other office, whom to write to; null until it is announced.',
      resolve: ({ office }) => office,
    }),
    refused: t.field({
      type: code('RefusalReason'),
      nullable: true,
      description: 'Why your office goes no further.',
      resolve: ({ refused }) => refused,
    }),
    theirRefusal: t.field({
      type: code('RefusalReason'),
      nullable: true,
      description: 'Why the other office goes no further, where it told you.',
      resolve: ({ theirRefusal }) => theirRefusal,
    }),
    proposed: t.exposeBoolean('proposed', {
      description: 'Whether your office proposes that the two are the same.',
    }),
    theirProposal: t.exposeBoolean('theirProposal', { description: 'Whether the other office does.' }),
    same: t.id({
      nullable: true,
      description: 'The report by which your office says so, since both proposed it.',
      resolve: ({ same }) => same,
    }),
    notice: t.id({
      nullable: true,
      description: 'The newest message by which one of the two gave the other notice of it.',
      resolve: ({ notice }) => notice,
    }),
  }),
})

const Lapsed = builder.objectRef<LapsedCard>('CardToRenew').implement({
  description: 'A card of your office that is on watch by the keys of other years alone.',
  fields: (t) => ({
    id: t.exposeID('id'),
    epochs: t.exposeIntList('epochs', { description: 'The years of the keys that it has tokens of.' }),
    choice: t.field({
      type: code('MatchChoice'),
      description: 'What other offices are told of hits on it: the most careful, where its tokens differ.',
      resolve: ({ choice }) => choice,
    }),
  }),
})

type HitRows = { total: number; rows: ShownHit[]; cursors: string[]; more: boolean }
const HitPage = builder.objectRef<HitRows>('HitPage').implement({
  fields: (t) => ({
    totalCount: t.exposeInt('total'),
    nodes: t.field({ type: [Hit], resolve: ({ rows }) => rows }),
    endCursor: t.string({ nullable: true, resolve: ({ cursors }) => cursors.at(-1) ?? null }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})

const AnswerHit = builder.objectRef<{ id: string; office: string }>('MatchAnswerHit').implement({
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the hit.' }),
    office: t.exposeString('office', { description: 'Whom to write to.' }),
  }),
})

const TokenAnswer = builder.objectRef<ShownAnswer['answers'][number]>('TokenAnswer').implement({
  fields: (t) => ({
    type: t.field({ type: code('HitType'), resolve: ({ type }) => type }),
    outcome: t.field({
      type: code('MatchOutcome'),
      resolve: ({ hits }) => (hits.length > 0 ? 'HIT' : 'NO_HIT'),
    }),
    hits: t.field({
      type: [AnswerHit],
      description: 'Of those who announce it, by id. An office that announces itself later is added then.',
      resolve: ({ hits }) => hits,
    }),
  }),
})

const Answer = builder.objectRef<ShownAnswer>('MatchAnswer').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    state: t.field({ type: code('MatchState'), resolve: ({ state }) => state }),
    due: t.field({
      type: 'Time',
      description: 'When its batch runs; look again a little later.',
      resolve: ({ due }) => new Date(due).toISOString(),
    }),
    answers: t.field({
      type: [TokenAnswer],
      description:
        'One for each token in the order that they were asked in, or one for a network; none while it waits.',
      resolve: ({ answers }) => answers,
    }),
  }),
})

export const Question = builder.objectRef<{ id: string; due: number }>('MatchQuestion').implement({
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For `matchAnswer`.' }),
    due: t.field({ type: 'Time', resolve: ({ due }) => new Date(due).toISOString() }),
  }),
})

const Changed = builder.objectRef<MatchChanged>('MatchChanged').implement({
  fields: (t) => ({
    card: t.exposeID('card'),
    replayed: t.exposeBoolean('replayed'),
  }),
})

async function hits(
  args: { first?: number | null | undefined; after?: string | null | undefined },
  context: Context,
): Promise<HitRows> {
  const size = pageSize(args.first)
  const { moment, after, bound } = pageStart<[number, string]>(context, 'hits', args)
  const { total, rows } = await context.match.hits({ until: moment.time, after, first: size + 1 })
  const shown = rows.slice(0, size)
  return {
    total,
    rows: shown,
    cursors: shown.map(({ at, id }) => context.cursors.seal('hits', bound, moment, [at, id])),
    more: rows.length > size,
  }
}

builder.queryFields((t) => ({
  matchAnswer: t.field({
    type: Answer,
    nullable: true,
    description: 'What came of a question of your office; kept for thirty days.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { match }) => match.answer(id),
  }),
  cardsToRenew: t.field({
    type: [Lapsed],
    description:
      'Cards of your office that have tokens by keys of other years, and none by the key of this one; by id.',
    args: { epoch: t.arg.int({ required: true }), first: t.arg.int(), after: t.arg.string() },
    resolve: (_, { epoch, first, after }, { match }) =>
      match.lapsed({ epoch, first: pageSize(first), after: after ?? '' }),
  }),
  hits: t.field({
    type: HitPage,
    description: 'A page of what your office was told of, newest first.',
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (_, args, context) => hits(args, context),
  }),
  hit: t.field({
    type: Hit,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { match }) => match.hit(id),
  }),
}))

builder.mutationFields((t) => ({
  proposeSame: t.field({
    type: Hit,
    description:
      'Proposes that both mean the same. Once both propose it, each reports so to the other and to nobody else: two reports like any others.',
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: SameInput, required: true }),
    },
    resolve: (_, { id, input }, { match }) => match.propose(id, input),
  }),
  permitEvaluation: t.string({
    description:
      'Puts an order (JSON) on record and counts it; the answer is the permit that evaluators ask for, an Ed25519 signature in base64url. The same order again costs nothing.',
    args: { order: t.arg.string({ required: true }) },
    resolve: (_, { order }, { match }) => match.permit(order),
  }),
  placeTokens: t.field({
    type: Changed,
    description: 'Puts the tokens of a card on watch, in the place of those that it has of that epoch.',
    args: {
      key: t.arg.string({ required: true }),
      input: t.arg({ type: TokensInput, required: true }),
    },
    resolve: (_, { key, input }, { match }) => match.place(key, input),
  }),
  setMatchChoice: t.field({
    type: Changed,
    description: 'What other offices are told of hits from now on, for all tokens of a card.',
    args: {
      key: t.arg.string({ required: true }),
      card: t.arg.id({ required: true }),
      choice: t.arg({ type: code('MatchChoice'), required: true }),
    },
    resolve: (_, { key, card, choice }, { match }) => match.choose(key, card, choice as MatchChoice),
  }),
  match: t.field({
    type: Question,
    description: 'Asks who else holds these. It is answered with the batch of its minute.',
    args: {
      key: t.arg.string({ required: true }),
      input: t.arg({ type: MatchInput, required: true }),
    },
    resolve: (_, { key, input }, { match }) => match.ask(key, input),
  }),
  announceHit: t.field({
    type: Hit,
    description: 'Tells the other office that it is yours.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { match }) => match.announce(id),
  }),
  refuseHit: t.field({
    type: Hit,
    description: 'Goes no further. Whom nothing was announced to, nothing of this is told either.',
    args: {
      id: t.arg.id({ required: true }),
      reason: t.arg({ type: code('RefusalReason'), required: true }),
    },
    resolve: (_, { id, reason }, { match }) => match.refuse(id, reason as RefusalReason),
  }),
}))
