/**
 * What each of many networks has of one kind of thing (facets of its modus operandi, members, vehicles, places), as sets in
 * arrays: network n has `things[offsets[n]]` … `things[offsets[n + 1] − 1]`, in ascending order, each once.
 */
export type Profiles = {
  networks: number
  /** Things are 0…kinds−1. */
  kinds: number
  offsets: Uint32Array
  things: Uint32Array
  /** In how many networks each thing is found. */
  found: Uint32Array
}

/**
 * Builds the sets from pairs: network `of[i]` has `thing[i]`. Pairs may repeat and come in any order: the answer is the same.
 * Time O((pairs + networks) log of a set). Throws RangeError on a network or a thing that is none.
 */
export function profilesOf(
  networks: number,
  kinds: number,
  of: ArrayLike<number>,
  thing: ArrayLike<number>,
): Profiles {
  const sets = Array.from({ length: networks }, () => new Set<number>())
  for (let i = 0; i < of.length; i++) {
    if (!isBelow(of[i]!, networks) || !isBelow(thing[i]!, kinds))
      throw new RangeError(
        `expected a network below ${networks} and a thing below ${kinds}, got ${of[i]} and ${thing[i]}`,
      )
    sets[of[i]!]!.add(thing[i]!)
  }
  const offsets = new Uint32Array(networks + 1)
  sets.forEach((set, n) => {
    offsets[n + 1] = offsets[n]! + set.size
  })
  const things = new Uint32Array(offsets[networks]!)
  const found = new Uint32Array(kinds)
  sets.forEach((set, n) => {
    const list = Uint32Array.from(set).sort()
    things.set(list, offsets[n])
    for (const one of list) found[one]! += 1
  })
  return { networks, kinds, offsets, things, found }
}

const isBelow = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value < most

/** The things of a network. Throws RangeError where there is none of that number. */
export function thingsOf({ networks, offsets, things }: Profiles, network: number): Uint32Array {
  if (!isBelow(network, networks))
    throw new RangeError(`expected a network below ${networks}, got ${network}`)
  return things.subarray(offsets[network], offsets[network + 1])
}

/** Walks two ascending sets together: `meet` gets each thing once, in order, and who has it. O(both sizes). */
export function walk(
  one: Uint32Array,
  other: Uint32Array,
  meet: (thing: number, inOne: boolean, inOther: boolean) => void,
): void {
  let [i, j] = [0, 0]
  while (i < one.length || j < other.length) {
    const [a, b] = [one[i] ?? Number.POSITIVE_INFINITY, other[j] ?? Number.POSITIVE_INFINITY]
    meet(Math.min(a, b), a <= b, b <= a)
    if (a <= b) i += 1
    if (b <= a) j += 1
  }
}
