import DataLoader from 'dataloader'
import type { NodeRow } from '../cypher/claim.ts'
import { type EntityRow, entityOpen, MOST_CLAIMS } from '../cypher/entity/entity.ts'
import { builder } from './builder.ts'
import {
  byId,
  Description,
  Relation,
  type ShownRelation,
  shownDescriptions,
  shownRelations,
} from './claim.ts'
import { code } from './codes.ts'
import type { Context, Moment } from './context.ts'
import type { Kind } from './wire/codes.ts'
import { RELATION_TYPES } from './wire/model.ts'

type RelationType = (typeof RELATION_TYPES)[number]

/** An entity at a moment. Its claims are fetched when a field needs them. */
export type Thing = NodeRow & { moment: Moment }

const loaders = new WeakMap<Context, Map<number, DataLoader<string, EntityRow | null>>>()

/** The claims of an entity; all that one answer needs at one moment are fetched by one statement. */
export function claimsOf(
  { id, moment }: { id: string; moment: Moment },
  context: Context,
): Promise<EntityRow | null> {
  const byVersion = loaders.get(context) ?? new Map<number, DataLoader<string, EntityRow | null>>()
  loaders.set(context, byVersion)
  let loader = byVersion.get(moment.version)
  if (!loader) {
    loader = new DataLoader((ids) => openAll(context, ids, moment), { maxBatchSize: 200 })
    byVersion.set(moment.version, loader)
  }
  return loader.load(id)
}

/** Every field that shows something of the descriptions of an entity. */
const DESCRIBED = ['descriptions', 'said', 'protectedStates']
/** Every field that shows what an entity is called, or is in an order of that. */
const LABELLED = ['label', 'legs']
/** Every field that shows something of relations, of whatever kind of entity it is, and of which types. */
const RELATED: Readonly<Record<string, readonly RelationType[]>> = {
  ...{ relations: RELATION_TYPES, more: RELATION_TYPES },
  ...{
    memberships: ['MEMBER_OF'],
    disputed: ['MEMBER_OF'],
    members: ['MEMBER_OF'],
    worksWith: ['WORKS_WITH'],
  },
  ...{ operates: ['OPERATES'], operators: ['OPERATES'], routes: ['OPERATES'], legs: ['HAS_LEG'] },
  ...{ from: ['DEPARTS_FROM'], departures: ['DEPARTS_FROM'], to: ['ARRIVES_AT'], arrivals: ['ARRIVES_AT'] },
  ...{ modusOperandi: ['USES'], users: ['USES'], links: ['LINKED_TO'], crimes: ['LINKED_TO'] },
  ...{
    incidents: ['INVOLVED_IN'],
    involved: ['INVOLVED_IN'],
    located: ['LOCATED_AT'],
    succession: ['SUCCEEDS'],
  },
}

async function openAll(
  context: Context,
  ids: readonly string[],
  moment: Moment,
): Promise<(EntityRow | null)[]> {
  // What no field of the document shows is not read, so it does not stand on record as shown either.
  const wanted = {
    types: typesAsked(context),
    said: context.asks(...DESCRIBED),
    labels: context.asks(...LABELLED),
  }
  const rows = await context.ask(entityOpen, { ids: [...ids], most: MOST_CLAIMS, ...wanted }, moment.version)
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => found.get(id) ?? null)
}

const typesAsked = (context: Context): RelationType[] => [
  ...new Set(Object.entries(RELATED).flatMap(([field, types]) => (context.asks(field) ? types : []))),
]

/** An entity of one kind by id, or null: hidden, absent and of another kind are one answer. */
export async function thing(
  context: Context,
  id: string,
  kind: Kind | null,
  asOf: string | null | undefined,
): Promise<Thing | null> {
  const moment = context.time.moment(asOf)
  const row = await claimsOf({ id, moment }, context)
  if (!row || (kind !== null && row.labels !== kind)) return null
  return { id, kind: row.labels, label: byId(row.nodes).get(id)?.label ?? null, moment }
}

