import { type MessageRow, messageDue, messageThread, messageThreads } from '../cypher/message/message.ts'
import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { Context, Moment } from './context.ts'
import { Message } from './message.ts'
import { type PageArgs, pageSize, pageStart } from './page.ts'
import { Envelope } from './wire/envelope.ts'
import { type Owed, stateOf, type ThreadMessage, threadState } from './wire/thread.ts'

// Threads, and what is owed in them, from the messages that the caller's office has.

const iso = (time: number) => new Date(time).toISOString()
const isoOrNull = (time: number | null) => (time === null ? null : iso(time))

const Debt = builder.objectRef<Owed>('Owed').implement({
  description: 'What one office owes another for a message that asks.',
  fields: (t) => ({
    message: t.exposeID('message', { description: 'The message that asks.' }),
    to: t.exposeString('to', { description: 'The office that asked.' }),
    office: t.exposeString('office', { description: 'The office that owes.' }),
    state: t.field({ type: code('ThreadState'), resolve: ({ state }) => state }),
    due: t.field({ type: 'Time', resolve: ({ due }) => iso(due) }),
    acknowledged: t.field({
      type: 'Time',
      nullable: true,
      resolve: ({ acknowledged }) => isoOrNull(acknowledged),
    }),
    settled: t.field({
      type: 'Time',
      nullable: true,
      description: 'When it was answered or refused.',
      resolve: ({ settled }) => isoOrNull(settled),
    }),
  }),
})

type ShownThread = { id: string; latest: number; rows: MessageRow[]; owed: Owed[] }
const Thread = builder.objectRef<ShownThread>('Thread').implement({
  description: 'Messages that answer each other, as far as your office has them.',
  fields: (t) => ({
    id: t.exposeID('id'),
    latest: t.field({ type: 'Time', resolve: ({ latest }) => iso(latest) }),
    state: t.field({
      type: code('ThreadState'),
      nullable: true,
      description: 'What presses most of all that your office owes or is owed; null where nothing was asked.',
      resolve: ({ owed }) => stateOf(owed),
    }),
    owed: t.field({ type: [Debt], resolve: ({ owed }) => owed }),
    messages: t.field({ type: [Message], resolve: ({ rows }) => rows }),
  }),
})

/** Whole threads in the order of `ids`. What other offices owe one another is left out: their answers need not have come here. */
async function read(context: Context, ids: string[], now: number): Promise<ShownThread[]> {
  const { ask, caller, directory } = context
  if (ids.length === 0) return []
  const rows = await ask(messageThread, { threads: ids, offices: caller.offices })
  const mine = (owed: Owed) => [owed.office, owed.to].some((office) => caller.offices.includes(office))
  return ids.flatMap((id) => {
    const found = rows.filter(({ thread }) => thread === id)
    const latest = found.at(-1)?.recordedTime
    if (latest === undefined) return []
    const owed = threadState(found.flatMap(readable), now, directory.lineage).filter(mine)
    return [{ id, latest, rows: found, owed }]
  })
}

function readable({ envelope, recordedTime }: MessageRow): ThreadMessage[] {
  const { data } = Envelope.safeParse(JSON.parse(envelope))
  return data ? [{ envelope: data, received: recordedTime }] : []
}

type Position = [number, string]
type Paged<T> = { nodes: T[]; cursors: string[]; more: boolean }

/** How many rows are read from the store at a time where not all of them will be shown. */
const BATCH = 100

/** A page of what `batch` finds. A state is derived and not stored, so batches are read until enough of them fit. */
async function paged<T>(
  context: Context,
  field: string,
  args: PageArgs,
  batch: (
    after: Position | null,
    moment: Moment,
  ) => Promise<{ found: { at: Position; node: T }[]; last: Position | null }>,
): Promise<Paged<T>> {
  const size = pageSize(args.first)
  const { moment, after, bound } = pageStart<Position>(context, field, args)
  const found: { at: Position; node: T }[] = []
  let next = after
  do {
    const read = await batch(next, moment)
    found.push(...read.found)
    next = read.last
  } while (next && found.length <= size)
  const shown = found.slice(0, size)
  return {
    nodes: shown.map(({ node }) => node),
    cursors: shown.map(({ at }) => context.cursors.seal(field, bound, moment, at)),
    more: found.length > size,
  }
}

type ThreadArgs = PageArgs & { state?: string | null | undefined }

async function threads(context: Context, args: ThreadArgs): Promise<Paged<ShownThread>> {
  const { ask, caller } = context
  return paged(context, 'threads', args, async (after, { time }) => {
    const rows = await ask(messageThreads, { offices: caller.offices, after, first: BATCH })
    const whole = await read(
      context,
      rows.map(({ thread }) => thread),
      time,
    )
    const found = whole
      .filter(({ owed }) => !args.state || stateOf(owed) === args.state)
      .map((node): { at: Position; node: ShownThread } => ({ at: [node.latest, node.id], node }))
    const last = rows.at(-1)
    return { found, last: rows.length === BATCH && last ? [last.latest, last.thread] : null }
  })
}

/** A page has that many messages that ask; each of them may be owed by several offices. */
async function overdue(context: Context, args: PageArgs): Promise<Paged<Owed[]>> {
  const { ask, caller } = context
  return paged(context, 'overdue', args, async (after, { time }) => {
    const rows = await ask(messageDue, { offices: caller.offices, before: time, after, first: BATCH })
    const whole = await read(context, [...new Set(rows.map(({ thread }) => thread))], time)
    const late = whole.flatMap(({ owed }) => owed).filter(({ state }) => state === 'OVERDUE')
    const found = rows
      .map(({ id, due }): { at: Position; node: Owed[] } => ({
        at: [due, id],
        node: late.filter(({ message }) => message === id),
      }))
      .filter(({ node }) => node.length > 0)
    const last = rows.at(-1)
    return { found, last: rows.length === BATCH && last ? [last.due, last.id] : null }
  })
}

const ThreadPage = builder.objectRef<Paged<ShownThread>>('ThreadPage').implement({
  fields: (t) => ({
    nodes: t.field({ type: [Thread], resolve: ({ nodes }) => nodes }),
    endCursor: t.string({ nullable: true, resolve: ({ cursors }) => cursors.at(-1) ?? null }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})
const OwedPage = builder.objectRef<Paged<Owed[]>>('OwedPage').implement({
  fields: (t) => ({
    nodes: t.field({ type: [Debt], resolve: ({ nodes }) => nodes.flat() }),
    endCursor: t.string({ nullable: true, resolve: ({ cursors }) => cursors.at(-1) ?? null }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})

builder.queryFields((t) => ({
  threads: t.field({
    type: ThreadPage,
    description: 'Threads of your office, the one with the latest message first.',
    args: { first: t.arg.int(), after: t.arg.string(), state: t.arg({ type: code('ThreadState') }) },
    resolve: (_, args, context) => threads(context, args),
  }),
  thread: t.field({
    type: Thread,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) =>
      (await read(context, [id], context.time.moment(null).time))[0] ?? null,
  }),
  overdue: t.field({
    type: OwedPage,
    description:
      'What your office should have answered, or should have been answered; the longest due first.',
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (_, args, context) => overdue(context, args),
  }),
}))
