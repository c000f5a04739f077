import { type Compact, compactOf } from './compact.ts'

/** A network whose nodes and ties come and go. */
export type Living = {
  neighbours: Set<number>[]
  gone: Uint8Array
  /** Ties that were taken away for themselves and do not come back, by `tieKey`. */
  cut: Set<number>
}

export function livingOf({ nodes, offsets, neighbours }: Compact): Living {
  const of = (node: number) => new Set(neighbours.subarray(offsets[node], offsets[node + 1]))
  return {
    neighbours: Array.from({ length: nodes }, (_, node) => of(node)),
    gone: new Uint8Array(nodes),
    cut: new Set(),
  }
}

/** The network as it is now, its nodes numbered as before; those gone have no ties. Time nodes + ties. */
export function asCompact({ neighbours }: Living): Compact {
  const [from, to]: [number[], number[]] = [[], []]
  for (const [node, others] of neighbours.entries())
    for (const other of others)
      if (node < other) {
        from.push(node)
        to.push(other)
      }
  return compactOf(neighbours.length, from, to)
}

export const tieKey = ({ neighbours }: Living, one: number, other: number): number =>
  Math.min(one, other) * neighbours.length + Math.max(one, other)

export function join({ neighbours }: Living, one: number, other: number): void {
  neighbours[one]!.add(other)
  neighbours[other]!.add(one)
}

/** A tie that has gone, seen from an end that remains. */
export type Lost = { left: number; lost: number }

/** Takes nodes and pairs away, those that are there; gives the ties lost, in ascending order of `lost`, then `left`. */
export function remove(
  living: Living,
  nodes: Iterable<number>,
  pairs: Iterable<readonly [number, number]>,
): Lost[] {
  const lost: Lost[] = []
  for (const [one, other] of pairs) {
    living.cut.add(tieKey(living, one, other))
    if (!living.neighbours[one]!.delete(other)) continue
    living.neighbours[other]!.delete(one)
    lost.push({ left: one, lost: other }, { left: other, lost: one })
  }
  for (const node of nodes) {
    living.gone[node] = 1
    for (const other of living.neighbours[node]!) {
      living.neighbours[other]!.delete(node)
      lost.push({ left: other, lost: node })
    }
    living.neighbours[node]!.clear()
  }
  return inOrder(lost.filter(({ left }) => !living.gone[left]))
}

export const inOrder = (lost: readonly Lost[]): Lost[] =>
  lost.toSorted((one, other) => one.lost - other.lost || one.left - other.left)
