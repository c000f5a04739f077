import { KINDS, type Kind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { RELATION_TYPES } from '../../schema/wire/model.ts'
import { type Compact, compactOf } from '../analysis/compact.ts'
import type { Projection } from './projection.ts'

/**
 * The number of an entity. Throws NOT_FOUND for one that the view does not hold, or of another kind: hidden, absent and of
 * another kind are one answer.
 */
export function entityNumber({ entities, kinds }: Projection, id: string, kind?: Kind): number {
  let [low, high] = [0, entities.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (entities[middle]! < id) low = middle + 1
    else high = middle
  }
  const isIt = entities[low] === id && (!kind || KINDS[kinds[low]!] === kind)
  if (!isIt) throw new Fault('NOT_FOUND', 'expected the id of something that you may see, got another')
  return low
}

/** The rows of relations of one type, in the order of claim ids. */
export function relationsOfType(
  { relations }: Projection,
  type: (typeof RELATION_TYPES)[number],
): Uint32Array {
  const wanted = RELATION_TYPES.indexOf(type)
  const numbers = relations.columns.type!.numbers()
  const rows: number[] = []
  for (let row = 0; row < numbers.length; row++) if (numbers[row] === wanted) rows.push(row)
  return Uint32Array.from(rows)
}

/** A part of a view as a network: its nodes are numbered anew, in the order of their ids, its ties in that of claim ids. */
export type Ground = {
  network: Compact
  /** The entity that each node is. */
  entityOf: Uint32Array
  /** The node of an entity, or −1. */
  nodeOf: Int32Array
  /** The relation's row of each tie, and its ends as nodes. */
  rows: Uint32Array
  from: Uint32Array
  to: Uint32Array
}

/** The network of some entities and of those of the given relations whose ends are both among them. */
export function groundOf(view: Projection, isNode: (entity: number) => boolean, rows: Uint32Array): Ground {
  const nodeOf = new Int32Array(view.entities.length).fill(-1)
  const entities: number[] = []
  for (let entity = 0; entity < nodeOf.length; entity++)
    if (isNode(entity)) nodeOf[entity] = entities.push(entity) - 1
  const { from, to } = view.relations.columns
  const kept = rows.filter((row) => nodeOf[from!.numbers()[row]!]! >= 0 && nodeOf[to!.numbers()[row]!]! >= 0)
  const ends = (column: typeof from) => kept.map((row) => nodeOf[column!.numbers()[row]!]!)
  const [starts, stops] = [ends(from), ends(to)]
  return {
    network: compactOf(entities.length, starts, stops),
    ...{ entityOf: Uint32Array.from(entities), nodeOf, rows: kept, from: starts, to: stops },
  }
}

/** Who is said to belong to each network: rows of MEMBER_OF by network, in the order of claim ids. */
export function membersOf(view: Projection): Map<number, number[]> {
  const networks = view.relations.columns.to!.numbers()
  const members = new Map<number, number[]>()
  for (const row of relationsOfType(view, 'MEMBER_OF')) {
    const network = networks[row]!
    const list = members.get(network)
    if (list) list.push(row)
    else members.set(network, [row])
  }
  return members
}

/** Actors and who works with whom: all that the view holds, or the members of some networks. Throws NOT_FOUND. */
export function actorsGround(view: Projection, networks: readonly string[]): Ground {
  const isActor = (entity: number) => view.kinds[entity] === KINDS.indexOf('ACTOR')
  const ties = relationsOfType(view, 'WORKS_WITH')
  if (networks.length === 0) return groundOf(view, isActor, ties)
  const members = membersOf(view)
  const from = view.relations.columns.from!.numbers()
  const wanted = new Set(
    networks.flatMap((id) => (members.get(entityNumber(view, id, 'NETWORK')) ?? []).map((row) => from[row]!)),
  )
  return groundOf(view, (entity) => wanted.has(entity), ties)
}
