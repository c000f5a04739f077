import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Description, Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { Facet, Trace } from '../wire/codes.ts'
import {
  descriptionsShown,
  type EvidenceDescription,
  type EvidenceRelation,
  relationsShown,
} from './evidence.ts'
import { LEFT_OUT } from './similar.ts'

/** Something of the dismantled network that is met again, with the claims of both sides. */
export type ResurgenceReason = {
  trace: Trace
  facet: Facet | null
  /** What is met again; several where they are said to be the same. */
  things: NodeRow[]
  bits: number
  relations: EvidenceRelation[]
  descriptions: EvidenceDescription[]
}

export type Lead = {
  network: NodeRow
  begun: string
  bits: number
  /** To one. */
  odds: number
  /** The kind of trace that says most for it, and the odds without all of that kind. */
  strongest: Trace
  oddsWithout: number
  reasons: ResurgenceReason[]
  against: { trace: Trace; things: number; bits: number }[]
}

export type ResurgenceResult = {
  kind: 'resurgence'
  network: NodeRow
  ended: string
  endedBy: EvidenceDescription[]
  looked: number
  undated: number
  leftOut: number
  claimed: EvidenceRelation[]
  leads: Lead[]
}

const Reason = builder.objectRef<ResurgenceReason>('ResurgenceReason').implement({
  description: 'Something of the dismantled network that is met again, with the claims of both sides.',
  fields: (t) => ({
    trace: t.field({ type: code('Trace'), resolve: ({ trace }) => trace }),
    facet: t.field({ type: code('Facet'), nullable: true, resolve: ({ facet }) => facet }),
    things: t.field({
      type: [Node],
      description: 'Several where they are said to be the same; empty for a facet.',
      resolve: ({ things }) => things,
    }),
    bits: t.exposeFloat('bits', {
      description: 'What it says for going on, against chance: rare things say much, common ones little.',
    }),
    relations: t.field({ type: [Relation], resolve: ({ relations }) => relationsShown(relations) }),
    descriptions: t.field({
      type: [Description],
      resolve: ({ descriptions }) => descriptionsShown(descriptions),
    }),
  }),
})

const Against = builder.objectRef<Lead['against'][number]>('ResurgenceAgainst').implement({
  description: 'What did not come back, of what is known of the new network at all.',
  fields: (t) => ({
    trace: t.field({ type: code('Trace'), resolve: ({ trace }) => trace }),
    things: t.exposeInt('things'),
    bits: t.exposeFloat('bits', { description: 'Below 0.' }),
  }),
})

const LeadType = builder.objectRef<Lead>('ResurgenceLead').implement({
  description:
    'A network that may go on from the dismantled one: a lead to look at, and no finding. Traces count as independent, which overstates what comes together.',
  fields: (t) => ({
    network: t.field({ type: Node, resolve: ({ network }) => network }),
    begun: t.expose('begun', { type: 'Day', description: 'The first day that any claim about it names.' }),
    bits: t.exposeFloat('bits', { description: 'All that speaks for it, less all that speaks against.' }),
    odds: t.exposeFloat('odds', {
      description:
        'So many to one that it is the successor: if one of those looked at is, each as likely beforehand, and the expectation holds. Below 1 it is likelier not.',
    }),
    strongest: t.field({
      type: code('Trace'),
      description: 'The kind of trace that says most for it.',
      resolve: ({ strongest }) => strongest,
    }),
    oddsWithout: t.exposeFloat('oddsWithout', {
      description:
        'The odds without all of that kind: things of one kind come together, and so are counted too often.',
    }),
    reasons: t.field({ type: [Reason], resolve: ({ reasons }) => reasons }),
    against: t.field({ type: [Against], resolve: ({ against }) => against }),
  }),
})

export const ResurgenceResultType = builder.objectRef<ResurgenceResult>('ResurgenceResult').implement({
  description: 'Later networks by what of a dismantled one is met again in each, those that say most first.',
  fields: (t) => ({
    network: t.field({ type: Node, resolve: ({ network }) => network }),
    ended: t.expose('ended', { type: 'Day' }),
    endedBy: t.field({
      type: [Description],
      description: 'Who says that it was dismantled.',
      resolve: ({ endedBy }) => descriptionsShown(endedBy),
    }),
    looked: t.exposeInt('looked', { description: 'How many networks began later, and were looked at.' }),
    undated: t.exposeInt('undated', {
      description: 'Networks of which no claim has a day: they may be later, and were not looked at.',
    }),
    leftOut: t.exposeInt('leftOut', { description: LEFT_OUT }),
    claimed: t.field({
      type: [Relation],
      description: 'What is said outright: that a network succeeds it, or is the same.',
      resolve: ({ claimed }) => relationsShown(claimed),
    }),
    leads: t.field({ type: [LeadType], resolve: ({ leads }) => leads }),
  }),
})

const Expected = builder.inputType('ResurgenceExpected', {
  description:
    'The chance that one thing of a kind comes back in a successor and is known: above 0, below 1.',
  fields: (t) => ({
    members: t.float({ description: '0.12 if not given.' }),
    selectors: t.float({ description: 'Vehicles; 0.4 if not given.' }),
    places: t.float({ description: '0.7 if not given.' }),
    facets: t.float({ description: '0.8 if not given.' }),
  }),
})

export const ResurgenceInput = builder.inputType('ResurgenceInput', {
  fields: (t) => ({
    network: t.id({ required: true }),
    ended: t.field({
      type: 'Day',
      description: 'The day of its end; without it the first day on which a claim says it was dismantled.',
    }),
    before: t.int({
      description: 'Days before that end on which a successor may have begun, 0 to 3650; 0 if not given.',
    }),
    expected: t.field({ type: Expected }),
    most: t.int({ description: 'Networks to list, 1 to 100; 10 if not given.' }),
  }),
})
