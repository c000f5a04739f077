import { FACET_GROUPS, FACETS_OF, type Facet } from '../../../schema/wire/codes.ts'
import type { NetworkPlan } from './plan.ts'
import { type Random, randomOf } from './random.ts'

/** Of a group's facets, in the order in which a way prefers them. */
const PREFERENCE = [8, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1]
const SAYS_NOTHING = 0.2
const SAYS_TWO = 0.4
/** How much of the former way of working a successor keeps (the worked scenario: eleven of thirteen). */
const KEPT = 0.85

/** How a network works: from each group one facet or two, and how it travels from its legs. */
export function facetsOf(seed: number, plan: NetworkPlan): Facet[] {
  const random = randomOf(seed, 'facets', plan.nth)
  if (plan.former) return resumed(facetsOf(seed, plan.former), drawn(seed, plan, random), random)
  return drawn(seed, plan, random)
}

function drawn(seed: number, { route }: NetworkPlan, random: Random): Facet[] {
  const facets = new Set<Facet>()
  for (const group of FACET_GROUPS) {
    if (group === 'TRN' || random.happens(SAYS_NOTHING)) continue
    const likes = preference(seed, route.way.name, FACETS_OF[group])
    facets.add(random.weighted(likes))
    if (random.happens(SAYS_TWO)) facets.add(random.weighted(likes))
  }
  for (const { of } of route.legs) facets.add(random.pick(of.means))
  return [...facets].sort()
}

function preference(seed: number, way: string, group: readonly Facet[]): [Facet, number][] {
  const random = randomOf(seed, 'preference', way, group[0]!)
  const left = [...group]
  return group.map((_, i) => [left.splice(random.below(left.length), 1)[0]!, PREFERENCE[i]!])
}

function resumed(former: Facet[], fresh: Facet[], random: Random): Facet[] {
  const kept = former.filter(() => random.happens(KEPT))
  const added = random.some(
    fresh.filter((facet) => !former.includes(facet)),
    1 + random.below(3),
  )
  return [...new Set([...kept, ...added])].sort()
}
