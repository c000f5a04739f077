import type { Compact } from './compact.ts'
import { componentsOf } from './components.ts'
import { louvain } from './louvain.ts'
import type { Watch } from './watch.ts'

/** Groups with more ties inside than chance would give, numbered from 0 in the order of their least nodes. */
export type Communities = { count: number; of: Uint32Array; sizes: Uint32Array; modularity: number }

/**
 * Communities by Louvain (Blondel, Guillaume, Lambiotte, Lefebvre 2008, DOI 10.1088/1742-5468/2008/10/P10008), of which each is connected: what Louvain leaves in
 * several parts is taken apart, which never lowers modularity (the flaw that Traag, Waltman and van Eck 2019, DOI 10.1038/s41598-019-41695-z, found).
 * `resolution` above 1 asks for smaller ones. The `seed` draws the order in which nodes are looked at; other seeds may give other
 * communities that are as good, so one division is never the only one. About O(pairs) for each of a few rounds. Throws RangeError where
 * `resolution` is not above 0; rejects with the signal's reason.
 */
export async function communitiesOf(
  network: Compact,
  { resolution = 1, seed = 0, ...watch }: Watch & { resolution?: number; seed?: number } = {},
): Promise<Communities> {
  if (!(resolution > 0 && resolution < Number.POSITIVE_INFINITY))
    throw new RangeError(`expected a resolution above 0, got ${resolution}`)
  const group = await louvain(network, { resolution, seed, ...watch })
  const { count, of, sizes } = componentsOf(network, group)
  return { count, of, sizes, modularity: modularityOf(network, of, resolution) }
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
