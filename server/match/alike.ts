// When two networks are alike enough that their offices should hear of it.

/** So many facets, and a leg or so many places of one half-year, must two networks share. */
const FACETS = 3
const PLACES = 2
/** Of fewer networks nobody can say what is common: of two that are alike, all is. */
const MANY = 10

/** A network as an office lets it be compared. */
export type Comparable = { office: string; network: string; traits: ReadonlySet<string> }

/**
 * Facets that say nothing, because more than half of all networks on watch have them. Each office weighs the same, however many
 * it watches: nobody makes a facet common by himself, and so keeps others from their hits. Where fewer than ten are on watch, none is.
 */
export function commonFacets(watched: readonly Comparable[]): ReadonlySet<string> {
  if (watched.length < MANY) return new Set()
  const shares = new Map<string, number>()
  const offices = new Set(watched.map(({ office }) => office))
  for (const office of offices) {
    const own = watched.filter((one) => one.office === office)
    for (const { traits } of own)
      for (const trait of traits)
        if (trait.startsWith('FACET:')) shares.set(trait, (shares.get(trait) ?? 0) + 1 / own.length)
  }
  // A half that is summed of parts is not taken for more.
  return new Set([...shares].filter(([, share]) => share > offices.size / 2 + 1e-9).map(([facet]) => facet))
}

/** Whether what two networks share is enough: by where they are seen, and by how they work. */
export function areAlike(one: Comparable, other: Comparable, common: ReadonlySet<string>): boolean {
  if (one.office === other.office || one.network === other.network) return false
  const shared = [...one.traits].filter((trait) => other.traits.has(trait) && !common.has(trait))
  if (shared.filter((trait) => trait.startsWith('FACET:')).length < FACETS) return false
  if (shared.some((trait) => trait.startsWith('LEG:'))) return true
  const places = new Map<string, number>()
  for (const trait of shared.filter((one) => one.startsWith('PLACE:'))) {
    const half = trait.slice(-7)
    places.set(half, (places.get(half) ?? 0) + 1)
  }
  return [...places.values()].some((count) => count >= PLACES)
}

/** Every two that are alike, each once. Only those that share a place or a leg are looked at. */
export function alike<T extends Comparable>(watched: readonly T[], common: ReadonlySet<string>): [T, T][] {
  const holders = new Map<string, T[]>()
  const found: [T, T][] = []
  for (const one of watched) {
    const near = new Set<T>()
    for (const trait of one.traits) {
      if (trait.startsWith('FACET:')) continue
      const before = holders.get(trait) ?? []
      for (const other of before) near.add(other)
      holders.set(trait, [...before, one])
    }
    for (const other of near) if (areAlike(other, one, common)) found.push([other, one])
  }
  return found
}
