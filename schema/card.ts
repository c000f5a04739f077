import { type CardRow, cardList, cardOpen } from '../cypher/card/card.ts'
import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { CardChanged, Context, Moment, ResealTask } from './context.ts'
import { ReleaseInput } from './inputs.ts'
import { pageSize, pageStart } from './page.ts'
import { Release } from './report.ts'
import type { SealedKind } from './wire/codes.ts'

type ShownCard = CardRow & { moment: Moment }
export const Card = builder.objectRef<ShownCard>('Card').implement({
  description:
    'A sealed identity card: names, numbers and documents of one entity. The server sees its facts and none of that.',
  fields: (t) => ({
    id: t.exposeID('id'),
    entity: t.exposeID('entity'),
    kind: t.field({ type: code('CardKind'), resolve: ({ kind }) => kind }),
    office: t.exposeString('office'),
    facts: t.exposeString('facts', {
      description: 'JSON: the client matches it with what is signed inside.',
    }),
    recorded: t.field({ type: 'Time', resolve: ({ recordedAt }, _, { time }) => time.of(recordedAt) }),
    object: t.id({
      nullable: true,
      description:
        'The sealed object. Null where the card was corrected since: what was wrong is kept nowhere.',
      resolve: ({ object }) => object,
    }),
    signature: t.exposeString('signature', { nullable: true }),
    ciphertext: t.string({
      nullable: true,
      description:
        'Base64, with the session keys of your own office only; null where it is not sealed to it yet. Its originator gets it whole, where one message can have so many recipients.',
      resolve: ({ object, office }, _, { messages }) => (object ? messages.note(object, office) : null),
    }),
    release: t.field({
      type: Release,
      nullable: true,
      description: 'For the originator only.',
      resolve: (card, _, { caller, directory }) =>
        card.office === caller.office ? directory.reach(card.compartment) : null,
    }),
  }),
})

