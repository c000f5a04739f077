import { type MessageRow, messageInbox, messageOpen, messageThread } from '../cypher/message/message.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { pageSize, pageStart } from './page.ts'
import { Envelope } from './wire/envelope.ts'

type Receipt = { office: string; signer: string; at: number }
const Receipt = builder.objectRef<Receipt>('Receipt').implement({
  description: 'Who acknowledged a message for which office, and when; signed and sealed like every message.',
  fields: (t) => ({
    office: t.exposeString('office'),
    signer: t.exposeString('signer'),
    time: t.field({ type: 'Time', resolve: ({ at }) => new Date(at).toISOString() }),
  }),
})

export const Message = builder.objectRef<MessageRow>('Message').implement({
  description: 'A sealed message: its routing facts, and the ciphertext that the server cannot read.',
  fields: (t) => ({
    id: t.exposeID('id'),
    envelope: t.exposeString('envelope', {
      description: 'JSON: the client matches it with what is signed inside.',
    }),
    sender: t.exposeString('sender'),
    signer: t.exposeString('signer', { description: 'The person who uploaded it.' }),
    signature: t.exposeString('signature'),
    received: t.field({ type: 'Time', resolve: ({ recordedTime }) => new Date(recordedTime).toISOString() }),
    ciphertext: t.string({
      nullable: true,
      description: 'Base64. Null where the object is gone.',
      resolve: ({ id, erased }, _, { messages }) => (erased ? null : messages.ciphertext(id)),
    }),
    erased: t.exposeBoolean('erased', { description: 'Its sender has taken it back.' }),
    reached: t.stringList({
      nullable: true,
      description: 'For the originator only: every office that has it, or that he let it be passed to.',
      resolve: ({ id, sender }, _, { caller, messages }) =>
        sender === caller.office ? messages.reached(id) : null,
    }),
    receipts: t.field({
      type: [Receipt],
      description: 'Acknowledgements that came to your office.',
      resolve: (message, _, context) => receiptsOf(message, context),
    }),
  }),
})

async function receiptsOf({ id, envelope }: MessageRow, { ask, caller }: Context): Promise<Receipt[]> {
  const { data } = Envelope.safeParse(JSON.parse(envelope))
  if (!data) return []
  const rows = await ask(messageThread, { threads: [data.thread], offices: caller.offices })
  return rows.flatMap((row) => {
    const ack = Envelope.safeParse(JSON.parse(row.envelope)).data
    if (ack?.type !== 'ACK' || !ack.concerns?.includes(id) || !ack.recipients.includes(data.sender)) return []
    return [{ office: row.sender, signer: row.signer, at: row.recordedTime }]
  })
}

type Inbox = { rows: MessageRow[]; cursors: string[]; more: boolean }
const InboxType = builder.objectRef<Inbox>('Inbox').implement({
  fields: (t) => ({
    nodes: t.field({ type: [Message], resolve: ({ rows }) => rows }),
    endCursor: t.string({ nullable: true, resolve: ({ cursors }) => cursors.at(-1) ?? null }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})

async function inbox(
  args: { first?: number | null | undefined; after?: string | null | undefined },
  context: Context,
): Promise<Inbox> {
  const size = pageSize(args.first)
  const { moment, after, bound } = pageStart<[number, string]>(context, 'inbox', args)
  const rows = await context.ask(messageInbox, { offices: context.caller.offices, after, first: size + 1 })
  const shown = rows.slice(0, size)
  return {
    rows: shown,
    cursors: shown.map(({ recordedTime, id }) =>
      context.cursors.seal('inbox', bound, moment, [recordedTime, id]),
    ),
    more: rows.length > size,
  }
}

const SendInput = builder.inputType('SendInput', {
  fields: (t) => ({
    envelope: t.string({ required: true, description: 'The routing facts, JSON.' }),
    ciphertext: t.string({ required: true, description: 'Base64 of a binary OpenPGP message.' }),
    signature: t.string({ required: true, description: "The uploader's detached signature." }),
  }),
})

builder.queryFields((t) => ({
  inbox: t.field({
    type: InboxType,
    description: 'Messages to and from your office, newest first.',
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (_, args, context) => inbox(args, context),
  }),
  message: t.field({
    type: Message,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, { ask, caller }) =>
      (await ask(messageOpen, { id, offices: caller.offices }))[0] ?? null,
  }),
}))

builder.mutationField('sendMessage', (t) =>
  t.field({
    type: Message,
    args: { input: t.arg({ type: SendInput, required: true }) },
    resolve: async (_, { input }, { messages, ask, caller }) => {
      const id = await messages.send(input)
      return (await ask(messageOpen, { id, offices: caller.offices }))[0]!
    },
  }),
)
