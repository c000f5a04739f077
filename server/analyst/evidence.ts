import type { EvidenceRelation } from '../../schema/analysis/evidence.ts'
import type { EvidenceCount } from '../../schema/analysis/evidence-count.ts'
import { INFORMATIONS, SOURCES } from '../../schema/wire/codes.ts'
import type { Projection } from './projection.ts'
import type { Told } from './told.ts'

/** What stands behind a figure: how many claims, of how many reports and offices, and between which gradings they lie. */
export function evidenceOf(view: Projection, rows: Iterable<number>): EvidenceCount {
  const { columns } = view.relations
  const [report, source, information] = ['report', 'source', 'information'].map((name) =>
    columns[name]!.numbers(),
  )
  const [reports, offices] = [new Set<number>(), new Set<string>()]
  const [sources, informations] = [new Set<number>(), new Set<number>()]
  let claims = 0
  for (const row of rows) {
    claims += 1
    reports.add(report![row]!)
    sources.add(source![row]!)
    informations.add(information![row]!)
  }
  for (const one of reports) offices.add(view.reports[one]!.office)
  return {
    ...{ claims, reports: reports.size, offices: offices.size },
    best: claims === 0 ? null : gradeOf(Math.min(...sources), Math.min(...informations)),
    worst: claims === 0 ? null : gradeOf(Math.max(...sources), Math.max(...informations)),
  }
}

/** Codes are kept as their places from 1. */
const gradeOf = (source: number, information: number) => ({
  source: SOURCES[source - 1]!,
  information: INFORMATIONS[information - 1]!,
})

/** The best graded of these claims, at most so many, of equals by claim id. */
export function opened(
  view: Projection,
  told: Told,
  rows: Iterable<number>,
  most: number,
): EvidenceRelation[] {
  const { source, information } = view.relations.columns
  const [sources, informations] = [source!.numbers(), information!.numbers()]
  return [...new Set(rows)]
    .sort((a, b) => sources[a]! - sources[b]! || informations[a]! - informations[b]! || a - b)
    .slice(0, most)
    .map((row) => told.relation(row))
}
