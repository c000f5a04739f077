import { type Profiles, thingsOf, walk } from './profiles.ts'

/** What of a dismantled network may be met again. Each is one set of profiles over the same networks. */
export const TRACES = ['members', 'selectors', 'places', 'facets'] as const
export type Trace = (typeof TRACES)[number]

/** Networks 0…n−1: what each has, and the day, counted from any one, on which it was first seen. */
export type Networks = Record<Trace, Profiles> & { begun: Int32Array }

/**
 * Whoever asks says how much of a dismantled network he expects to be told of its successor: the chance that one thing of each
 * kind comes back and is known. Every rank rests on these four numbers and on the frequencies of what is visible. The default
 * was chosen on generated worlds of other seeds than those of the bench, as single offices see them.
 */
export type Expectation = Record<Trace, number>
export const EXPECTED: Expectation = { members: 0.12, selectors: 0.4, places: 0.7, facets: 0.8 }

export type Question = {
  /** The dismantled network and the day of its end. */
  network: number
  ended: number
  /** How many days before that end a successor may have begun. Default 0. */
  before?: number
  expected?: Expectation
  most?: number
}
/** A thing that both have (bits above 0) or that did not come back (below 0). */
export type Reason = { trace: Trace; thing: number; shared: boolean; bits: number }
export type Candidate = {
  network: number
  /** The evidence that it goes on from the dismantled one, against chance: log₂ of a likelihood ratio. */
  bits: number
  byTrace: Record<Trace, number>
  /** The same less log₂ of how many were looked at: above 0, likelier than not where one of them is the successor. */
  odds: number
  reasons: Reason[]
}

/**
 * Ranks the networks that began after a dismantled one had ended by what of it is met again in each: the weights of record linkage
 * (Fellegi and Sunter 1969, DOI 10.1080/01621459.1969.10501049), m the expectation, u the frequency of the thing among the other
 * networks, raised for a network that has more things than the mean and lowered for one that has fewer (Winkler 1989 weighs by
 * frequency likewise). Rare things say much, common ones little, and what is missing speaks against. A trace of which a network is
 * known to have nothing is not known, and says nothing. Traces and things count as independent, which overstates what comes
 * together: a rank is a lead to look at, and no finding.
 *
 * Most bits first, of equal ones the lower number. None where nothing is shared. O(things of all later networks). Throws
 * RangeError on a number that is no network, and on an expectation that is not within 0 and 1, both excluded.
 */
export function successorsOf(networks: Networks, question: Question): Candidate[] {
  const { network, ended, before = 0, expected = EXPECTED, most = 10 } = question
  for (const trace of TRACES)
    if (!(expected[trace] > 0 && expected[trace] < 1))
      throw new RangeError(`expected a chance between 0 and 1 for ${trace}, got ${expected[trace]}`)
  const own = TRACES.map((trace) => thingsOf(networks[trace], network))
  const later = [...networks.begun.keys()].filter(
    (one) => one !== network && networks.begun[one]! >= ended - before,
  )
  const prior = Math.log2(Math.max(1, later.length))
  return later
    .map((one) => ({ network: one, ...evidence(networks, own, one, expected) }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.bits - a.bits || a.network - b.network)
    .slice(0, Math.max(0, most))
    .map(({ network: one, bits, byTrace }) => ({
      ...{ network: one, bits, byTrace, odds: bits - prior },
      reasons: reasonsOf(networks, own, one, expected),
    }))
}

/**
 * Those of the candidates whose odds reach a bound, in bits. 4.25 is 19 to 1, that is, one false alarm in twenty if the
 * model held; what share of alarms is false on worlds of known truth is a figure of the bench (`resurgence.false-alarms`).
 */
export function alarmsOf(candidates: readonly Candidate[], bound = 4.25): Candidate[] {
  return candidates.filter(({ odds }) => odds >= bound)
}

function evidence(networks: Networks, own: Uint32Array[], network: number, expected: Expectation) {
  const byTrace: Record<Trace, number> = { members: 0, selectors: 0, places: 0, facets: 0 }
  let shared = 0
  eachReason(networks, own, network, expected, (trace, _, isShared, bits) => {
    byTrace[trace] += bits
    shared += isShared ? 1 : 0
  })
  return { shared, byTrace, bits: TRACES.reduce((all, trace) => all + byTrace[trace], 0) }
}

/** What speaks for it first; of equal reasons in the order of the traces, and then of the things. */
function reasonsOf(networks: Networks, own: Uint32Array[], network: number, expected: Expectation): Reason[] {
  const reasons: Reason[] = []
  eachReason(networks, own, network, expected, (trace, thing, shared, bits) =>
    reasons.push({ trace, thing, shared, bits }),
  )
  // They come in that order, and the sort is stable.
  return reasons.sort((a, b) => b.bits - a.bits)
}

type Take = (trace: Trace, thing: number, shared: boolean, bits: number) => void

function eachReason(
  networks: Networks,
  own: Uint32Array[],
  network: number,
  expected: Expectation,
  take: Take,
): void {
  TRACES.forEach((trace, at) => {
    const profiles = networks[trace]
    const theirs = thingsOf(profiles, network)
    if (theirs.length === 0) return
    const relative = theirs.length / (profiles.things.length / profiles.networks)
    walk(own[at]!, theirs, (thing, isOwn, isTheirs) => {
      if (!isOwn) return
      const u = byChance(profiles, thing, isTheirs, relative)
      // What is commoner than expected says nothing either way.
      const m = Math.max(expected[trace], u)
      take(trace, thing, isTheirs, isTheirs ? Math.log2(m / u) : Math.log2((1 - m) / (1 - u)))
    })
  })
}

/** No thing is surer to be met, or to be missing, by chance than this. */
const SUREST = 0.95

/**
 * How likely a network of that size has the thing without any link: its frequency among the others, with one half added
 * (Krichevsky and Trofimov 1981).
 */
function byChance({ networks, found }: Profiles, thing: number, isTheirs: boolean, relative: number): number {
  const others = Math.max(0, found[thing]! - 1 - (isTheirs ? 1 : 0))
  return Math.min(SUREST, ((others + 0.5) / (Math.max(0, networks - 2) + 1)) * relative)
}
