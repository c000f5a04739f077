import type { RelationRow } from '../../cypher/claim.ts'
import type { SaidRow } from '../../cypher/projection/projection.ts'
import { KINDS, type Kind } from '../../schema/wire/codes.ts'
import {
  DESCRIPTION_KINDS,
  DESCRIPTIONS,
  type Field,
  type Fields,
  RELATION_KINDS,
  RELATION_TYPES,
  RELATIONS,
} from '../../schema/wire/model.ts'
import { type Column, type Columns, columnsOf, numberColumn, picked } from './column.ts'

/** Claims of one kind as columns, a row each. */
export type Claims = { count: number; ids: string[]; columns: Columns }

/**
 * What one caller may see, as arrays. It is a function of the visible claims alone: entities are numbered by their ids, relations
 * stand in the order of claim ids, descriptions of an entity from the best graded on, as everywhere on the platform.
 */
export type Projection = {
  /** The version up to which it knows. */
  asOf: number
  entities: string[]
  /** Beside each, the place of its kind in `KINDS`. */
  kinds: Uint8Array
  /** Columns `type` (a number of `RELATION_TYPES`), `from`, `to` (entities), `report`, the grading and the own fields. */
  relations: Claims
  /** By kind. Columns `entity`, `report`, the grading and the kind's own fields. */
  descriptions: Record<Kind, Claims>
  /** The reports of these claims and mentions, in no order that may be shown. */
  reports: Reported[]
  /** Which report speaks of which entity: an entity is seen as long as one visible report does. */
  mentions: Mentions
}
export type Mentions = { report: Column; entity: Column }

export type Reported = { id: string; office: string; recordedAt: number }

const GRADING: Fields = {
  source: { type: 'code', list: 'Source' },
  information: { type: 'code', list: 'Information' },
  basis: { type: 'code', list: 'Basis' },
  observedFrom: { type: 'date' },
  observedTo: { type: 'date' },
  handling: { type: 'codes', list: 'Handling' },
  sensitivity: { type: 'code', list: 'Sensitivity' },
  evidenceUse: { type: 'code', list: 'EvidenceUse' },
  onward: { type: 'code', list: 'Onward' },
}
export const GRADED = Object.keys(GRADING)

/** The own fields of all relations together, as the statements give them. */
const OWN: Fields = Object.fromEntries(
  RELATION_KINDS.flatMap((kind) => Object.entries<Field>(RELATIONS[kind].fields)),
)
export const OWN_RELATION = Object.keys(OWN)

/** The own fields of a kind's description. */
export const ownFields = (kind: Kind): Fields => {
  const found = DESCRIPTION_KINDS.find((one) => DESCRIPTIONS[one].kind === kind)!
  return DESCRIPTIONS[found].fields
}

/** Their names by kind, in the order in which the statements give them. */
const OWN_DESCRIPTION = ofKinds((kind) => Object.keys(ownFields(kind)))

/** Claims as they come, in any order. Entities and reports are numbered as they are met. */
export type Gathering = {
  relations: Claims
  descriptions: Record<Kind, Claims>
  entities: Map<string, number>
  /** By the number of the entity. */
  kinds: number[]
  reports: Map<string, number>
  reported: Reported[]
  mentions: Mentions
}

const claims = (fields: Fields, numbers: string[]): Claims => ({
  count: 0,
  ids: [],
  columns: { ...Object.fromEntries(numbers.map((name) => [name, numberColumn()])), ...columnsOf(fields) },
})

export function gathering(): Gathering {
  return {
    relations: claims({ ...GRADING, ...OWN }, ['type', 'from', 'to', 'report']),
    descriptions: ofKinds((kind) => claims({ ...GRADING, ...ownFields(kind) }, ['entity', 'report'])),
    entities: new Map(),
    kinds: [],
    reports: new Map(),
    reported: [],
    mentions: { report: numberColumn(), entity: numberColumn() },
  }
}

function entityOf({ entities, kinds }: Gathering, id: string, kind: number): number {
  const known = entities.get(id)
  if (known !== undefined) return known
  entities.set(id, kinds.length)
  return kinds.push(kind) - 1
}

type FromReport = { report: string; office: string; recordedAt: number }
function reportOf({ reports, reported }: Gathering, { report: id, office, recordedAt }: FromReport): number {
  const known = reports.get(id)
  if (known !== undefined) return known
  reports.set(id, reported.length)
  return reported.push({ id, office, recordedAt }) - 1
}

/** A description, or a bare mention, which says only that the entity exists. */
export function gatherDescription(into: Gathering, row: SaidRow): void {
  const entity = entityOf(into, row.entity, KINDS.indexOf(row.of))
  const report = reportOf(into, row)
  into.mentions.report.push(report)
  into.mentions.entity.push(entity)
  if (row.bare) return
  const list = into.descriptions[row.of]
  const { columns } = list
  append(list, row, report)
  columns.entity!.push(entity)
  const names = OWN_DESCRIPTION[row.of]
  for (let at = 0; at < names.length; at++) columns[names[at]!]!.push(row.own[at])
}

/** The ends are described by the same report: who sees the one sees the other. Descriptions are gathered first. */
export function gatherRelation(into: Gathering, row: RelationRow): void {
  const [from, to] = [into.entities.get(row.from), into.entities.get(row.to)]
  // Its report has been erased or has changed hands between the two readings; it is read anew after both.
  if (from === undefined || to === undefined) return
  const { columns } = into.relations
  append(into.relations, row, reportOf(into, row))
  columns.type!.push(RELATION_TYPES.indexOf(row.type as 'USES'))
  columns.from!.push(from)
  columns.to!.push(to)
  for (const name of OWN_RELATION) columns[name]!.push(row[name as keyof RelationRow])
}

