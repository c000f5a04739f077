import type { CrimeMatrixResult, LinkCell } from '../../../schema/analysis/crime-matrix.ts'
import type { CrimeMatrixQuestion } from '../../../schema/wire/analysis/crime-matrix.ts'
import { KINDS, LINK_TYPES, LINKED_CRIMES } from '../../../schema/wire/codes.ts'
import { type CrimeCell, crimeMatrix as matrixOf, returnCargo } from '../../analysis/crime-matrix.ts'
import { evidenceOf, opened } from '../evidence.ts'
import { entityNumber, relationsOfType } from '../ground.ts'
import { linksBy, othersAt } from '../links.ts'
import type { Projection } from '../projection.ts'
import type { Told } from '../told.ts'
import { entitiesOf } from '../traffic.ts'

const SUBJECTS = (['NETWORK', 'ROUTE', 'LEG'] as const).map((kind) => KINDS.indexOf(kind))

/** See `CrimeMatrixQuestion`. Throws NOT_FOUND for what is no network, route or leg of the view. */
export function crimeMatrix(view: Projection, told: Told, asked: CrimeMatrixQuestion): CrimeMatrixResult {
  const wanted = new Set(asked.things.map((id) => subjectNumber(view, id)))
  const from = view.relations.columns.from!.numbers()
  const linked = relationsOfType(view, 'LINKED_TO')
  const said = linked.filter((row) => SUBJECTS.includes(view.kinds[from[row]!]!))
  const cells = matrixOf(columnsOf(view, said))
  const rowsOf = Map.groupBy(said, (row) => keyOf(from[row]!, crimeOf(view, row)))
  const shown = (cell: CrimeCell): LinkCell => {
    const rows = rowsOf.get(keyOf(cell.subject, cell.crime))!
    return {
      crime: LINKED_CRIMES[cell.crime]!,
      links: cell.links.map((link) => LINK_TYPES[link]!),
      evidence: evidenceOf(view, rows),
      claims: opened(view, told, rows, asked.claims),
    }
  }
  const isWanted = (thing: number) => wanted.size === 0 || wanted.has(thing)
  const subjects = Map.groupBy(cells, ({ subject }) => subject)
  const things = [...subjects.keys()].filter(isWanted).sort(byName(told))
  const returns = returnsIn(view, cells).filter(({ leg, back }) => isWanted(leg) || isWanted(back))
  return {
    kind: 'crimeMatrix',
    rows: things
      .slice(0, asked.most)
      .map((thing) => ({ thing: told.node(thing), cells: subjects.get(thing)!.map(shown) })),
    unlisted: Math.max(0, things.length - asked.most),
    returns: returns.slice(0, asked.most).map(({ leg, back }) => ({
      leg: told.node(leg),
      back: told.node(back),
      cells: subjects.get(back)!.map(shown),
    })),
    returnsUnlisted: Math.max(0, returns.length - asked.most),
    elsewhere: wanted.size > 0 ? null : linked.length - said.length,
  }
}

function subjectNumber(view: Projection, id: string): number {
  const thing = entityNumber(view, id)
  return SUBJECTS.includes(view.kinds[thing]!) ? thing : entityNumber(view, id, 'NETWORK')
}

const keyOf = (subject: number, crime: number) => subject * LINKED_CRIMES.length + crime

/** Codes are kept as their places from 1. */
const crimeOf = (view: Projection, row: number) => view.relations.columns.code!.numbers()[row]! - 1

function columnsOf(view: Projection, rows: Uint32Array) {
  const { columns } = view.relations
  const of = (name: string, from = 0) => {
    const numbers = columns[name]!.numbers()
    return Array.from(rows, (row) => numbers[row]! - from)
  }
  const report = of('report')
  const offices = [...new Set(view.reports.map(({ office }) => office))].sort()
  const place = new Map(offices.map((office, at) => [office, at]))
  return {
    ...{ count: rows.length, subject: of('from'), crime: of('code', 1), link: of('link', 1) },
    ...{ claim: Array.from(rows), report },
    office: report.map((one) => place.get(view.reports[one]!.office)!),
    ...{ source: of('source', 1), information: of('information', 1) },
  }
}

/** By kind, code name and id: never by how much is linked, which would sum over crimes. */
function byName(told: Told) {
  const nameOf = (thing: number) => (told.best(thing, 'label') as string | null) ?? ''
  const kindOf = (thing: number) => SUBJECTS.indexOf(KINDS.indexOf(told.kindOf(thing)))
  return (one: number, other: number): number => {
    const [a, b] = [nameOf(one), nameOf(other)]
    return kindOf(one) - kindOf(other) || (a < b ? -1 : a > b ? 1 : one - other)
  }
}

/** Legs and those that lead back, each pair once. A leg of which claims differ is held against the others by each of its ends. */
function returnsIn(view: Projection, cells: CrimeCell[]): { leg: number; back: number }[] {
  const [departs, arrives] = [linksBy(view, 'DEPARTS_FROM', 'from'), linksBy(view, 'ARRIVES_AT', 'from')]
  const linked = Map.groupBy(cells, ({ subject }) => subject)
  const hops = entitiesOf(view, 'LEG').flatMap((leg) =>
    othersAt(view, departs, leg, 'to').flatMap((from) =>
      othersAt(view, arrives, leg, 'to').map((to) => ({ leg, from, to })),
    ),
  )
  const ofHops = hops.flatMap(({ leg }, hop) =>
    (linked.get(leg) ?? []).map((cell) => ({ ...cell, subject: hop })),
  )
  const ends = { from: hops.map(({ from }) => from), to: hops.map(({ to }) => to) }
  const pairs = returnCargo(ends, ofHops).map((one) => ({
    leg: hops[one.leg]!.leg,
    back: hops[one.back]!.leg,
  }))
  const once = new Map(
    pairs.filter(({ leg, back }) => leg !== back).map((pair) => [`${pair.leg} ${pair.back}`, pair]),
  )
  return [...once.values()].sort((a, b) => a.leg - b.leg || a.back - b.back)
}