type CardRows = { total: number; rows: ShownCard[]; cursors: string[]; more: boolean }
const CardPage = builder.objectRef<CardRows>('CardPage').implement({
  fields: (t) => ({
    totalCount: t.exposeInt('total'),
    nodes: t.field({ type: [Card], resolve: ({ rows }) => rows }),
    endCursor: t.string({ nullable: true, resolve: ({ cursors }) => cursors.at(-1) ?? null }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})

type PageArgs = {
  entity: string
  first?: number | null | undefined
  after?: string | null | undefined
  asOf?: string | null | undefined
}

async function cards(args: PageArgs, context: Context): Promise<CardRows> {
  const size = pageSize(args.first)
  const { moment, after, bound } = pageStart<number>(context, 'cards', args)
  // Positions are times, as in `reports`: versions count what is hidden.
  const before = after === null ? null : context.time.at(after - 1) + 1
  const params = { entity: args.entity, after: before, first: size + 1 }
  const rows = await context.ask(cardList, params, moment.version)
  const found = rows.flatMap((row) => (row.id === null ? [] : [{ ...row, moment }]))
  const shown = found.slice(0, size)
  const timeOf = ({ recordedAt }: ShownCard) => Date.parse(context.time.of(recordedAt))
  return {
    total: rows[0]?.total ?? 0,
    rows: shown,
    cursors: shown.map((card) => context.cursors.seal('cards', bound, moment, timeOf(card))),
    more: found.length > size,
  }
}

const Task = builder.objectRef<ResealTask>('ResealTask').implement({
  description: 'Something that your office sealed and is to seal again.',
  fields: (t) => ({
    sealed: t.field({ type: code('SealedKind'), resolve: ({ sealed }) => sealed }),
    id: t.exposeID('id', { description: 'Of the card, or of the report that the note belongs to.' }),
    object: t.exposeID('object'),
    causes: t.field({ type: [code('ResealCause')], resolve: ({ causes }) => causes }),
    wanted: t.exposeStringList('wanted', { description: 'The offices that it should be sealed to now.' }),
    missing: t.exposeStringList('missing', { description: 'Those of them that cannot open it yet.' }),
    lost: t.exposeStringList('lost', {
      description: 'Offices that had it. What was read cannot be recalled.',
    }),
    keyless: t.exposeStringList('keyless', {
      description: 'Offices that it is released to, and that have no good key.',
    }),
  }),
})

builder.queryFields((t) => ({
  card: t.field({
    type: Card,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: async (_, { id, asOf }, { ask, time }) => {
      const moment = time.moment(asOf)
      const [row] = await ask(cardOpen, { id }, moment.version)
      return row ? { ...row, moment } : null
    },
  }),
  cards: t.field({
    type: CardPage,
    description: 'A page of the cards about an entity that you may see, newest first.',
    args: {
      entity: t.arg.id({ required: true }),
      first: t.arg.int(),
      after: t.arg.string(),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: (_, args, context) => cards(args, context),
  }),
  resealTasks: t.field({
    type: [Task],
    description: 'What your office is to seal again, found by comparing: nothing is queued or lost.',
    args: { first: t.arg.int() },
    resolve: async (_, { first }, { cards }) => (await cards.tasks()).slice(0, pageSize(first)),
  }),
}))

const SealedInput = builder.inputType('SealedInput', {
  description:
    'A sealed object, made by the client, and to whom. Beyond 64 recipients the rest is let in by `rewrap`.',
  fields: (t) => ({
    object: t.id({ required: true }),
    audience: t.stringList({ required: true }),
    ciphertext: t.string({ required: true }),
    signature: t.string({ required: true }),
  }),
})

const SealCardInput = builder.inputType('SealCardInput', {
  fields: (t) => ({
    facts: t.field({ type: 'Json', required: true }),
    release: t.field({
      type: ReleaseInput,
      description: 'Never to all. None for a correction, which goes wherever the card goes.',
    }),
    sealed: t.field({ type: SealedInput, required: true }),
  }),
})

const ResealInput = builder.inputType('ResealInput', {
  fields: (t) => ({
    kind: t.field({ type: code('SealedKind'), required: true }),
    id: t.id({ required: true }),
    sealed: t.field({ type: SealedInput, required: true }),
  }),
})

const Changed = builder.objectRef<CardChanged>('CardChanged').implement({
  fields: (t) => ({
    card: t.exposeID('card'),
    lost: t.exposeStringList('lost', {
      description: 'Offices that had it and are not to have it any more. What was read cannot be recalled.',
    }),
    replayed: t.exposeBoolean('replayed'),
  }),
})

const Resealed = builder.objectRef<{ id: string; lost: string[] }>('Resealed').implement({
  fields: (t) => ({ id: t.exposeID('id'), lost: t.exposeStringList('lost') }),
})

builder.mutationFields((t) => ({
  sealCard: t.field({
    type: Changed,
    description: 'Stores a sealed card, or the next version of one. The same again changes nothing.',
    args: { input: t.arg({ type: SealCardInput, required: true }) },
    resolve: (_, { input }, { cards }) => cards.seal({ ...input, facts: input.facts }),
  }),
  releaseCard: t.field({
    type: Changed,
    description: 'Sets to whom a card is released; the originator then seals it again.',
    args: {
      card: t.arg.id({ required: true }),
      key: t.arg.string({ required: true }),
      release: t.arg({ type: ReleaseInput, required: true }),
    },
    resolve: (_, { card, key, release }, { cards }) => cards.release(card, key, release),
  }),
  eraseCard: t.field({
    type: Changed,
    args: {
      card: t.arg.id({ required: true }),
      key: t.arg.string({ required: true }),
      reason: t.arg({ type: code('EraseReason'), required: true }),
    },
    resolve: (_, { card, key, reason }, { cards }) => cards.erase(card, key, reason),
  }),
  reseal: t.field({
    type: Resealed,
    description:
      'Puts a newly sealed object in the place of the one that a card or a note of your office has.',
    args: { input: t.arg({ type: ResealInput, required: true }) },
    resolve: (_, { input }, { cards }) => cards.reseal({ ...input, kind: input.kind as SealedKind }),
  }),
}))
