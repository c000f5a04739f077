import type { Compact } from './compact.ts'
import { componentsOf } from './components.ts'
import { louvain } from './louvain.ts'
import { seeded } from './random.ts'
import { paced, type Watch } from './watch.ts'

/** Groups with more ties inside than chance would give, numbered from 0 in the order of their least nodes. */
export type Communities = { count: number; of: Uint32Array; sizes: Uint32Array; modularity: number }

export type Dividing = Watch & { resolution?: number; starts?: number; seed?: number }

/**
 * Communities by Louvain (Blondel, Guillaume, Lambiotte, Lefebvre 2008, DOI 10.1088/1742-5468/2008/10/P10008), of which each is connected: what Louvain leaves in
 * several parts is taken apart, which never lowers modularity (the flaw that Traag, Waltman and van Eck 2019, DOI 10.1038/s41598-019-41695-z, found).
 * `resolution` above 1 asks for smaller ones. Of `starts` divisions the most modular is given, of equals the first; the `seed` draws the order
 * in which each looks at the nodes. Others may be nearly as good, so one division is never the only one. About O(pairs) for each of a few
 * rounds of each start. Throws RangeError where `resolution` is not above 0 or `starts` no whole number from 1; rejects with the signal's reason.
 */
export async function communitiesOf(
  network: Compact,
  { resolution = 1, starts = 5, seed = 0, ...watch }: Dividing = {},
): Promise<Communities> {
  if (!(resolution > 0 && resolution < Number.POSITIVE_INFINITY))
    throw new RangeError(`expected a resolution above 0, got ${resolution}`)
  if (!(Number.isInteger(starts) && starts > 0))
    throw new RangeError(`expected 1 start or more, got ${starts}`)
  const pace = paced(watch)
  let best: Communities | undefined
  for (let start = 0; start < starts; start++) {
    const group = await louvain(network, { resolution, random: seeded(seed, start), pace })
    const { count, of, sizes } = componentsOf(network, group)
    const modularity = modularityOf(network, of, resolution)
    if (!best || modularity > best.modularity) best = { count, of, sizes, modularity }
    watch.progress?.((start + 1) / starts)
  }
  return best!
}

/**
 * Modularity (Newman and Girvan 2004, DOI 10.1103/PhysRevE.69.026113; with resolution Reichardt and Bornholdt 2006): the part of
 * pairs inside communities, less what chance would give, −1/2 … 1. O(nodes + pairs). 0 where there is no pair.
 */
export function modularityOf(network: Compact, of: ArrayLike<number>, resolution = 1): number {
  const { pairs, ends } = network
  if (pairs === 0) return 0
  const degrees = new Map<number, number>()
  let inside = 0
  for (let pair = 0; pair < pairs; pair++) {
    const [one, other] = [of[ends[2 * pair]!]!, of[ends[2 * pair + 1]!]!]
    if (one === other) inside++
    degrees.set(one, (degrees.get(one) ?? 0) + 1)
    degrees.set(other, (degrees.get(other) ?? 0) + 1)
  }
  let squares = 0
  for (const degree of degrees.values()) squares += (degree / (2 * pairs)) ** 2
  return inside / pairs - resolution * squares
}
