import type {
  AlikeNetwork,
  FacetGround,
  FacetRow,
  FacetSearchResult,
  SimilarResult,
  WorkingEvidence,
} from '../../../schema/analysis/similar.ts'
import type { FacetSearchQuestion, SimilarQuestion } from '../../../schema/wire/analysis/similar.ts'
import { FACETS, USERS } from '../../../schema/wire/codes.ts'
import { mostSimilar, type Placed, rarityOf, searchByFacets } from '../../analysis/mo-similarity.ts'
import type { Profiles } from '../../analysis/profiles.ts'
import { entityNumber } from '../ground.ts'
import type { Projection } from '../projection.ts'
import {
  descriptionsTold,
  facetThings,
  type Ground,
  groundsOf,
  networksOf,
  profilesFrom,
  relationsTold,
  type Things,
} from '../things.ts'
import type { Told } from '../told.ts'

/** See `SimilarQuestion`. Throws NOT_FOUND for a network that is not in the view. */
export function similar(view: Projection, told: Told, asked: SimilarQuestion): SimilarResult {
  const network = entityNumber(view, asked.network, 'NETWORK')
  const known = workingsOf(view)
  const { profiles, counts, compared } = known
  const own = compared.indexOf(network)
  const placed = own < 0 ? [] : mostSimilar(profiles, rarityOf(profiles), own, asked.most)
  const explain = explainer(told, known, placed, own)
  return {
    ...{ kind: 'similar', network: told.node(network), ...counts },
    ...explain.evidence(own),
    found: placed.map(explain.network),
  }
}

/** See `FacetSearchQuestion`. */
export function facetSearch(view: Projection, told: Told, asked: FacetSearchQuestion): FacetSearchResult {
  const known = workingsOf(view)
  const { profiles, counts } = known
  const facets = FACETS.filter((facet) => asked.facets.includes(facet))
  const described = facets.map((facet) => FACETS.indexOf(facet))
  const placed = searchByFacets(profiles, rarityOf(profiles), described, asked.most)
  const explain = explainer(told, known, placed)
  return { kind: 'facetSearch', facets, ...counts, found: placed.map(explain.network) }
}

/** What is known of how networks work. Those of which nothing is are compared with none: they would make all seem rare. */
type Workings = {
  /** The entity of each network that is compared, in the order of ids; `things` and `profiles` count by the places here. */
  compared: number[]
  things: Things
  profiles: Profiles
  counts: { networks: number; unknown: number; leftOut: number }
}

function workingsOf(view: Projection): Workings {
  const networks = networksOf(view)
  const { entityOf, leftOut } = networks
  const all = facetThings(view, networks)
  const isKnown = new Uint8Array(entityOf.length)
  for (const place of all.of) isKnown[place] = 1
  const compared = entityOf.filter((_, place) => isKnown[place] === 1)
  const placeOf = new Uint32Array(entityOf.length)
  let next = 0
  for (const [place, known] of isKnown.entries()) if (known === 1) placeOf[place] = next++
  const things = { ...all, of: all.of.map((place) => placeOf[place]!) }
  return {
    ...{ compared, things, profiles: profilesFrom(things, compared.length, FACETS.length) },
    counts: {
      networks: compared.length,
      unknown: entityOf.length - compared.length,
      leftOut: leftOut.size,
    },
  }
}

/** Tells what was found with the claims on which it rests. `own` is the network that was asked about, if one was. */
function explainer(told: Told, { things, compared }: Workings, placed: readonly Placed[], own = -1) {
  const grounds = groundsOf(things, new Set([own, ...placed.map(({ network }) => network)]))
  const ground = (network: number, facet: number) => groundTold(told, grounds.get(network)?.get(facet))
  const evidence = (network: number): WorkingEvidence => {
    const all = [...(grounds.get(network)?.values() ?? [])]
    return {
      relations: relationsTold(
        told,
        all.flatMap(({ rows }) => [...rows]),
      ),
      descriptions: descriptionsTold(
        told,
        'MODUS_OPERANDI',
        all.flatMap(({ said }) => [...said]),
      ),
    }
  }
  const network = (one: Placed): AlikeNetwork => ({
    network: told.node(compared[one.network]!),
    ...{ alike: one.score, ...boundsOf(one), shared: one.shared, whole: one.whole, place: one.place },
    facets: one.facets.map(
      ({ facet, side, bits, share }): FacetRow => ({
        ...{ facet: FACETS[facet]!, side, bits, share },
        ...{ own: ground(own, facet), theirs: ground(one.network, facet) },
      }),
    ),
    ...evidence(one.network),
  })
  return { evidence, network }
}

/** What one facet that is wrongly known, or not known, would make of a score. */
function boundsOf({ shared, whole, facets }: Placed): { low: number; high: number } {
  const rarest = (isIt: (side: string) => boolean) =>
    facets.reduce((most, { side, bits }) => (isIt(side) ? Math.max(most, bits) : most), 0)
  const low = (shared - rarest((side) => side === 'BOTH')) / whole
  const high = (shared + rarest((side) => side !== 'BOTH')) / whole
  // Sums of rounded parts may pass the ends by a hair.
  return { low: Math.max(0, low), high: Math.min(1, high) }
}

function groundTold(told: Told, ground: Ground | undefined): FacetGround {
  if (!ground) return { by: [], claims: [] }
  const claims = [
    ...relationsTold(told, ground.rows),
    ...descriptionsTold(told, 'MODUS_OPERANDI', ground.said),
  ]
  return { by: USERS.filter((user) => ground.by.has(user)), claims: claims.map(({ claim }) => claim).sort() }
}
