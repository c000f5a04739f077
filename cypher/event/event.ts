import { z } from 'zod'
import { statement } from '../statement.ts'

/** A place in the order in which rows were written: a time (ms), and at that time a key. */
const Position = z.tuple([z.number(), z.string()])
export type Position = z.infer<typeof Position>

const Coded = z.object({
  kind: z.string(),
  /** What it is about: a message, a report, a key, a network. */
  about: z.string(),
  thread: z.string().nullable(),
  type: z.string().nullable(),
  urgency: z.string().nullable(),
  due: z.string().nullable(),
})

const EventProps = Coded.extend({
  key: z.string(),
  offices: z.array(z.string()),
  compartment: z.int(),
  recordedTime: z.int(),
  /** What it rests on: nobody is told who may not see each of these reports when he would be. */
  reports: z.array(z.string()),
})

export const eventAdd = statement({
  name: 'event/add',
  access: 'write',
  params: z.object({ rows: z.array(EventProps) }),
  row: z.object({ key: z.string() }),
})

const Next = z.object({ offices: z.array(z.string()).readonly(), after: Position, until: z.number() })

export const eventStored = statement({
  name: 'event/stored',
  params: Next,
  row: Coded.extend({ key: z.string(), recordedTime: z.number() }),
})

export const eventMessages = statement({
  name: 'event/messages',
  params: Next,
  row: z.object({ id: z.string(), envelope: z.string(), recordedTime: z.number() }),
})

export const eventNotices = statement({
  name: 'event/notices',
  params: z.object({ after: z.int() }),
  row: z.object({ id: z.string(), report: z.string(), version: z.number() }),
})
