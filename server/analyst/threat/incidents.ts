import { newBy } from './members.ts'
import { evidenceOf, type Found, type FoundPart, isGood, type Said } from './said.ts'
import type { About } from './threat.ts'

type Involved = Said & { key: number; row: number }

/** The incidents that a network itself is said to be involved in. */
function involved({ view, lookup, network }: About): Involved[] {
  return Array.from(lookup.rows('INVOLVED_IN', 'from', network), (row) => ({
    key: view.relations.columns.to!.numbers()[row]!,
    row,
    isGood: isGood(view.relations, row),
    relations: [row],
  }))
}

/**
 * People to whom something happened in these incidents, as reported: of each incident what its best graded report says, and the least
 * and the most that any does. An incident of which nothing is said is unknown, and never 0.
 */
export function peopleFound(about: About, field: 'dead' | 'missing' | 'injured'): Found {
  const list = about.view.descriptions.INCIDENT
  const said: Said[] = []
  const parts: FoundPart[] = []
  const incidents = Map.groupBy(involved(about), ({ key }) => key)
  for (const [entity, of] of [...incidents].sort(([a], [b]) => a - b)) {
    const [start, end] = about.told.descriptionsOf(entity)
    const counts: number[] = []
    for (let row = start; row < end; row++) {
      const count = list.columns[field]!.get(row) as number | null
      if (count === null) continue
      counts.push(count)
      said.push({ key: entity, isGood: isGood(list, row), description: ['INCIDENT', row] })
    }
    if (counts.length === 0) continue
    said.push(...of)
    parts.push({ entity, value: counts[0]!, low: Math.min(...counts), high: Math.max(...counts) })
  }
  const sum = (pick: 'value' | 'low' | 'high') =>
    parts.length === 0 ? null : parts.reduce((total, part) => total + part[pick]!, 0)
  return {
    value: sum('value'),
    low: sum('low'),
    high: sum('high'),
    unknown: incidents.size - parts.length,
    parts,
    evidence: evidenceOf(said),
  }
}

/** Incidents by the year of the earliest day that a claim gives: of the involvement, or of the incident itself. */
export function newIncidents(about: About): Found {
  const { view, told } = about
  const list = view.descriptions.INCIDENT
  const own = involved(about).flatMap((one): (Said & { day: string | null })[] => {
    const [start, end] = told.descriptionsOf(one.key)
    const rows = Array.from({ length: end - start }, (_, at) => start + at)
    return [
      { ...one, day: view.relations.columns.observedFrom!.get(one.row) as string | null },
      ...rows.map((row) => ({
        key: one.key,
        isGood: one.isGood && isGood(list, row),
        relations: [one.row],
        description: ['INCIDENT', row] as ['INCIDENT', number],
        day: list.columns.observedFrom!.get(row) as string | null,
      })),
    ]
  })
  return newBy(own, ({ day }) => day)
}
