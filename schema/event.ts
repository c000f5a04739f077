import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { OfficeEvent } from './context.ts'

const Event = builder.objectRef<OfficeEvent>('Event').implement({
  description: 'Something that an office is told: codes and ids, never content.',
  fields: (t) => ({
    kind: t.field({ type: code('EventKind'), resolve: ({ kind }) => kind }),
    about: t.exposeID('about', { description: 'The message, report, key or network that it is about.' }),
    thread: t.exposeID('thread', {
      nullable: true,
      description: 'Of a message; of RESURGENCE the dismantled network that `about` may go on from.',
    }),
    type: t.field({
      type: code('MessageType'),
      nullable: true,
      description: 'Of a message.',
      resolve: ({ type }) => type,
    }),
    urgency: t.field({ type: code('Urgency'), nullable: true, resolve: ({ urgency }) => urgency }),
    due: t.field({ type: 'Time', nullable: true, resolve: ({ due }) => due }),
    time: t.field({ type: 'Time', resolve: ({ time }) => new Date(time).toISOString() }),
    cursor: t.exposeString('cursor', { description: 'Where a stream goes on after this event.' }),
  }),
})

builder.subscriptionField('events', (t) =>
  t.field({
    type: Event,
    description:
      'What your office is told, as it happens: messages at once, notices about reports each minute. ' +
      'A stream that was cut goes on `after` the last cursor, and nothing in between is lost.',
    args: { after: t.arg.string() },
    subscribe: (_, { after }, { events }) => events.from(after),
    resolve: (event) => event,
  }),
)
