import type { z } from 'zod'
import type { Change } from '../cypher/outbox/outbox.ts'
import type { Statement } from '../cypher/statement.ts'
import type { Caller } from '../schema/wire/caller.ts'
import type { EvaluationOrder } from '../schema/wire/match.ts'
import type { Compartments } from './compartments.ts'
import type { Graph } from './graph.ts'
import type { Intent } from './outbox.ts'
import { scopeFor } from './policy.ts'

/** What one request asked of the graph and was shown: it goes into the audit record before the answer leaves. */
export type Record = {
  statements: Map<string, string>
  shown: Set<string>
  /** The offices whose reports and cards were shown. */
  owners: Set<string>
  committed: string[]
  /** Other offices that a change let see something (Art. 25 of the directive: to whom). */
  disclosedTo?: string[]
  /** The question itself, as it stands on record; null where nothing may be changed. */
  intent: Intent | null
  /** What stands in the graph for it since. */
  changes: Change[]
  /** What evaluators are asked to do, whole: the state's auditors may have any of its commitments opened. */
  evaluation?: EvaluationOrder
  /** Sealed in the older profile although every holder reads the newer. */
  downgraded?: boolean
}

export const newRecord = (intent: Intent | null): Record => ({
  statements: new Map(),
  shown: new Set(),
  owners: new Set(),
  committed: [],
  intent,
  changes: [],
})

/** Notes to whom a change let something be seen; a request may hold several changes. */
export function disclosed(record: Record, { office }: Caller, offices: readonly string[]): void {
  const others = offices.filter((one) => one !== office)
  record.disclosedTo = [...new Set([...(record.disclosedTo ?? []), ...others])]
}

/**
 * `hub` is the degree above which a statement seeks what is visible at an entity in an index, for walking past what is
 * hidden would take time that tells of it. Below, walking past everything takes less than the seek.
 */
export type Road = { graph: Graph; compartments: Compartments; deadline: () => number; hub: number }
export const HUB = 500

/**
 * The one road from a resolver to Neo4j and back. The request itself stands durably in the audit log before any of
 * this runs; what is added to the record here stands there before the first byte of the answer leaves.
 */
export async function ask<S extends Statement>(
  road: Road,
  request: { caller: Caller; record: Record },
  statement: S,
  params: z.input<S['params']>,
  asOf: number,
): Promise<z.infer<S['row']>[]> {
  const { compartments, ...seen } = scopeFor(statement, request.caller, road.compartments, asOf)
  // Only index seeks need the list; at each hop the mask decides.
  const listed = statement.text.includes('$compartments') ? { compartments } : {}
  const hub = statement.text.includes('$hub') ? { hub: road.hub } : {}
  const bound = { ...(statement.params.parse(params) as object), ...seen, ...listed, ...hub }
  request.record.statements.set(statement.name, statement.digest)
  const rows = await road.graph.read(statement, bound, road.deadline())
  for (const row of rows) {
    for (const id of statement.shows(row)) request.record.shown.add(id)
    for (const office of statement.owners(row)) request.record.owners.add(office)
  }
  return rows
}
