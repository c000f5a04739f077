import { matchSeen, matchTraits } from '../../cypher/match/structure.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'
import type { Graph } from '../graph.ts'
import type { Versions } from '../versions.ts'
import type { Comparable } from './alike.ts'
import { sightOfOffice } from './sight-of-office.ts'
import { traitsOf } from './traits.ts'

export type LivingParts = {
  graph: Graph
  compartments: Compartments
  directory: Directory
  versions: Versions
}
/** The compartments that each office sees; an office that is not in force is not in it. */
export type Sights = Record<string, number[]>

const DEADLINE = 60_000
/** So many networks of one office are read at a time. */
const AT_ONCE = 100

export function sightsOf(parts: LivingParts, offices: Iterable<string>): Sights {
  const sights: Sights = {}
  for (const office of new Set(offices)) {
    const sight = sightOfOffice(parts, office)
    if (sight) sights[office] = sight
  }
  return sights
}

/** Each with those of its traits that still follow from its office's own reports, and count. */
export async function living<T extends { office: string; network: string; traits: readonly string[] }>(
  parts: LivingParts,
  sights: Sights,
  approved: readonly T[],
): Promise<(Omit<T, 'traits'> & Comparable)[]> {
  const found: (Omit<T, 'traits'> & Comparable)[] = []
  for (const office of Object.keys(sights)) {
    const own = approved.filter((one) => one.office === office)
    for (let from = 0; from < own.length; from += AT_ONCE) {
      const some = own.slice(from, from + AT_ONCE)
      const following = await followingNow(parts, office, sights[office]!, some)
      for (const one of some) {
        const traits = new Set(one.traits.filter((trait) => following.get(one.network)?.has(trait)))
        found.push({ ...one, traits })
      }
    }
  }
  return found
}

async function followingNow(
  { graph, versions }: LivingParts,
  office: string,
  compartments: number[],
  some: readonly { network: string }[],
): Promise<Map<string, Set<string>>> {
  const mask = new Int8Array(Math.max(-1, ...compartments) + 1)
  for (const number of compartments) mask[number] = 1
  const networks = [...new Set(some.map(({ network }) => network))]
  const params = { networks, office, mask, compartments, asOf: versions.watermark() }
  const rows = await graph.read(matchTraits, params, DEADLINE)
  return new Map(
    rows.map((row) => [
      row.id,
      new Set(traitsOf(row).flatMap(({ trait, counts }) => (counts ? [trait] : []))),
    ]),
  )
}

/** Those pairs of which neither office sees anything of the other's network: whoever sees it needs no hit. */
export async function unseen<T extends { pair: readonly [Comparable, Comparable] }>(
  { graph, versions }: LivingParts,
  sights: Sights,
  pairs: readonly T[],
): Promise<T[]> {
  const keyOf = (look: { office: string; network: string }) => `${look.office} ${look.network}`
  const looksOf = ({ pair: [one, other] }: T) => [
    { office: one.office, network: other.network },
    { office: other.office, network: one.network },
  ]
  const looks = [...new Map(pairs.flatMap(looksOf).map((look) => [keyOf(look), look])).values()]
  // Asked also where there is nothing to look at: a question costs the same whatever there is.
  const rows = await graph.read(matchSeen, { looks, sights, version: versions.watermark() }, DEADLINE)
  const seen = new Set(rows.map(keyOf))
  return pairs.filter((one) => !looksOf(one).some((look) => seen.has(keyOf(look))))
}
