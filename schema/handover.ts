import { z } from 'zod'
import type { PacketUse } from '../cypher/packets/packets.ts'
import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { Context, HeldPlace, WrappedObject } from './context.ts'
import { pageSize, pageStart } from './page.ts'
import { PACKET_STATES, type PacketState } from './wire/codes.ts'
import { ObjectId } from './wire/envelope.ts'
import { faultOf } from './wire/fault.ts'
import { MAX_RECIPIENTS } from './wire/packet.ts'
import { OfficeCode } from './wire/principal.ts'
import { faultsOf } from './wire/report.ts'

const SealedObject = builder.objectRef<WrappedObject>('SealedObject').implement({
  description: 'What your office holds sealed, under the session key packets of its own.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: code('SealedKind'), resolve: ({ kind }) => kind }),
    owner: t.exposeString('owner', { description: 'The office that sent or reported it.' }),
    facts: t.exposeString('facts', { description: 'Its routing facts, JSON.' }),
    packets: t.int({
      description: 'The version of your office’s packets; 1 is the upload.',
      resolve: ({ version }) => version,
    }),
    state: t.field({ type: code('PacketState'), resolve: ({ state }) => state }),
    ciphertext: t.string({
      description: 'Base64. Former packets are among them until an officer has confirmed the newest.',
      resolve: ({ ciphertext }) => Buffer.from(ciphertext).toString('base64'),
    }),
  }),
})

type Page = {
  nodes: WrappedObject[]
  walked: number
  cursor: string | null
  more: boolean
  total: () => Promise<number>
}
const SealedPage = builder.objectRef<Page>('SealedPage').implement({
  description: 'A page may have fewer than were asked for, or none, while more follow.',
  fields: (t) => ({
    totalCount: t.int({ description: 'Of every state.', resolve: ({ total }) => total() }),
    walked: t.exposeInt('walked', {
      description: 'How many objects, of every state, the page went through.',
    }),
    nodes: t.field({ type: [SealedObject], resolve: ({ nodes }) => nodes }),
    endCursor: t.string({ nullable: true, resolve: ({ cursor }) => cursor }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})

const Handover = builder.objectRef<PacketUse>('Handover').implement({
  description:
    'With whose key an officer wrapped session keys anew: yours, or of what your office had sealed.',
  fields: (t) => ({
    office: t.exposeString('office', { description: 'Whose packets they are.' }),
    holder: t.exposeString('holder', {
      description: 'Whose key signed: `person:…`, `office:…`, `custodian:…` or `recovery:…`.',
    }),
    officer: t.exposeString('signer'),
    reason: t.field({
      type: code('RescueReason'),
      nullable: true,
      description: 'Of a rescue by the custodian’s or the country’s key.',
      resolve: ({ reason }) => reason || null,
    }),
    objects: t.exposeInt('objects'),
    confirmed: t.exposeInt('confirmed'),
    began: t.field({ type: 'Time', resolve: ({ began }) => new Date(began).toISOString() }),
    ended: t.field({ type: 'Time', resolve: ({ ended }) => new Date(ended).toISOString() }),
  }),
})

type Args = {
  states?: readonly string[] | null | undefined
  since?: string | null | undefined
  first?: number | null | undefined
  after?: string | null | undefined
}

async function sealedObjects(args: Args, context: Context): Promise<Page> {
  const first = pageSize(args.first)
  const { moment, after, bound } = pageStart<HeldPlace>(context, 'sealedObjects', args)
  const sinceTime = args.since ? Date.parse(args.since) : 0
  const since = { sinceTime, sinceVersion: args.since ? context.time.at(sinceTime) : 0 }
  const states = (args.states ?? PACKET_STATES) as readonly PacketState[]
  const from = after && placeBy(after, context.time.at)
  const { nodes, walked, last, more } = await context.handover.held({ ...since, after: from, first, states })
  const timeOf = (version: number) => Date.parse(context.time.of(version))
  return {
    nodes,
    walked,
    cursor: last && context.cursors.seal('sealedObjects', bound, moment, placeBy(last, timeOf)),
    more,
    total: () => context.handover.count(since),
  }
}

/** Messages stand in order of time, what hangs on reports in order of version: versions count what is hidden, so a cursor has their times. */
const placeBy = ([kind, place, id]: HeldPlace, by: (place: number) => number): HeldPlace =>
  kind === 'MESSAGE' ? [kind, place, id] : [kind, by(place), id]

const Rewrap = z.object({
  object: ObjectId,
  version: z.int().min(2),
  packets: z.base64().max(64 * 1024),
  audience: z
    .array(OfficeCode)
    .min(1)
    .max(MAX_RECIPIENTS)
    .refine((offices) => new Set(offices).size === offices.length, 'expected each office once'),
  signature: z.string().max(8_192),
  reason: z
    .string()
    .nullish()
    .transform((reason) => reason ?? null),
})

const RewrapInput = builder.inputType('RewrapInput', {
  fields: (t) => ({
    object: t.id({ required: true }),
    version: t.int({ required: true, description: 'The last one of these offices, and one more.' }),
    packets: t.string({
      required: true,
      description: 'Base64 of whole session key packets: one for each holder of the offices in `audience`.',
    }),
    audience: t.stringList({
      required: true,
      description: 'Whose packets these are: your own office; the owner of a note also lets new ones in.',
    }),
    signature: t.string({
      required: true,
      description: 'Detached, over the data packet under these packets alone.',
    }),
    reason: t.field({
      type: code('RescueReason'),
      description: 'Where a custodian’s or a country’s key signs.',
    }),
  }),
})

const ConfirmInput = builder.inputType('ConfirmInput', {
  fields: (t) => ({ object: t.id({ required: true }), version: t.int({ required: true }) }),
})

builder.queryFields((t) => ({
  sealedObjects: t.field({
    type: SealedPage,
    description: 'Everything that your office holds sealed, messages before notes, from the oldest on.',
    args: {
      states: t.arg({ type: [code('PacketState')] }),
      since: t.arg({ type: 'Time' }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    resolve: (_, args, context) => sealedObjects(args, context),
  }),
  handovers: t.field({
    type: [Handover],
    description:
      'Who wrapped session keys of your office anew, or of what it sent and reported; newest first.',
    args: { first: t.arg.int() },
    resolve: (_, { first }, { handover }) => handover.uses(pageSize(first)),
  }),
}))

builder.mutationFields((t) => ({
  rewrap: t.field({
    type: 'Int',
    description: 'Puts new session key packets on sealed objects, all or none. Gives their number.',
    args: { input: t.arg({ type: [RewrapInput], required: true }) },
    resolve: (_, { input }, { handover }) => {
      const parsed = z.array(Rewrap).safeParse(input)
      if (!parsed.success) throw faultOf(faultsOf(parsed.error, ['input']))
      return handover.rewrap(parsed.data)
    },
  }),
  confirmPackets: t.field({
    type: 'Int',
    description: 'Says that these opened with your office’s key; former packets of your office are let go.',
    args: { input: t.arg({ type: [ConfirmInput], required: true }) },
    resolve: (_, { input }, { handover }) => handover.confirm(input),
  }),
}))
