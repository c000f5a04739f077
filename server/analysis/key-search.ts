import { type Random, seeded, shuffled } from './random.ts'
import type { Watch } from './watch.ts'

/** What a set of nodes is to be good at. The same set has the same value however one came to it; more is better. */
export type Aim = {
  value(set: readonly number[]): Promise<number>
  /**
   * The node whose addition to the set is best, among those that are considered, and the value then; of several the
   * least node. Undefined if none is left to add.
   */
  best(set: readonly number[]): Promise<Found | undefined>
  /** The value without any estimate, where the other two estimate. */
  exact?: ((set: readonly number[]) => Promise<number>) | undefined
}
export type Found = { node: number; value: number }

export type Chosen = { set: number[]; value: number }

export type Search = {
  nodes: number
  size: number
  starts: number
  seed: number
  /** Beside each node, whether it may be in no set; the aim does not add it either. */
  spared?: Uint8Array | undefined
}

/**
 * The best set of `size` nodes that greedy growth and swaps come to from several starts: the first start is the empty
 * set, each further one a drawn set. Then each member in turn is swapped for the node that does best in its
 * place, until no swap of one member helps. Of equal values the set whose nodes are less, in ascending order, is better, so
 * an answer does not depend on the order in which sets were come by. What the starts came to is compared by exact value.
 * Nodes are to be numbered by what the caller may see, or the choice among equals would tell of what he may not.
 *
 * Source: Borgatti 2006 (DOI 10.1007/s10588-006-7084-x), whose procedure swaps from a drawn set; the greedy start is
 * ours. Asks `best` starts × size × (1 + rounds) times; each round but the last betters the set, and two or three are usual.
 */
export async function searched(
  aim: Aim,
  { nodes, size, starts, seed, spared }: Search,
  { progress }: Watch,
): Promise<Chosen> {
  let chosen: Chosen | undefined
  for (let start = 0; start < starts; start++) {
    let steps = 0
    const step = () => progress?.((start + ++steps / (steps + 2 * size)) / starts)
    const grown = await grow(aim, drawn({ nodes, size, spared }, start, seeded(seed, start)), size, step)
    const { set, value } = await swapped(aim, grown, step)
    const settled = { set, value: aim.exact ? await aim.exact(set) : value }
    if (!chosen || better(settled, chosen)) chosen = settled
  }
  progress?.(1)
  return chosen ?? { set: [], value: await aim.value([]) }
}

const drawn = (
  { nodes, size, spared }: Pick<Search, 'nodes' | 'size' | 'spared'>,
  start: number,
  random: Random,
): number[] =>
  start === 0
    ? []
    : ascending(
        shuffled(nodes, random)
          .filter((node) => !spared?.[node])
          .subarray(0, size),
      )

async function grow(aim: Aim, from: number[], size: number, step: () => void): Promise<Chosen> {
  let set = from
  while (set.length < size) {
    const found = await aim.best(set)
    step()
    if (!found) break
    set = ascending([...set, found.node])
  }
  return { set, value: await aim.value(set) }
}

/** Ends because every swap betters the set in a total order, of which there is a greatest. */
async function swapped(aim: Aim, from: Chosen, step: () => void): Promise<Chosen> {
  let best = from
  for (let [at, idle] = [0, 0]; idle < best.set.length; at = (at + 1) % best.set.length, idle++) {
    const rest = best.set.filter((_, place) => place !== at)
    const found = await aim.best(rest)
    step()
    if (!found) continue
    const other = { set: ascending([...rest, found.node]), value: found.value }
    if (!better(other, best)) continue
    best = other
    idle = -1
  }
  return best
}

/** The total order: greater value, then lesser nodes. */
export function better(one: Chosen, other: Chosen): boolean {
  if (one.value !== other.value) return one.value > other.value
  const at = one.set.findIndex((node, place) => node !== other.set[place])
  return at >= 0 && one.set[at]! < other.set[at]!
}

export const ascending = (nodes: ArrayLike<number>): number[] => Array.from(nodes).sort((a, b) => a - b)
