import type { RELATION_TYPES } from '../../schema/wire/model.ts'
import { relationsOfType } from './ground.ts'
import type { Projection } from './projection.ts'
import { startsOf } from './told.ts'

/** Relations by the entity at one of their ends: the rows of entity e stand at `starts[e]` … `starts[e + 1] − 1`. */
export type Links = { starts: Uint32Array; rows: Uint32Array }

/** The relations of one type by an end, those of an entity in the order of claim ids. O(relations + entities). */
export function linksBy(view: Projection, type: (typeof RELATION_TYPES)[number], end: 'from' | 'to'): Links {
  const ends = view.relations.columns[end]!.numbers()
  const all = relationsOfType(view, type)
  const starts = startsOf(
    all.map((row) => ends[row]!),
    view.entities.length,
  )
  const next = starts.slice()
  const rows = new Uint32Array(all.length)
  for (const row of all) rows[next[ends[row]!]!++] = row
  return { starts, rows }
}

export const rowsAt = ({ starts, rows }: Links, entity: number): Uint32Array =>
  rows.subarray(starts[entity], starts[entity + 1])

/** The entities at the other ends of an entity's rows, each once, by id. */
export function othersAt(view: Projection, links: Links, entity: number, end: 'from' | 'to'): number[] {
  const ends = view.relations.columns[end]!.numbers()
  return [...new Set(Array.from(rowsAt(links, entity), (row) => ends[row]!))].sort((a, b) => a - b)
}