/** What both kinds of claim carry. */
function append(list: Claims, row: SaidRow | RelationRow, report: number): void {
  list.ids.push(row.claim)
  list.count++
  list.columns.report!.push(report)
  for (const name of GRADED) list.columns[name]!.push(row[name as keyof typeof row])
}

/** Puts what was gathered into the order that every projection has, so that nothing tells in which order it came. */
export function projected(found: Gathering, asOf: number): Projection {
  const ids = [...found.entities.keys()]
  const order = Uint32Array.from(ids.keys()).sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1))
  const numbers = new Uint32Array(ids.length)
  order.forEach((was, now) => {
    numbers[was] = now
  })
  return {
    asOf,
    entities: Array.from(order, (was) => ids[was]!),
    kinds: Uint8Array.from(order, (was) => found.kinds[was]!),
    relations: withNumbers(sorted(found.relations, byId), ['from', 'to'], numbers),
    descriptions: ofKinds((kind) =>
      sorted(withNumbers(found.descriptions[kind], ['entity'], numbers), byGrading(found)),
    ),
    reports: found.reported,
    mentions: { ...found.mentions, entity: renumbered(found.mentions.entity, numbers) },
  }
}

type Order = (list: Claims) => (a: number, b: number) => number

const byId: Order =
  ({ ids }) =>
  (a, b) =>
    ids[a]! < ids[b]! ? -1 : 1

/** By entity, then as `rank` in the graph has it: the better graded first, of equals the later, then by claim id. */
const byGrading =
  ({ reported }: Pick<Gathering, 'reported'>): Order =>
  (list) => {
    const [entity, report, source, information] = ['entity', 'report', 'source', 'information'].map((name) =>
      list.columns[name]!.numbers(),
    ) as [Uint32Array, Uint32Array, Uint8Array, Uint8Array]
    const before = byId(list)
    return (a, b) =>
      entity[a]! - entity[b]! ||
      source[a]! - source[b]! ||
      information[a]! - information[b]! ||
      reported[report[b]!]!.recordedAt - reported[report[a]!]!.recordedAt ||
      before(a, b)
  }

function sorted(list: Claims, order: Order): Claims {
  const rows = Uint32Array.from({ length: list.count }, (_, row) => row).sort(order(list))
  return pickedRows(list, rows)
}

export const pickedRows = (list: Claims, rows: Uint32Array, anew = false): Claims => ({
  count: rows.length,
  ids: Array.from(rows, (row) => list.ids[row]!),
  columns: picked(list.columns, rows, anew),
})

function renumbered(column: Column, numbers: Uint32Array): Column {
  const next = numberColumn()
  for (const was of column.numbers()) next.push(numbers[was])
  return next
}

function withNumbers(list: Claims, names: string[], numbers: Uint32Array): Claims {
  const columns = Object.fromEntries(names.map((name) => [name, renumbered(list.columns[name]!, numbers)]))
  return { ...list, columns: { ...list.columns, ...columns } }
}

/**
 * What stays of a projection without some reports, to gather more into. What only they said is kept nowhere: no label, and no
 * entity that they alone spoke of.
 */
export function without(view: Projection, gone: ReadonlySet<string>): Gathering {
  const into = gathering()
  const isLeft = view.reports.map(({ id }) => !gone.has(id))
  const [report, entity] = [view.mentions.report.numbers(), view.mentions.entity.numbers()]
  for (let at = 0; at < report.length; at++) {
    if (!isLeft[report[at]!]) continue
    const one = view.reports[report[at]!]!
    into.mentions.report.push(reportOf(into, { ...one, report: one.id }))
    into.mentions.entity.push(entityOf(into, view.entities[entity[at]!]!, view.kinds[entity[at]!]!))
  }
  const entities = Uint32Array.from(view.entities, (id) => into.entities.get(id) ?? 0)
  const reports = Uint32Array.from(view.reports, ({ id }) => into.reports.get(id) ?? 0)
  const kept = (list: Claims, fields: string[]): Claims => {
    const of = list.columns.report!.numbers()
    const rows = Uint32Array.from({ length: list.count }, (_, row) => row).filter((row) => isLeft[of[row]!])
    const left = pickedRows(list, rows, isLeft.includes(false))
    return withNumbers(withNumbers(left, fields, entities), ['report'], reports)
  }
  return {
    ...into,
    relations: kept(view.relations, ['from', 'to']),
    descriptions: ofKinds((kind) => kept(view.descriptions[kind], ['entity'])),
  }
}

/** What the arrays take, in bytes; ids are reckoned as V8 keeps them. */
export function bytesOf({ entities, relations, descriptions, reports, mentions }: Projection): number {
  const text = 56
  const of = ({ ids, columns }: Claims) =>
    ids.length * text + Object.values(columns).reduce((sum, column) => sum + column.bytes(), 0)
  return (
    [relations, ...Object.values(descriptions)].reduce((sum, one) => sum + of(one), 0) +
    mentions.report.bytes() +
    mentions.entity.bytes() +
    (entities.length + 3 * reports.length) * text
  )
}

function ofKinds<T>(make: (kind: Kind) => T): Record<Kind, T> {
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Record<Kind, T>
}
