import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { KeyGoal } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'

/** A figure of a whole set, and where it lay in nine of ten networks of which a part had been left out; null without draws. */
export type SetFigure = { value: number; low: number | null; high: number | null }

export type KeyMember = {
  actor: NodeRow
  /** In which part of the draws that he was in he was also in the set found then; null where he was in none. */
  held: number | null
  /** All claims of his ties inside the network; the first of them are listed. */
  ties: number
  claims: EvidenceRelation[]
}
/** The actors who stand first by one figure alone, as many, and how well they do at the same goal. */
export type Foremost = { figure: SetFigure; actors: NodeRow[] }
export type KeySet = {
  goal: KeyGoal
  /** The same goal's value for nobody at all: what a set is to be held against. */
  unaided: number
  figure: SetFigure
  members: KeyMember[]
  byDegree: Foremost
  byBetweenness: Foremost
  /** Whether every actor was considered and every distance measured. */
  whole: boolean
}
export type KeyPlayersResult = {
  kind: 'keyPlayers'
  actors: number
  pairs: number
  /** Actors who are protected: they stay in the network and are in no set. */
  leftOut: number
  /** How often it was drawn anew for the bands. */
  rounds: number
  sets: KeySet[]
}

const SetFigureType = builder.objectRef<SetFigure>('SetFigure').implement({
  description:
    'A figure of a set, 0 to 1. `low` and `high` are where nine of ten lay for the same set when a tenth of the actors and of their ties was left out at random.',
  fields: (t) => ({
    value: t.exposeFloat('value'),
    low: t.exposeFloat('low', { nullable: true }),
    high: t.exposeFloat('high', { nullable: true }),
  }),
})

const Member = builder.objectRef<KeyMember>('KeyMember').implement({
  fields: (t) => ({
    actor: t.field({ type: Node, resolve: ({ actor }) => actor }),
    held: t.exposeFloat('held', {
      nullable: true,
      description:
        'How often he was in the set that was found when a tenth was left out, 0 to 1, of the draws that he was in. A low share: others do nearly as well.',
    }),
    ties: t.exposeInt('ties', { description: 'Claims that he works with somebody of this network.' }),
    claims: t.field({ type: [Relation], resolve: ({ claims }) => relationsShown(claims) }),
  }),
})

const ForemostType = builder.objectRef<Foremost>('ForemostActors').implement({
  description:
    'As many actors, those who stand first by one figure each for himself, and how they do together.',
  fields: (t) => ({
    figure: t.field({ type: SetFigureType, resolve: ({ figure }) => figure }),
    actors: t.field({ type: [Node], resolve: ({ actors }) => actors }),
  }),
})

const KeySetType = builder.objectRef<KeySet>('KeySet').implement({
  description:
    'Actors who do best together at one goal, as far as a search finds them. Whoever does best together seldom stands first alone, and nothing says that any of them leads anybody.',
  fields: (t) => ({
    goal: t.field({ type: code('KeyGoal'), resolve: ({ goal }) => goal }),
    unaided: t.exposeFloat('unaided', { description: 'The same figure of no actor at all.' }),
    figure: t.field({ type: SetFigureType, resolve: ({ figure }) => figure }),
    members: t.field({ type: [Member], resolve: ({ members }) => members }),
    byDegree: t.field({ type: ForemostType, resolve: ({ byDegree }) => byDegree }),
    byBetweenness: t.field({ type: ForemostType, resolve: ({ byBetweenness }) => byBetweenness }),
    whole: t.exposeBoolean('whole', {
      description: 'Whether every actor was tried and every distance measured; of a large network a part is.',
    }),
  }),
})

export const KeyPlayersResultType = builder.objectRef<KeyPlayersResult>('KeyPlayersResult').implement({
  description:
    'Sets of actors without whom a network would fall apart most, or from whom most of it is near. Who is protected stays in the network and is in no set.',
  fields: (t) => ({
    actors: t.exposeInt('actors'),
    pairs: t.exposeInt('pairs'),
    leftOut: t.exposeInt('leftOut', {
      description: 'Actors of the network who are protected, and so never proposed.',
    }),
    rounds: t.exposeInt('rounds', { description: 'How often it was drawn anew for the bands.' }),
    sets: t.field({ type: [KeySetType], resolve: ({ sets }) => sets }),
  }),
})

export const KeyPlayersInput = builder.inputType('KeyPlayersInput', {
  fields: (t) => ({
    networks: t.idList({ description: 'Only members of these networks; without any, all actors.' }),
    goals: t.field({ type: [code('KeyGoal')], description: 'All of them if not given.' }),
    size: t.int({ description: 'Actors in a set, 1 to 20; 3 if not given.' }),
    within: t.int({
      description: 'For WITHIN: how many ties away counts as reached, 1 to 6; 2 if not given.',
    }),
    most: t.int({ description: 'Claims to list for each member, 1 to 100; 10 if not given.' }),
    rounds: t.int({
      description: 'Draws for the bands, 0 to 100; 20, or 5 of a large network, if not given.',
    }),
    seed: t.int({ description: 'What they are drawn by; 0 if not given.' }),
  }),
})
