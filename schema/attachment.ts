import { builder } from './builder.ts'
import type { HeldAttachment } from './context.ts'
import { ObjectId } from './wire/envelope.ts'

const Held = builder.objectRef<HeldAttachment>('HeldAttachment').implement({
  description: 'What your office has uploaded of an attachment, chunk by chunk over `PUT /object`.',
  fields: (t) => ({
    id: t.exposeID('object'),
    chunks: t.exposeIntList('chunks', { description: 'The numbers of the chunks that are held.' }),
    closed: t.exposeBoolean('closed', { description: 'Whether the uploader has vouched for the whole.' }),
    message: t.exposeID('message', { nullable: true, description: 'The message that names it.' }),
  }),
})

/** An id that is none is one of nothing. */
const isId = (id: string) => ObjectId.safeParse(id).success

builder.queryField('attachment', (t) =>
  t.field({
    type: Held,
    nullable: true,
    description: 'An attachment that your office is uploading, so that it can go on after a cut.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { attachments }) => attachments.held(isId(id) ? id : ABSENT),
  }),
)

/** Nobody draws it: 128 zeros. */
const ABSENT = '0'.repeat(26)

const CloseInput = builder.inputType('CloseAttachmentInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    signature: t.string({
      required: true,
      description: "The uploader's detached signature over the hashes of all chunks.",
    }),
  }),
})

builder.mutationField('closeAttachment', (t) =>
  t.field({
    type: Held,
    args: { input: t.arg({ type: CloseInput, required: true }) },
    resolve: async (_, { input: { id, signature } }, { attachments }) => {
      const object = isId(id) ? id : ABSENT
      await attachments.close(object, signature)
      return (await attachments.held(object))!
    },
  }),
)
