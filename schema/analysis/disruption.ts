import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { Recovery, RemovalWay } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'

/** The median over the runs, and what 5 % of them stay below and 5 % exceed. */
export type Band = { low: number; median: number; high: number }
const COHESION = ['largest', 'fragmentation', 'efficiency', 'density'] as const
export type CohesionBands = Record<(typeof COHESION)[number], Band>

export type WayOutcome = { way: RemovalWay; after: CohesionBands }
export type RecoveryOutcome = {
  recovery: Recovery
  outcomes: WayOutcome[]
  /** Whether recovery leaves those who remain nearer to each other than all were before, and than it found them; by the medians. */
  moreCompact: boolean
}
export type DisruptionResult = {
  kind: 'disruption'
  nodes: number
  pairs: number
  removed: NodeRow[]
  /** Pairs of the network that are taken away for themselves. */
  removedPairs: number
  /** Actors who were named or have the role, and are protected: they are not removed. */
  leftOut: number
  runs: number
  before: CohesionBands
  recoveries: RecoveryOutcome[]
  /** All claims that say of what is removed where it stands; the first are listed. */
  claimCount: number
  claims: EvidenceRelation[]
}

const BandType = builder.objectRef<Band>('OutcomeBand').implement({
  description: 'The median over all runs, and what one in twenty stays below and one in twenty exceeds.',
  fields: (t) => ({
    low: t.exposeFloat('low'),
    median: t.exposeFloat('median'),
    high: t.exposeFloat('high'),
  }),
})

const CohesionType = builder.objectRef<CohesionBands>('CohesionBands').implement({
  description: 'How a network hangs together, each 0 to 1.',
  fields: (t) => ({
    largest: t.field({
      type: BandType,
      description: 'The part of all that were there that is in the largest component.',
      resolve: ({ largest }) => largest,
    }),
    fragmentation: t.field({
      type: BandType,
      description: 'How far apart those who remain are: 0 if each has a tie with each, 1 if nobody has any.',
      resolve: ({ fragmentation }) => fragmentation,
    }),
    efficiency: t.field({
      type: BandType,
      description: 'How near all that were there are to each other, those who are gone reaching nobody.',
      resolve: ({ efficiency }) => efficiency,
    }),
    density: t.field({
      type: BandType,
      description: 'The part that the ties have of all pairs of those who remain.',
      resolve: ({ density }) => density,
    }),
  }),
})

const WayType = builder.objectRef<WayOutcome>('WayOutcome').implement({
  fields: (t) => ({
    way: t.field({ type: code('RemovalWay'), resolve: ({ way }) => way }),
    after: t.field({ type: CohesionType, resolve: ({ after }) => after }),
  }),
})

const RecoveryType = builder.objectRef<RecoveryOutcome>('RecoveryOutcome').implement({
  fields: (t) => ({
    recovery: t.field({ type: code('Recovery'), resolve: ({ recovery }) => recovery }),
    outcomes: t.field({ type: [WayType], resolve: ({ outcomes }) => outcomes }),
    moreCompact: t.exposeBoolean('moreCompact', {
      description:
        'Whether those who remain are, by the median, nearer to each other after the recovery than all were before, and than without recovery: it would make the network stronger.',
    }),
  }),
})

export const DisruptionResultType = builder.objectRef<DisruptionResult>('DisruptionResult').implement({
  description:
    'A removal that is played, not a forecast: what is left after each mechanism of recovery, beside as many removed at random and by betweenness measured anew each time. By which mechanism a network recovers nobody knows, and that matters more than whom one removes.',
  fields: (t) => ({
    nodes: t.exposeInt('nodes', { description: 'Actors; or places, where legs or places are removed.' }),
    pairs: t.exposeInt('pairs', { description: 'Pairs who work together; or of places with a leg between.' }),
    removed: t.field({ type: [Node], resolve: ({ removed }) => removed }),
    removedPairs: t.exposeInt('removedPairs', {
      description: 'A pair of places goes only if all of its legs go.',
    }),
    leftOut: t.exposeInt('leftOut', {
      description: 'Actors who were named or have the role and are protected: they are not removed.',
    }),
    runs: t.exposeInt('runs'),
    before: t.field({ type: CohesionType, resolve: ({ before }) => before }),
    recoveries: t.field({ type: [RecoveryType], resolve: ({ recoveries }) => recoveries }),
    claimCount: t.exposeInt('claimCount', {
      description: 'Claims that tie what is removed to the others, or give it the role.',
    }),
    claims: t.field({ type: [Relation], resolve: ({ claims }) => relationsShown(claims) }),
  }),
})

const TieInput = builder.inputType('TieInput', {
  description: 'Two actors who are said to work together.',
  fields: (t) => ({ from: t.id({ required: true }), to: t.id({ required: true }) }),
})

export const DisruptionInput = builder.inputType('DisruptionInput', {
  description: 'Actors, ties and roles to remove, or else legs and places.',
  fields: (t) => ({
    networks: t.idList({
      description: 'Only members of these networks, or legs that they operate; without any, all.',
    }),
    actors: t.idList(),
    ties: t.field({ type: [TieInput] }),
    roles: t.field({ type: [code('Role')], description: 'Everybody of whom a claim says such a role.' }),
    legs: t.idList(),
    places: t.idList(),
    recoveries: t.field({ type: [code('Recovery')], description: 'All of them if not given.' }),
    share: t.float({ description: 'The chance that a lost tie is sought again, 0 to 1; 1 if not given.' }),
    runs: t.int({
      description: 'How often each is played, 1 to 500; 100, or 20 of a large one, if not given.',
    }),
    most: t.int({ description: 'Claims to list, 1 to 100; 20 if not given.' }),
    seed: t.int({ description: 'What is drawn by; 0 if not given.' }),
  }),
})
