import type { DescriptionRow, NodeRow, RelationRow } from '../../cypher/claim.ts'
import { KINDS, type Kind } from '../../schema/wire/codes.ts'
import { RELATION_TYPES } from '../../schema/wire/model.ts'
import { type Claims, GRADED, OWN_RELATION, ownFields, type Projection } from './projection.ts'

/**
 * Tells things of a view as answers have them, and remembers what it told: a result shows these ids and is made of these
 * offices' claims, which goes on record whenever somebody reads it.
 */
export class Told {
  readonly shown = new Set<string>()
  readonly owners = new Set<string>()
  readonly #view: Projection
  readonly #starts = new Map<Kind, Uint32Array>()

  constructor(view: Projection) {
    this.#view = view
  }

  /** An entity, as a claim points to it. */
  node(entity: number): NodeRow {
    const id = this.#view.entities[entity]!
    this.shown.add(id)
    return { id, kind: this.kindOf(entity), label: this.best(entity, 'label') as string | null }
  }

  /** A relation by its row, with its ends. */
  relation(row: number): RelationRow & { ends: [NodeRow, NodeRow] } {
    const { entities, relations } = this.#view
    const { columns } = relations
    const [type, from, to] = (['type', 'from', 'to'] as const).map((name) => columns[name]!.numbers()[row]!)
    const fields = (names: string[]) =>
      Object.fromEntries(names.map((name) => [name, columns[name]!.get(row)]))
    return {
      ...this.#origin(relations, row),
      type: RELATION_TYPES[type!]!,
      from: entities[from!]!,
      to: entities[to!]!,
      ...fields(OWN_RELATION),
      ends: [this.node(from!), this.node(to!)],
    } as RelationRow & { ends: [NodeRow, NodeRow] }
  }

  /** A description by its row among those of its kind. */
  description(kind: Kind, row: number): DescriptionRow & { node: NodeRow } {
    const list = this.#view.descriptions[kind]
    const own = Object.keys(ownFields(kind))
    return {
      ...this.#origin(list, row),
      of: kind,
      retractedAt: 0,
      compartment: 0,
      ...Object.fromEntries(
        own.flatMap((name) => {
          const value = list.columns[name]!.get(row)
          return value === null ? [] : [[name, value]]
        }),
      ),
      node: this.node(list.columns.entity!.numbers()[row]!),
    } as unknown as DescriptionRow & { node: NodeRow }
  }

  /** What every claim carries, and that its office's claim was shown. */
  #origin({ ids, columns }: Claims, row: number) {
    const { id, office, recordedAt } = this.#view.reports[columns.report!.numbers()[row]!]!
    this.owners.add(office)
    const graded = Object.fromEntries(GRADED.map((name) => [name, columns[name]!.get(row)]))
    return { claim: ids[row]!, report: id, office, recordedAt, ...graded, handling: graded.handling ?? [] }
  }

  /** What the best graded visible description that says something of a field says of it, or null. Shows nothing by itself. */
  best(entity: number, field: string): unknown {
    const kind = this.kindOf(entity)
    const column = this.#view.descriptions[kind].columns[field]
    if (!column) return null
    const [from, to] = this.descriptionsOf(entity)
    for (let row = from; row < to; row++) {
      const value = column.get(row)
      if (value !== null) return value
    }
    return null
  }

  kindOf(entity: number): Kind {
    return KINDS[this.#view.kinds[entity]!]!
  }

  /** The rows of an entity's descriptions among those of its kind, from the first to before the second; the best graded first. */
  descriptionsOf(entity: number): [number, number] {
    const starts = this.#startsOf(this.kindOf(entity))
    return [starts[entity]!, starts[entity + 1]!]
  }

  #startsOf(kind: Kind): Uint32Array {
    const known = this.#starts.get(kind)
    if (known) return known
    const starts = startsOf(
      this.#view.descriptions[kind].columns.entity!.numbers(),
      this.#view.entities.length,
    )
    this.#starts.set(kind, starts)
    return starts
  }
}

/** Where the rows of each number begin once a list is in their order: those of n stand at `[n]` … `[n + 1] − 1`. */
export function startsOf(numbers: ArrayLike<number>, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1)
  for (let row = 0; row < numbers.length; row++) starts[numbers[row]! + 1]!++
  for (let at = 0; at < count; at++) starts[at + 1]! += starts[at]!
  return starts
}
