import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { Centrality, Level, Role } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'

/** A figure, and where it lay in nine of ten networks of which a part had been left out. Null where it was in none. */
export type Figure = {
  value: number
  low: number | null
  high: number | null
  /** From 1, the greatest: the same for its place among all. */
  place: number
  placeLow: number | null
  placeHigh: number | null
}

export type ActorFigures = {
  actor: NodeRow
  figures: { of: Centrality; figure: Figure }[]
  component: number
  community: number
  /** What is said of him in the networks that were asked about, or in any: never a rank by these figures. */
  said: { network: NodeRow; level: Level; role: Role; claim: string }[]
}
export type TieFigures = { betweenness: number; claims: EvidenceRelation[] }
export type Group = { number: number; actors: number; levels: { level: Level; actors: number }[] }

export type StructureResult = {
  kind: 'structure'
  actors: number
  /** Pairs of actors that somebody says work together. */
  pairs: number
  components: number
  largest: number
  modularity: number
  communities: Group[]
  listed: ActorFigures[]
  ties: TieFigures[]
}

const FigureType = builder.objectRef<Figure>('Figure').implement({
  description:
    'A figure and its place among all, from 1. `low` and `high` are where nine of ten lay when a tenth of the actors and of their ties was left out at random. A wide band hangs on a few claims.',
  fields: (t) => ({
    value: t.exposeFloat('value'),
    low: t.exposeFloat('low', { nullable: true }),
    high: t.exposeFloat('high', { nullable: true }),
    place: t.exposeFloat('place'),
    placeLow: t.exposeFloat('placeLow', { nullable: true }),
    placeHigh: t.exposeFloat('placeHigh', { nullable: true }),
  }),
})

const NamedFigure = builder.objectRef<ActorFigures['figures'][number]>('NamedFigure').implement({
  fields: (t) => ({
    of: t.field({ type: code('Centrality'), resolve: ({ of }) => of }),
    figure: t.field({ type: FigureType, resolve: ({ figure }) => figure }),
  }),
})

const Standing = builder.objectRef<ActorFigures['said'][number]>('Standing').implement({
  description:
    'What a claim says of an actor in a network. It is an assessment of its office, not of this analysis.',
  fields: (t) => ({
    network: t.field({ type: Node, resolve: ({ network }) => network }),
    level: t.field({ type: code('Level'), resolve: ({ level }) => level }),
    role: t.field({ type: code('Role'), resolve: ({ role }) => role }),
    claim: t.exposeID('claim'),
  }),
})

const Listed = builder.objectRef<ActorFigures>('ActorFigures').implement({
  description: 'Centrality is not rank: who lies between others in what is known need not lead anybody.',
  fields: (t) => ({
    actor: t.field({ type: Node, resolve: ({ actor }) => actor }),
    figures: t.field({ type: [NamedFigure], resolve: ({ figures }) => figures }),
    component: t.exposeInt('component'),
    community: t.exposeInt('community'),
    said: t.field({ type: [Standing], resolve: ({ said }) => said }),
  }),
})

const Tie = builder.objectRef<TieFigures>('TieFigures').implement({
  description: 'Two actors, by the claims that say they work together.',
  fields: (t) => ({
    betweenness: t.exposeFloat('betweenness', { description: 'The part of all shortest paths, 0 to 1.' }),
    claims: t.field({ type: [Relation], resolve: ({ claims }) => relationsShown(claims) }),
  }),
})

const LevelCount = builder.objectRef<Group['levels'][number]>('LevelCount').implement({
  fields: (t) => ({
    level: t.field({ type: code('Level'), resolve: ({ level }) => level }),
    actors: t.exposeInt('actors'),
  }),
})

const Community = builder.objectRef<Group>('Community').implement({
  description:
    'Actors with more ties inside than chance would give. One division of several that may be as good.',
  fields: (t) => ({
    number: t.exposeInt('number'),
    actors: t.exposeInt('actors'),
    levels: t.field({ type: [LevelCount], resolve: ({ levels }) => levels }),
  }),
})

export const StructureResultType = builder.objectRef<StructureResult>('StructureResult').implement({
  description:
    'Who lies between whom in what may be seen, which groups there are, and how far that can be trusted.',
  fields: (t) => ({
    actors: t.exposeInt('actors'),
    pairs: t.exposeInt('pairs'),
    components: t.exposeInt('components'),
    largest: t.exposeInt('largest', { description: 'Actors in the largest component.' }),
    modularity: t.exposeFloat('modularity'),
    communities: t.field({ type: [Community], resolve: ({ communities }) => communities }),
    listed: t.field({ type: [Listed], resolve: ({ listed }) => listed }),
    ties: t.field({ type: [Tie], resolve: ({ ties }) => ties }),
  }),
})

export const StructureInput = builder.inputType('StructureInput', {
  fields: (t) => ({
    networks: t.idList({ description: 'Only members of these networks; without any, all actors.' }),
    by: t.field({ type: code('Centrality'), description: 'BETWEENNESS if not given.' }),
    most: t.int({ description: 'Actors and ties to list, 1 to 100; 20 if not given.' }),
    rounds: t.int({ description: 'Draws for the bands, 0 to 200; 50 if not given.' }),
    seed: t.int({ description: 'What they are drawn by; 0 if not given.' }),
  }),
})
