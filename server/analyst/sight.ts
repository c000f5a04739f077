import {
  projectionChanged,
  projectionDescriptions,
  projectionRelations,
  projectionReports,
  projectionStanding,
} from '../../cypher/projection/projection.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, sha256 } from '../../schema/wire/canonical.ts'
import { KINDS } from '../../schema/wire/codes.ts'
import type { Compartments } from '../compartments.ts'
import type { Graph } from '../graph.ts'
import { type Scope, scopeFor } from '../policy.ts'
import type { Versions } from '../versions.ts'
import type { Job } from './jobs.ts'
import type { ViewErrands } from './view.ts'

// What an analysis may see: while it is computed, and whenever what came of it is read.

/** The statements of a view, as they stand on record of whoever reads what came of it. */
export const VIEW_STATEMENTS = [projectionDescriptions, projectionRelations, projectionReports] as const

export type Store = { graph: Graph; compartments: Compartments; versions: Versions; hub: number }

/** Who shares a view: nobody else has the same principals, for his own person is one of them. */
export const scopeOf = ({ country, officeKind, role, office, principals }: Caller): string =>
  sha256(canonical([country, officeKind, role, office, ...principals])).toString('hex')

/** Throws NOT_ALLOWED for a role that may not ask what a view is read by: to it no analysis is told of, not even that there is none. */
export function expectAnalyst({ compartments }: Store, caller: Caller): void {
  for (const statement of VIEW_STATEMENTS) scopeFor(statement, caller, compartments, 0)
}

/**
 * The reads of a view, each in the scope that the policy gives the caller now; with others, of what each of them may see as
 * well. Throws NOT_ALLOWED.
 */
export function errandsOf(
  { graph, compartments, versions, hub }: Store,
  caller: Caller,
  asOf: number,
  deadline: number,
  others: readonly Caller[] = [],
): ViewErrands {
  const errand = (statement: (typeof VIEW_STATEMENTS)[number], own: object) => {
    const scopes = [caller, ...others].map((one) => scopeFor(statement, one, compartments, asOf))
    const { compartments: listed, ...scope } = common(scopes)
    const list = statement.text.includes('$compartments') ? { compartments: listed } : {}
    const limit = statement.text.includes('$hub') ? { hub } : {}
    return graph.errand(statement, { ...own, ...scope, ...list, ...limit }, deadline)
  }
  return {
    descriptions: errand(projectionDescriptions, { kinds: KINDS }),
    relations: errand(projectionRelations, { kinds: KINDS }),
    reports: errand(projectionReports, {}),
    changed: graph.errand(projectionChanged, {}, deadline),
    asOf,
    watermark: versions.watermark(),
  }
}

/** What all of these scopes have: they are of one moment, and of the same compartments. */
export function common(scopes: readonly Scope[]): Scope {
  const [first, ...others] = scopes
  if (others.length === 0) return first!
  const mask = first!.mask.map((seen, number) => (others.every((one) => one.mask[number] === 1) ? seen : 0))
  return { ...first!, mask, compartments: first!.compartments.filter((number) => mask[number] === 1) }
}

/**
 * Acts by which a report may be taken from somebody. A correction is none: it is new knowledge, and what was known then stays
 * known. Of a release only those may hear who have lost by it: whom else it names is the originator's to know.
 */
const TAKEN = new Set(['WITHDRAW', 'ERASE'])

export async function isCurrent(
  { graph, compartments }: Store,
  { done, caller }: Job,
  deadline: number,
): Promise<boolean> {
  const since = await graph.read(projectionChanged, { since: done!.readTo }, deadline)
  if (since.length === 0) return true
  const own = new Set(done!.reports)
  const acts = since
    .map(({ kind, reports }) => ({ kind, reports: reports.filter((report) => own.has(report)) }))
    .filter(({ reports }) => reports.length > 0)
  if (acts.some(({ kind }) => TAKEN.has(kind))) return false
  const moved = new Set(acts.filter(({ kind }) => kind === 'RELEASE').flatMap(({ reports }) => reports))
  if (moved.size === 0) return true
  const { mask, asOf } = scopeFor(projectionStanding, caller, compartments, done!.readTo)
  const left = await graph.read(projectionStanding, { reports: [...moved], mask, asOf }, deadline)
  return left.length === moved.size
}
