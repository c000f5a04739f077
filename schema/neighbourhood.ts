import type { NodeRow } from '../cypher/claim.ts'
import { entityConnection, entityHistory, entityNeighbourhood, MOST_CLAIMS } from '../cypher/entity/entity.ts'
import { NEVER } from '../cypher/report/write.ts'
import { builder } from './builder.ts'
import {
  byId,
  Description,
  Node,
  Relation,
  type ShownDescription,
  type ShownRelation,
  shownDescriptions,
  shownRelations,
} from './claim.ts'
import { Fault } from './wire/fault.ts'

type Around = { nodes: NodeRow[]; claims: ShownRelation[]; more: boolean }

const sorted = (nodes: NodeRow[]) => [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1))

const Neighbourhood = builder.objectRef<Around>('Neighbourhood').implement({
  description:
    'What lies around an entity. It does not go on through places and crimes: sharing one is no connection.',
  fields: (t) => ({
    nodes: t.field({ type: [Node], resolve: ({ nodes }) => nodes }),
    claims: t.field({ type: [Relation], resolve: ({ claims }) => claims }),
    more: t.exposeBoolean('more', { description: `Whether more than ${MOST_CLAIMS} claims lie around it.` }),
  }),
})

const Connection = builder.objectRef<{ stops: NodeRow[]; claims: ShownRelation[] }>('Connection').implement({
  description: 'The shortest visible connection: stops in order, and the claim between each two.',
  fields: (t) => ({
    stops: t.field({ type: [Node], resolve: ({ stops }) => stops }),
    claims: t.field({ type: [Relation], resolve: ({ claims }) => claims }),
  }),
})

type Past = { descriptions: ShownDescription[]; relations: ShownRelation[] }
const History = builder.objectRef<Past>('History').implement({
  description:
    'Every claim that was ever recorded about an entity and may be seen today, in the order of recording.',
  fields: (t) => ({
    descriptions: t.field({ type: [Description], resolve: ({ descriptions }) => descriptions }),
    relations: t.field({ type: [Relation], resolve: ({ relations }) => relations }),
  }),
})

const byRecording = (a: { recordedAt: number; claim: string }, b: { recordedAt: number; claim: string }) =>
  a.recordedAt - b.recordedAt || (a.claim < b.claim ? -1 : 1)

builder.queryFields((t) => ({
  neighbourhood: t.field({
    type: Neighbourhood,
    nullable: true,
    args: {
      id: t.arg.id({ required: true }),
      depth: t.arg.int({ description: '1 to 3; 2 if not given.' }),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: async (_, { id, depth, asOf }, { ask, time }) => {
      const hops = depth ?? 2
      if (hops < 1 || hops > 3) throw new Fault('BAD_INPUT', `expected a depth of 1 to 3, got ${hops}`)
      const [row] = await ask(
        entityNeighbourhood,
        { id, depth: hops, most: MOST_CLAIMS },
        time.moment(asOf).version,
      )
      if (!row) return null
      const claims = shownRelations(row.claims, byId(row.nodes))
      return { nodes: sorted(row.nodes), claims, more: claims.length >= MOST_CLAIMS }
    },
  }),
  connection: t.field({
    type: Connection,
    nullable: true,
    args: {
      from: t.arg.id({ required: true }),
      to: t.arg.id({ required: true }),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: async (_, { from, to, asOf }, { ask, time }) => {
      if (from === to) throw new Fault('BAD_INPUT', 'expected two entities, got the same one twice')
      const [row] = await ask(entityConnection, { from, to }, time.moment(asOf).version)
      if (!row) return null
      const nodes = byId(row.nodes)
      return {
        stops: row.stops.map((stop) => nodes.get(stop)!),
        // In the order of the way, which the statement keeps.
        claims: row.claims.map((claim) => ({ ...claim, nodes })),
      }
    },
  }),
  history: t.field({
    type: History,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: async (_, { id, asOf }, { ask, time }) => {
      const { version } = time.moment(asOf)
      const [row] = await ask(entityHistory, { id, most: MOST_CLAIMS }, version)
      if (!row) return null
      // What was retracted after the moment had not been retracted then.
      const until = (at: number) => (at !== NEVER && at <= version ? at : null)
      const nodes = byId(row.nodes)
      const descriptions = shownDescriptions(row.said, nodes, () => row.id)
      return {
        descriptions: descriptions
          .map((one) => ({ ...one, until: until(one.retractedAt ?? NEVER) }))
          .sort(byRecording),
        relations: row.claims
          .map((claim) => ({ ...claim, nodes, until: until(claim.retractedAt ?? NEVER) }))
          .sort(byRecording),
      }
    },
  }),
}))
