import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Description, Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { Facet, FacetSide, User } from '../wire/codes.ts'
import {
  descriptionsShown,
  type EvidenceDescription,
  type EvidenceRelation,
  relationsShown,
} from './evidence.ts'

/** Who is said to work so, and by which claims, by their ids. */
export type FacetGround = { by: User[]; claims: string[] }

/** One facet of the comparison. */
export type FacetRow = {
  facet: Facet
  side: FacetSide
  bits: number
  share: number
  own: FacetGround
  theirs: FacetGround
}

/** The claims on which a network's ways of working rest. */
export type WorkingEvidence = { relations: EvidenceRelation[]; descriptions: EvidenceDescription[] }

export type AlikeNetwork = WorkingEvidence & {
  network: NodeRow
  alike: number
  low: number
  high: number
  shared: number
  whole: number
  place: number
  facets: FacetRow[]
}

type Compared = {
  /** Networks of which some facet is known, and those of which none is. */
  networks: number
  unknown: number
  /** Members whom law 6 protects. */
  leftOut: number
  found: AlikeNetwork[]
}
export type SimilarResult = Compared & WorkingEvidence & { kind: 'similar'; network: NodeRow }
export type FacetSearchResult = Compared & { kind: 'facetSearch'; facets: Facet[] }

export const LEFT_OUT =
  'Members whom law 6 protects, and who are said to be the same as one. Nothing here rests on what is said of them.'

const Ground = builder.objectRef<FacetGround>('FacetGround').implement({
  description: 'Who is said to work so. Empty where nobody is.',
  fields: (t) => ({
    by: t.field({ type: [code('User')], resolve: ({ by }) => by }),
    claims: t.exposeIDList('claims', { description: 'Ids of the claims beside it that say so.' }),
  }),
})

const Row = builder.objectRef<FacetRow>('FacetRow').implement({
  fields: (t) => ({
    facet: t.field({ type: code('Facet'), resolve: ({ facet }) => facet }),
    side: t.field({
      type: code('FacetSide'),
      description: 'ONE: the network or the description that was asked about has it alone.',
      resolve: ({ side }) => side,
    }),
    bits: t.exposeFloat('bits', { description: 'How rare it is: 0 where all have it.' }),
    share: t.exposeFloat('share', {
      description: 'What it adds to `alike`, or, below 0, keeps from it where one side alone has it.',
    }),
    own: t.field({ type: Ground, resolve: ({ own }) => own }),
    theirs: t.field({ type: Ground, resolve: ({ theirs }) => theirs }),
  }),
})

const relations = {
  type: [Relation] as [typeof Relation],
  description: 'Who uses which way of working, and who is a member.',
  resolve: (one: WorkingEvidence) => relationsShown(one.relations),
}
const descriptions = {
  type: [Description] as [typeof Description],
  description: 'What is said of these ways of working.',
  resolve: (one: WorkingEvidence) => descriptionsShown(one.descriptions),
}

const Alike = builder.objectRef<AlikeNetwork>('AlikeNetwork').implement({
  description:
    'How far a network works like what was asked about, in what is known of both. To work alike is no link: many do what works.',
  fields: (t) => ({
    network: t.field({ type: Node, resolve: ({ network }) => network }),
    alike: t.exposeFloat('alike', { description: '0 to 1: the bits of what both have over the whole.' }),
    low: t.exposeFloat('low', { description: 'The same, were the rarest facet that both have not shared.' }),
    high: t.exposeFloat('high', {
      description: 'The same, were the rarest facet that one side alone has known of both.',
    }),
    shared: t.exposeFloat('shared', { description: 'Bits of what both have.' }),
    whole: t.exposeFloat('whole', {
      description: 'Bits of all that counts. A few bits are little to go by.',
    }),
    place: t.exposeFloat('place', {
      description: 'The share of the networks compared that are as alike or more.',
    }),
    facets: t.field({ type: [Row], resolve: ({ facets }) => facets }),
    relations: t.field(relations),
    descriptions: t.field(descriptions),
  }),
})

const counts = {
  networks: 'Networks of which a way of working is known: rarity is reckoned among them.',
  unknown: 'Networks of which none is known; they may be as alike.',
}

export const SimilarResultType = builder.objectRef<SimilarResult>('SimilarResult').implement({
  description: 'The networks that work most like one, the likest first.',
  fields: (t) => ({
    network: t.field({ type: Node, resolve: ({ network }) => network }),
    networks: t.exposeInt('networks', { description: counts.networks }),
    unknown: t.exposeInt('unknown', { description: counts.unknown }),
    leftOut: t.exposeInt('leftOut', { description: LEFT_OUT }),
    relations: t.field(relations),
    descriptions: t.field(descriptions),
    found: t.field({ type: [Alike], resolve: ({ found }) => found }),
  }),
})

export const FacetSearchResultType = builder.objectRef<FacetSearchResult>('FacetSearchResult').implement({
  description: 'The networks that fit a partial description best. What is not described counts against none.',
  fields: (t) => ({
    facets: t.field({ type: [code('Facet')], resolve: ({ facets }) => facets }),
    networks: t.exposeInt('networks', { description: counts.networks }),
    unknown: t.exposeInt('unknown', { description: counts.unknown }),
    leftOut: t.exposeInt('leftOut', { description: LEFT_OUT }),
    found: t.field({ type: [Alike], resolve: ({ found }) => found }),
  }),
})

const MOST = 'Networks to list, 1 to 100; 10 if not given.'
export const SimilarInput = builder.inputType('SimilarInput', {
  fields: (t) => ({ network: t.id({ required: true }), most: t.int({ description: MOST }) }),
})
export const FacetSearchInput = builder.inputType('FacetSearchInput', {
  fields: (t) => ({
    facets: t.field({ type: [code('Facet')], required: true }),
    most: t.int({ description: MOST }),
  }),
})
