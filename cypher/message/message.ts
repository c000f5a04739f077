import { z } from 'zod'
import { statement } from '../statement.ts'

const row = z.object({
  id: z.string(),
  envelope: z.string(),
  sender: z.string(),
  recordedTime: z.number(),
  signature: z.string(),
  signer: z.string(),
})
export type MessageRow = z.infer<typeof row>

const MessageProps = z.object({
  id: z.string(),
  envelope: z.string(),
  sender: z.string(),
  offices: z.array(z.string()),
  compartment: z.int(),
  recordedTime: z.int(),
  signature: z.string(),
  signer: z.string(),
  author: z.string(),
})

export const messageSend = statement({
  name: 'message/send',
  access: 'write',
  params: z.object({ rows: z.array(MessageProps) }),
  row: z.object({ id: z.string() }),
  shows: (sent) => [sent.id],
})

export const messageInbox = statement({
  name: 'message/inbox',
  params: z.object({
    offices: z.array(z.string()),
    /** Time and id of the last one of the page before; left open, it is after every message. */
    after: z
      .tuple([z.number(), z.string()])
      .nullable()
      .transform((after) => after ?? [Number.MAX_SAFE_INTEGER, '']),
    first: z.int(),
  }),
  row,
  shows: (found) => [found.id],
})

export const messageOpen = statement({
  name: 'message/open',
  params: z.object({ id: z.string(), offices: z.array(z.string()) }),
  row,
  shows: (found) => [found.id],
})

export const messageOwned = statement({
  name: 'message/owned',
  params: z.object({ ids: z.array(z.string()) }),
  row: z.object({ id: z.string() }),
})
