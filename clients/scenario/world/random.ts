/** Numbers that a seed and a path decide. Only whole-number arithmetic: the same on every machine. */
export type Random = {
  /** 0 ≤ x < 1, a multiple of 2⁻³². */
  next(): number
  /** A whole number 0 ≤ n < `most`. */
  below(most: number): number
  /** Whether something of this probability happens. */
  happens(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the pairs, each as likely as its weight. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T
  /** `count` of the list (all where it is shorter), in the list's order. */
  some<T>(list: readonly T[], count: number): T[]
  /** Failures before a success: geometric, of this mean. Throws RangeError on a mean that is not ≥ 0. */
  geometric(mean: number): number
}

/**
 * sfc32 (C. Doty-Humphrey, PractRand), its state from four FNV-1a hashes of the seed and the path, so that each part of a
 * world has numbers of its own: what one part draws changes no other.
 */
export function randomOf(seed: number, ...path: (string | number)[]): Random {
  const text = [seed, ...path].join('/')
  let [a, b, c, d] = [hash(text, 1), hash(text, 2), hash(text, 3), 1]
  const next = () => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4_294_967_296
  }
  for (let round = 0; round < 12; round++) next()
  const below = (most: number) => Math.floor(next() * most)
  return {
    next,
    below,
    happens: (probability) => next() < probability,
    pick: (list) => list[below(list.length)]!,
    weighted(pairs) {
      let left = next() * pairs.reduce((sum, [, weight]) => sum + weight, 0)
      const found = pairs.find(([, weight]) => {
        left -= weight
        return left < 0
      })
      // Sums are rounded: what is left over belongs to the last that can be.
      return (found ?? pairs.findLast(([, weight]) => weight > 0) ?? pairs[0]!)[0]
    },
    some(list, count) {
      const at = list.map((_, i) => i)
      const chosen = Array.from(
        { length: Math.min(count, list.length) },
        () => at.splice(below(at.length), 1)[0]!,
      )
      return chosen.sort((one, other) => one - other).map((i) => list[i]!)
    },
    geometric(mean) {
      if (!(mean >= 0)) throw new RangeError(`expected a mean of 0 or more, got ${mean}`)
      let failures = 0
      while (next() >= 1 / (1 + mean)) failures += 1
      return failures
    },
  }
}

function hash(text: string, basis: number): number {
  let state = 0x811c9dc5 ^ Math.imul(basis, 0x9e3779b1)
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  return (state ^ (state >>> 13)) | 0
}
