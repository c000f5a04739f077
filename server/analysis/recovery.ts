import type { Compact } from './compact.ts'
import { join, type Living, type Lost, tieKey } from './living.ts'
import type { Random } from './random.ts'

export type Recovery = {
  /**
   * How somebody is found in place of whom a tie was lost with: `random`, anybody with equal chance; `degree`, with a chance
   * that grows with the ties he has, plus 1; `distance`, one of those who were nearest before the removal (a friend's
   * friend, if there is one), with equal chance, and nobody if there was no path to any; `none`, nobody ever.
   */
  by: 'none' | 'random' | 'degree' | 'distance'
  /** The chance, in 0 … 1, that a lost tie is sought again at all; 1 by default. */
  share?: number | undefined
  /**
   * Beside each node its role or stage of the chain, −1 where it is unknown. Given, a lost node is replaced by one other of
   * its stage, who takes over its lost ties; nobody of the stage left, nobody does. Without it, or of unknown stage, each who
   * lost a tie seeks for himself, among all.
   */
  stages?: ArrayLike<number> | undefined
}

/**
 * Ties anew what a removal tore, in the order of `lost`. `before` is the network as it stood then. Nobody gets a tie that he
 * has already, with himself, with one who is gone, or one that was cut for itself: who finds nobody else goes without.
 *
 * Source: the mechanisms of Duijn, Kashirin and Sloot 2014 (DOI 10.1038/srep04238): random, by degree, by distance, and
 * replacement within the same stage of the value chain; the chances in detail are ours. Time lost × (nodes + pairs) at most.
 */
export function recover(
  living: Living,
  {
    before,
    lost,
    recovery,
    random,
  }: { before: Compact; lost: readonly Lost[]; recovery: Recovery; random: Random },
): void {
  const { by, share = 1, stages } = recovery
  if (by === 'none') return
  const successors = new Map<number, number | undefined>()
  const find = (from: number, may: (node: number) => boolean) =>
    pick(living, { by, from, may, before, random })
  const succeed = (from: number, stage: number) => {
    if (!successors.has(from))
      successors.set(
        from,
        find(from, (node) => node !== from && stages?.[node] === stage),
      )
    return successors.get(from)
  }
  for (const { left, lost: from } of lost) {
    if (random.unit() >= share) continue
    const stage = stages?.[from] ?? -1
    const found = stage >= 0 ? succeed(from, stage) : find(left, (node) => isFree(living, left, node))
    if (found !== undefined && isFree(living, left, found)) join(living, left, found)
  }
}

const isFree = (living: Living, one: number, other: number): boolean =>
  one !== other && !living.neighbours[one]!.has(other) && !living.cut.has(tieKey(living, one, other))

type Search = {
  by: Exclude<Recovery['by'], 'none'>
  from: number
  may: (node: number) => boolean
  before: Compact
  random: Random
}

function pick(living: Living, { by, from, may, before, random }: Search): number | undefined {
  const open = (node: number) => !living.gone[node] && may(node)
  if (by === 'distance') return oneOf(nearest(before, from, open), random)
  const all: number[] = []
  for (let node = 0; node < before.nodes; node++) if (open(node)) all.push(node)
  return by === 'random' ? oneOf(all, random) : byDegree(living, all, random)
}

const oneOf = (nodes: readonly number[], random: Random): number | undefined =>
  nodes.length === 0 ? undefined : nodes[random.below(nodes.length)]

function byDegree({ neighbours }: Living, nodes: readonly number[], random: Random): number | undefined {
  const weight = (node: number) => neighbours[node]!.size + 1
  const total = nodes.reduce((sum, node) => sum + weight(node), 0)
  let place = total === 0 ? 0 : random.below(total)
  return nodes.find((node) => {
    place -= weight(node)
    return place < 0
  })
}

/** The open nodes at the least distance at which there are any, ascending. */
function nearest(
  { nodes, offsets, neighbours }: Compact,
  from: number,
  open: (node: number) => boolean,
): number[] {
  const seen = new Uint8Array(nodes)
  seen[from] = 1
  for (let level = [from]; level.length > 0; ) {
    const next: number[] = []
    for (const node of level)
      for (let to = offsets[node]!; to < offsets[node + 1]!; to++) {
        const other = neighbours[to]!
        if (seen[other]) continue
        seen[other] = 1
        next.push(other)
      }
    const found = next.filter(open)
    if (found.length > 0) return found.sort((a, b) => a - b)
    level = next
  }
  return []
}
