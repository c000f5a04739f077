import type { Kind } from '../../../schema/wire/codes.ts'
import type { RELATION_TYPES } from '../../../schema/wire/model.ts'
import { relationsOfType } from '../ground.ts'
import type { Claims, Projection } from '../projection.ts'
import { startsOf } from '../told.ts'

/** Claims as rows of a view: of relations, and of descriptions by kind. */
export type Evidence = { relations: number[]; descriptions: [Kind, number][] }

/** What one claim, or a chain of claims, says that an indicator counts: a key, and whether all of the chain is graded B2 or better. */
export type Said = {
  key: number | string
  isGood: boolean
  relations?: number[]
  description?: [Kind, number]
}

export type FoundPart = {
  code?: string
  year?: number
  entity?: number
  value: number | null
  low: number | null
  high: number | null
}
export type Found = {
  value: number | null
  low: number | null
  high: number | null
  unknown: number
  parts: FoundPart[]
  evidence: Evidence
}

export const evidenceOf = (said: readonly Said[]): Evidence => ({
  relations: [...new Set(said.flatMap(({ relations = [] }) => relations))].sort((a, b) => a - b),
  descriptions: distinct(said.flatMap(({ description }) => (description ? [description] : []))),
})

function distinct(all: [Kind, number][]): [Kind, number][] {
  const byName = new Map(all.map((one) => [`${one[0]} ${String(one[1]).padStart(10, '0')}`, one]))
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/**
 * How many different keys are said, and how many of them by a good claim. Nothing said is unknown, and never 0. Without `part` it
 * has no parts; with it one for each, made of the claims that say so.
 */
export function counted(
  said: readonly Said[],
  part?: (of: readonly Said[]) => Omit<FoundPart, 'high'>,
): Found {
  const groups = [...Map.groupBy(said, ({ key }) => key)]
  const value = groups.length === 0 ? null : groups.length
  return {
    value,
    low: value === null ? null : groups.filter(([, of]) => of.some(({ isGood }) => isGood)).length,
    high: value,
    unknown: 0,
    parts: part ? groups.map(([, of]) => withHigh(part(of))).sort(byKey) : [],
    evidence: evidenceOf(said),
  }
}

const withHigh = (part: Omit<FoundPart, 'high'>): FoundPart => ({ ...part, high: part.value })

const byKey = (a: FoundPart, b: FoundPart): number =>
  (a.entity ?? 0) - (b.entity ?? 0) ||
  (a.year ?? 0) - (b.year ?? 0) ||
  ((a.code ?? '') < (b.code ?? '') ? -1 : (a.code ?? '') > (b.code ?? '') ? 1 : 0)

/** A part for each code, with how many claims say it. */
export const byCode = (of: readonly Said[]) => ({
  code: String(of[0]!.key),
  value: of.length,
  low: of.filter(({ isGood }) => isGood).length,
})

/** Graded B2 or better. */
export function isGood({ columns }: Claims, row: number): boolean {
  const [source, information] = [columns.source!.numbers()[row]!, columns.information!.numbers()[row]!]
  return source >= 1 && source <= 2 && information >= 1 && information <= 2
}

type Type = (typeof RELATION_TYPES)[number]

/** Relations of a view by where they begin or end, in the order of claim ids; each type is sorted once. */
export class Lookup {
  readonly #view: Projection
  readonly #known = new Map<string, { starts: Uint32Array; rows: Uint32Array }>()

  constructor(view: Projection) {
    this.#view = view
  }

  /** The rows of one type at an entity. */
  rows(type: Type, side: 'from' | 'to', entity: number): Uint32Array {
    const name = `${type} ${side}`
    const known = this.#known.get(name) ?? this.#sorted(type, side)
    this.#known.set(name, known)
    return known.rows.subarray(known.starts[entity]!, known.starts[entity + 1]!)
  }

  #sorted(type: Type, side: 'from' | 'to') {
    const ends = this.#view.relations.columns[side]!.numbers()
    const rows = relationsOfType(this.#view, type)
    const starts = startsOf(
      rows.map((row) => ends[row]!),
      this.#view.entities.length,
    )
    const next = starts.slice()
    const sorted = new Uint32Array(rows.length)
    for (const row of rows) sorted[next[ends[row]!]!++] = row
    return { starts, rows: sorted }
  }
}
