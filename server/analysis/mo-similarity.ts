import { type Profiles, thingsOf, walk } from './profiles.ts'

/**
 * How alike the ways of working of two networks are, facet by facet, as crime-linkage analysis compares crimes: Jaccard's
 * coefficient, because a facet that neither is known to have says nothing (Woodhams, Hollin and Bull 2007, DOI
 * 10.1348/135532506X118631; Bennell and Canter 2002), each facet weighted by its rarity, because what all do links nobody.
 */
export type Similarity = {
  network: number
  /** 0 to 1. */
  score: number
  /** What of the whole weight both have, and the whole, in bits: a high score of few bits rests on little. */
  shared: number
  whole: number
  facets: FacetMatch[]
}
/** `share` is what the facet adds to the score, or, negative, what it keeps from it where one side alone has it. */
export type FacetMatch = { facet: number; side: 'BOTH' | 'ONE' | 'OTHER'; bits: number; share: number }

/**
 * The rarity of each facet in bits: log₂((networks + 1) / (found + 1)), the inverse document frequency of Spärck Jones 1972
 * (DOI 10.1108/eb026526) with one network added, so that it is finite for what nobody has and 0 for what all have. O(facets).
 */
export function rarityOf({ networks, found }: Profiles): Float64Array {
  return Float64Array.from(found, (count) => Math.log2((networks + 1) / (count + 1)))
}

/**
 * Two networks: weight of what both have over weight of what either has (Jaccard weighted: Ioffe 2010, DOI
 * 10.1109/ICDM.2010.80), 0 where neither has anything of weight. Symmetric; a network with itself is 1 where it has anything
 * of weight. O(their facets). Throws RangeError on a number that is no network.
 */
export function similarity(profiles: Profiles, rarity: Float64Array, one: number, other: number): Similarity {
  return explained({ rarity, own: thingsOf(profiles, one), all: true }, thingsOf(profiles, other), other)
}

/** Beside a similarity, its place: the share of the other networks that are as like or more. No probability of a common hand. */
export type Placed = Similarity & { place: number }

/** The networks most like one, the likest first, of equal ones the lower number. O(all facets + n log n). */
export function mostSimilar(profiles: Profiles, rarity: Float64Array, network: number, most = 10): Placed[] {
  const others = Array.from({ length: profiles.networks }, (_, other) => other).filter(
    (other) => other !== network,
  )
  return ranked(profiles, others, { rarity, own: thingsOf(profiles, network), all: true }, most)
}

/**
 * The networks that fit a partial description best. What is not described counts against nobody: the score is the share of the
 * described weight that the network has (containment, Broder 1997, DOI 10.1109/SEQUEN.1997.666900). Facets repeat without
 * effect; an empty description, or one of facets that all have, fits nobody. Throws RangeError on a facet that is none.
 */
export function searchByFacets(
  profiles: Profiles,
  rarity: Float64Array,
  described: readonly number[],
  most = 10,
): Placed[] {
  const wrong = described.find((facet) => !(Number.isInteger(facet) && facet >= 0 && facet < profiles.kinds))
  if (wrong !== undefined) throw new RangeError(`expected facets below ${profiles.kinds}, got ${wrong}`)
  const own = Uint32Array.from(new Set(described)).sort()
  const networks = Array.from({ length: profiles.networks }, (_, network) => network)
  return ranked(profiles, networks, { rarity, own, all: false }, most)
}

/** What others are compared with; `all`: what only they have counts too. */
type Measure = { rarity: Float64Array; own: Uint32Array; all: boolean }

function weigh(
  { rarity, own, all }: Measure,
  theirs: Uint32Array,
): { score: number; shared: number; whole: number } {
  let [shared, whole] = [0, 0]
  walk(own, theirs, (facet, isOwn, isTheirs) => {
    if (isOwn || all) whole += rarity[facet]!
    if (isOwn && isTheirs) shared += rarity[facet]!
  })
  return { score: whole > 0 ? shared / whole : 0, shared, whole }
}

const ORDER = { BOTH: 0, ONE: 1, OTHER: 2 }

function explained(measure: Measure, theirs: Uint32Array, network: number): Similarity {
  const { score, shared, whole } = weigh(measure, theirs)
  const facets: FacetMatch[] = []
  walk(measure.own, theirs, (facet, isOwn, isTheirs) => {
    if (!isOwn && !measure.all) return
    const side = isOwn && isTheirs ? 'BOTH' : isOwn ? 'ONE' : 'OTHER'
    const bits = measure.rarity[facet]!
    facets.push({ facet, side, bits, share: whole > 0 ? (side === 'BOTH' ? bits : -bits) / whole : 0 })
  })
  // What both have first, and the rarest first: the reasons as a reader wants them.
  facets.sort((a, b) => ORDER[a.side] - ORDER[b.side] || b.bits - a.bits || a.facet - b.facet)
  return { network, score, shared, whole, facets }
}

/** Scores all, and explains those that are shown. */
function ranked(profiles: Profiles, others: number[], measure: Measure, most: number): Placed[] {
  const fitting = others
    .map((network) => ({ network, score: weigh(measure, thingsOf(profiles, network)).score }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.network - b.network)
  return fitting.slice(0, Math.max(0, most)).map(({ network, score }) => ({
    ...explained(measure, thingsOf(profiles, network), network),
    place: fitting.filter((one) => one.score >= score).length / others.length,
  }))
}
