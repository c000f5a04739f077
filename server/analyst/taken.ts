import type { FoundPath, PathHop } from '../../schema/analysis/path.ts'
import type { Taken, Weighing } from '../../schema/wire/analysis/weighing.ts'
import { KINDS } from '../../schema/wire/codes.ts'
import { RELATION_TYPES } from '../../schema/wire/model.ts'
import type { Path } from '../analysis/shortest.ts'
import { HOP, weightsOf } from '../analysis/weights.ts'
import { NO_DAY } from './column.ts'
import { type Ground, groundOf } from './ground.ts'
import type { Projection } from './projection.ts'
import type { Told } from './told.ts'

// What paths are looked for in, and how they are told. Every question about paths takes claims by the same rule.

/**
 * The network of all that a path may take. No path goes on through a place or a crime unless the caller names the types of
 * relations that count: sharing one is no connection. It may begin or end at one, for then that is what was asked about.
 */
export function takenGround(view: Projection, asked: Taken, ends: ReadonlySet<number>): Ground {
  const isNamed = asked.types.length > 0
  const notPassed = new Set(isNamed ? [] : [KINDS.indexOf('PLACE'), KINDS.indexOf('CRIME')])
  const isNode = (entity: number) => !notPassed.has(view.kinds[entity]!) || ends.has(entity)
  return groundOf(view, isNode, rowsTaken(view, asked))
}

function rowsTaken({ relations }: Projection, { types, ties }: Taken): Uint32Array {
  const { type, tie } = relations.columns
  const isType = RELATION_TYPES.map((one) => types.length === 0 || types.includes(one))
  const works = RELATION_TYPES.indexOf('WORKS_WITH')
  const isTie = new Set(ties.map((one) => tie!.numberOf(one)))
  const [typeOf, tieOf] = [type!.numbers(), tie!.numbers()]
  const rows: number[] = []
  for (let row = 0; row < typeOf.length; row++) {
    if (!isType[typeOf[row]!]) continue
    if (ties.length > 0 && typeOf[row] === works && !isTie.has(tieOf[row]!)) continue
    rows.push(row)
  }
  return Uint32Array.from(rows)
}

/** What each place in the order of a caller's kinds adds, in thousandths of a hop: ours, as the other numbers of `weights.ts`. */
const PLACE_ADDS = HOP / 2

/** The weight of each tie of a ground, in thousandths of a hop, as the caller would have it. */
export function weightsAsked(view: Projection, { rows }: Ground, asked: Weighing): Float64Array {
  const { source, information, tie, observedFrom, observedTo, type } = view.relations.columns
  // Columns of codes count from 1; 0 is none.
  const codesOf = (column: typeof source) => rows.map((row) => column!.numbers()[row]! - 1)
  const daysOf = (column: typeof source) => Float64Array.from(rows, (row) => dayOf(column!.numbers()[row]!))
  const { weigh, on, half, types, ties } = asked
  const weights = weightsOf(
    {
      grading: weigh.includes('GRADING'),
      ...(weigh.includes('RECENCY') && { recency: { at: observedFrom!.numberOf(on), half } }),
      ...(weigh.includes('KIND') && {
        kinds: Object.fromEntries(ties.map((one, place) => [one, place * PLACE_ADDS])),
      }),
    },
    {
      count: rows.length,
      ...{ source: codesOf(source), information: codesOf(information), kind: codesOf(tie) },
      ...{ observedFrom: daysOf(observedFrom), observedTo: daysOf(observedTo) },
    },
  )
  if (!weigh.includes('KIND') || types.length === 0) return weights
  const typeOf = type!.numbers()
  return weights.map((weight, at) => weight + PLACE_ADDS * types.indexOf(RELATION_TYPES[typeOf[rows[at]!]!]!))
}

/** A day of a column as analyses take it: NaN where there is none. */
export const dayOf = (number: number): number => (number === NO_DAY ? Number.NaN : number)

/** Paths with all the claims of each hop, told in the numbers of the ground. Looks at its ties once. */
export function pathsTold(
  { network, rows, entityOf }: Ground,
  told: Told,
  paths: readonly Path[],
): FoundPath[] {
  const claims = new Map<number, number[]>()
  for (const { ties } of paths) for (const tie of ties) claims.set(network.pairOf[tie]!, [])
  for (let tie = 0; tie < rows.length; tie++) claims.get(network.pairOf[tie]!)?.push(rows[tie]!)
  const hopOf = ({ nodes, ties, weights }: Path, hop: number): PathHop => ({
    from: told.node(entityOf[nodes[hop]!]!),
    to: told.node(entityOf[nodes[hop + 1]!]!),
    length: weights[hop]! / HOP,
    claims: claims.get(network.pairOf[ties[hop]!]!)!.map((row) => told.relation(row)),
  })
  return paths.map((path) => ({
    length: path.weight / HOP,
    hops: path.ties.map((_, hop) => hopOf(path, hop)),
  }))
}
