import type { RelationRow } from '../../cypher/claim.ts'
import {
  projectionChanged,
  projectionDescriptions,
  projectionRelations,
  projectionReports,
  type SaidRow,
} from '../../cypher/projection/projection.ts'
import { type Errand, streamed } from '../graph.ts'
import {
  type Gathering,
  gatherDescription,
  gathering,
  gatherRelation,
  type Projection,
  projected,
  without,
} from './projection.ts'

/** The reads that make the view of one scope. They are data: a thread runs them. */
export type ViewErrands = {
  descriptions: Errand
  relations: Errand
  /** Both are sent with their own `since` and `reports`. */
  changed: Errand
  reports: Errand
  /** The version up to which the view knows, and the last that stood when these were made. */
  asOf: number
  watermark: number
}

/**
 * A view, and the version up to which every act is in it. Of later acts it may hold something already, for they may have
 * come while it was read; they are read again the next time.
 */
export type View = { projection: Projection; readTo: number }

/**
 * The whole view, read anew. One statement is no snapshot, and two are less: what changes hands meanwhile, after the
 * watermark, is read again afterwards.
 */
export async function readView(errands: ViewErrands, signal?: AbortSignal): Promise<View> {
  const { asOf, watermark } = errands
  const found = gathering()
  const takeSaid = ({ said }: { said: Parameters<typeof gatherDescription>[1] }) =>
    gatherDescription(found, said)
  await streamed(errands.descriptions, projectionDescriptions, takeSaid, signal)
  const takeAll = ({ claims }: { claims: RelationRow[] }) => {
    for (const claim of claims) gatherRelation(found, claim)
  }
  await streamed(errands.relations, projectionRelations, takeAll, signal)
  return caughtUp({ projection: projected(found, asOf), readTo: watermark }, errands, signal)
}

/** The same view, with what came, went or changed hands since it was read. Work grows with that, and with the view's arrays once. */
export async function caughtUp(view: View, errands: ViewErrands, signal?: AbortSignal): Promise<View> {
  const { projection } = view
  const readTo = Math.max(view.readTo, errands.watermark)
  // Whoever asked before and comes later is answered by what is known now.
  const asOf = Math.max(projection.asOf, errands.asOf)
  const reports = new Set<string>()
  const takeAct = (act: { reports: string[] }) => {
    for (const report of act.reports) reports.add(report)
  }
  await streamed(withParams(errands.changed, { since: view.readTo }), projectionChanged, takeAct, signal)
  if (reports.size === 0) return { projection: { ...projection, asOf }, readTo }
  const found = without(projection, reports)
  await readReports(found, withParams(errands.reports, { asOf }), [...reports], signal)
  return { projection: projected(found, asOf), readTo }
}

const withParams = (errand: Errand, params: Errand['params']): Errand => ({
  ...errand,
  params: { ...errand.params, ...params },
})

/** So many reports in one read: their ids are a parameter. */
const AT_ONCE = 1_000

async function readReports(into: Gathering, errand: Errand, reports: string[], signal?: AbortSignal) {
  for (let at = 0; at < reports.length; at += AT_ONCE) {
    const part = withParams(errand, { reports: reports.slice(at, at + AT_ONCE) })
    const relations: RelationRow[] = []
    const take = ({ said, claims }: { said: SaidRow[]; claims: RelationRow[] }) => {
      for (const one of said) gatherDescription(into, one)
      relations.push(...claims)
    }
    await streamed(part, projectionReports, take, signal)
    for (const one of relations) gatherRelation(into, one)
  }
}
