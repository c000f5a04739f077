import { z } from 'zod'
import { statement } from '../statement.ts'

const row = z.object({
  id: z.string(),
  envelope: z.string(),
  sender: z.string(),
  recordedTime: z.number(),
  signature: z.string(),
  signer: z.string(),
  /** Its sender took it back: the ciphertext is gone. */
  erased: z.boolean(),
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
  type: z.string(),
  thread: z.string(),
  inReplyTo: z.string().nullable(),
  /** Until when its recipients have time, ms; null where it asks for nothing. */
  due: z.int().nullable(),
  /** Of which hit it gives notice. */
  hit: z.string().nullable().optional(),
  /** Messages whose content ends with this one. */
  erases: z.array(z.string()),
})
export type MessageProps = z.infer<typeof MessageProps>

const offices = z.array(z.string())
const first = z.int()
/** Time and id of the last one of the page before; left open, it is after every message. */
const newestFirst = z
  .tuple([z.number(), z.string()])
  .nullable()
  .transform((after) => after ?? [Number.MAX_SAFE_INTEGER, ''])
const oldestFirst = z
  .tuple([z.number(), z.string()])
  .nullable()
  .transform((after) => after ?? [0, ''])

export const messageSend = statement({
  name: 'message/send',
  access: 'write',
  params: z.object({ rows: z.array(MessageProps) }),
  row: z.object({ id: z.string() }),
  shows: (sent) => [sent.id],
})

export const messageErase = statement({
  name: 'message/erase',
  access: 'write',
  params: z.object({ ids: z.array(z.string()) }),
  row: z.object({ id: z.string(), envelope: z.string() }),
})

export const messageInbox = statement({
  name: 'message/inbox',
  params: z.object({ offices, after: newestFirst, first }),
  row,
  shows: (found) => [found.id],
})

export const messageOpen = statement({
  name: 'message/open',
  params: z.object({ id: z.string(), offices }),
  row,
  shows: (found) => [found.id],
})

/** Threads by their latest message, that the office can see. */
export const messageThreads = statement({
  name: 'message/threads',
  params: z.object({ offices, after: newestFirst, first }),
  row: z.object({ thread: z.string(), latest: z.number() }),
})

export const messageThread = statement({
  name: 'message/thread',
  params: z.object({ threads: z.array(z.string()), offices }),
  row: row.extend({ thread: z.string() }),
  shows: (found) => [found.id],
})

/** Messages that asked for something before a time and were not settled by every recipient, the longest due first. */
export const messageDue = statement({
  name: 'message/due',
  params: z.object({ offices, before: z.int(), after: oldestFirst, first }),
  row: z.object({ id: z.string(), thread: z.string(), due: z.number() }),
})

export const messageOwned = statement({
  name: 'message/owned',
  params: z.object({ ids: z.array(z.string()) }),
  row: z.object({ id: z.string() }),
})

/** For the server itself: alarms of which not every recipient has let hear, and who has. */
export const messageAlarms = statement({
  name: 'message/alarms',
  params: z.object({ since: z.int() }),
  row: z.object({
    id: z.string(),
    thread: z.string(),
    sender: z.string(),
    offices: z.array(z.string()),
    recordedTime: z.number(),
    replies: z.array(z.object({ sender: z.string(), recipients: z.array(z.string()) })),
  }),
})

/** For the server itself: what falls due in a time, and who still owes it. */
export const messageFalling = statement({
  name: 'message/falling',
  params: z.object({ from: z.int(), to: z.int() }),
  row: z.object({
    id: z.string(),
    thread: z.string(),
    type: z.string(),
    sender: z.string(),
    due: z.number(),
    owing: z.array(z.string()),
  }),
})