/** The visible relations of a thing, of some types and in one direction. */
export async function relationsOf(
  one: Thing,
  context: Context,
  types: readonly RelationType[] = RELATION_TYPES,
  direction?: 'from' | 'to',
): Promise<ShownRelation[]> {
  const asked = typesAsked(context)
  if (!types.every((type) => asked.includes(type)))
    throw new Error('expected every field that shows relations in RELATED')
  const row = await claimsOf(one, context)
  if (!row) return []
  const wanted = new Set<string>(types)
  const claims = row.claims.filter(
    (claim) => wanted.has(claim.type) && (!direction || claim[direction] === one.id),
  )
  return shownRelations(claims, byId(row.nodes))
}

export async function descriptionsOf(one: Thing, context: Context) {
  if (!context.asks(...DESCRIBED))
    throw new Error('expected every field that shows descriptions in DESCRIBED')
  const row = await claimsOf(one, context)
  return row ? shownDescriptions(row.said, byId(row.nodes), () => one.id) : []
}

/** The entities at the other ends of some relations, each once, in the order of the relations. */
export async function othersOf(
  one: Thing,
  context: Context,
  types: readonly RelationType[],
  direction: 'from' | 'to',
) {
  const relations = await relationsOf(one, context, types, direction)
  const others = relations.map(
    (relation) => relation.nodes.get(direction === 'from' ? relation.to : relation.from)!,
  )
  return [...new Map(others.map((node) => [node.id, { ...node, moment: one.moment }])).values()]
}

const SaidValue = builder
  .objectRef<{ value: string; claims: string[]; offices: string[] }>('SaidValue')
  .implement({
    description: 'One value that somebody gave a field, and the claims and offices that say so.',
    fields: (t) => ({
      value: t.exposeString('value'),
      claims: t.exposeIDList('claims'),
      offices: t.exposeStringList('offices'),
    }),
  })

type SaidField = { field: string; values: { value: string; claims: string[]; offices: string[] }[] }
const Said = builder.objectRef<SaidField>('Said').implement({
  description:
    'What the visible descriptions say of one field. Where they differ, every value stands; none is averaged away.',
  fields: (t) => ({
    field: t.exposeString('field'),
    values: t.field({ type: [SaidValue], resolve: ({ values }) => values }),
    disputed: t.boolean({ resolve: ({ values }) => values.length > 1 }),
  }),
})

function saidOf(descriptions: Awaited<ReturnType<typeof descriptionsOf>>): SaidField[] {
  const fields = new Map<string, Map<string, { claims: string[]; offices: Set<string> }>>()
  for (const { claim, office, own } of descriptions)
    for (const [field, value] of Object.entries(own)) {
      const values = fields.get(field) ?? new Map()
      fields.set(field, values)
      const text = Array.isArray(value) ? value.join(' ') : String(value)
      const entry = values.get(text) ?? { claims: [], offices: new Set() }
      values.set(text, entry)
      entry.claims.push(claim)
      entry.offices.add(office)
    }
  return [...fields]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, values]) => ({
      field,
      values: [...values]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([value, { claims, offices }]) => ({ value, claims, offices: [...offices].sort() })),
    }))
}

export const Entity = builder.interfaceRef<Thing>('Entity').implement({
  description:
    'An identity that claims are about. It has nothing of its own: all that it shows are visible claims.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: code('Kind'), resolve: (one) => one.kind }),
    label: t.exposeString('label', { nullable: true }),
    descriptions: t.field({
      type: [Description],
      resolve: (one, _, context) => descriptionsOf(one, context),
    }),
    said: t.field({
      type: [Said],
      resolve: async (one, _, context) => saidOf(await descriptionsOf(one, context)),
    }),
    relations: t.field({ type: [Relation], resolve: (one, _, context) => relationsOf(one, context) }),
    more: t.boolean({
      description: `Whether there are more than ${MOST_CLAIMS} relations, of which the first by claim id are shown.`,
      resolve: async (one, _, context) => ((await claimsOf(one, context))?.claims.length ?? 0) >= MOST_CLAIMS,
    }),
  }),
  resolveType: (one) => TYPE_NAME[one.kind],
})

export const TYPE_NAME: Record<Kind, string> = {
  ACTOR: 'Actor',
  NETWORK: 'Network',
  PLACE: 'Place',
  ROUTE: 'Route',
  LEG: 'Leg',
  MODUS_OPERANDI: 'ModusOperandi',
  VEHICLE: 'Vehicle',
  INCIDENT: 'Incident',
  CRIME: 'Crime',
}
