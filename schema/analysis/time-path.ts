import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { TimeAim } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { reportsOf, takenInput } from './path.ts'

/** One hop, the day on which it is taken, and every claim that says that it could be on that day. */
export type WalkHop = { from: NodeRow; to: NodeRow; on: string; claims: EvidenceRelation[] }
export type TimeWalk = { departure: string; arrival: string; hops: WalkHop[] }

export type TimePathResult = {
  kind: 'timePath'
  from: NodeRow
  to: NodeRow
  /** Between which days it was looked for; null where no claim has a day. */
  since: string | null
  until: string | null
  /** Claims with a day, and those without, which say nothing of time and were left out. */
  dated: number
  undated: number
  walks: { by: TimeAim; walk: TimeWalk | null }[]
}

const Hop = builder.objectRef<WalkHop>('WalkHop').implement({
  fields: (t) => ({
    from: t.field({ type: Node, resolve: ({ from }) => from }),
    to: t.field({ type: Node, resolve: ({ to }) => to }),
    on: t.expose('on', {
      type: 'Day',
      description: 'A day on which it could be taken on this way; others may do as well.',
    }),
    claims: t.field({
      type: [Relation],
      description: 'All that says that it was so on that day.',
      resolve: ({ claims }) => relationsShown(claims),
    }),
    reports: t.int({
      description: 'How many reports say it. One that says it alone may be wrong alone.',
      resolve: ({ claims }) => reportsOf(claims),
    }),
  }),
})

const Walk = builder.objectRef<TimeWalk>('TimeWalk').implement({
  description:
    'Hops that could be taken one after another. It may pass a thing twice where waits have an end.',
  fields: (t) => ({
    departure: t.expose('departure', { type: 'Day' }),
    arrival: t.expose('arrival', { type: 'Day' }),
    hops: t.field({ type: [Hop], resolve: ({ hops }) => hops }),
  }),
})

const AimedWalk = builder.objectRef<TimePathResult['walks'][number]>('AimedWalk').implement({
  fields: (t) => ({
    by: t.field({ type: code('TimeAim'), resolve: ({ by }) => by }),
    walk: t.field({ type: Walk, nullable: true, resolve: ({ walk }) => walk }),
  }),
})

export const TimePathResultType = builder.objectRef<TimePathResult>('TimePathResult').implement({
  description:
    'How something could have come from one thing to another in time. A claim that names one of its two days is taken to hold without end on the other side.',
  fields: (t) => ({
    from: t.field({ type: Node, resolve: ({ from }) => from }),
    to: t.field({ type: Node, resolve: ({ to }) => to }),
    since: t.expose('since', { type: 'Day', nullable: true }),
    until: t.expose('until', { type: 'Day', nullable: true }),
    dated: t.exposeInt('dated', { description: 'Claims with a day, which could be taken.' }),
    undated: t.exposeInt('undated', {
      description: 'Claims without a day: of no time, and so left out.',
    }),
    walks: t.field({ type: [AimedWalk], resolve: ({ walks }) => walks }),
  }),
})

export const TimePathInput = builder.inputType('TimePathInput', {
  fields: (t) => ({
    from: t.id({ required: true }),
    to: t.id({ required: true }),
    by: t.field({ type: [code('TimeAim')], description: 'All four if not given.' }),
    since: t.field({ type: 'Day', description: 'The first day any claim names, if not given.' }),
    until: t.field({ type: 'Day', description: 'The last day any claim names, if not given.' }),
    minWait: t.int({
      description: 'Days from an arrival to the next departure, 0 to 36500; 0 if not given.',
    }),
    maxWait: t.int({ description: 'The same at most; without it there is no end.' }),
    ...takenInput(t),
  }),
})
