/** Numbers that look drawn and are the same for the same seed: what an analysis draws is part of its answer. */
export type Random = {
  /** At least 0 and below 1. */
  unit(): number
  /** A whole number of 0 … most − 1; `most` is at least 1. */
  below(most: number): number
}

/**
 * Source: sfc32 of Chris Doty-Humphrey's PractRand, started by Austin Appleby's MurmurHash3 finaliser over the parts of
 * the seed, of each of which the lower 32 bits count. No secret may depend on it. Every draw takes constant time.
 */
export function seeded(...parts: number[]): Random {
  let state = 0x9e3779b9
  for (const part of parts) state = mixed(state ^ (part | 0)) + 0x6d2b79f5
  let [a, b, c, counter] = [mixed(state + 1), mixed(state + 2), mixed(state + 3), 1]
  const next = () => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let at = 0; at < 12; at++) next()
  const unit = () => next() / 2 ** 32
  return { unit, below: (most) => Math.floor(unit() * most) }
}

/** The numbers 0 … count − 1 in a drawn order (Fisher and Yates). Time grows with `count`. */
export function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at)
  for (let at = count - 1; at > 0; at--) {
    const other = random.below(at + 1)
    const moved = order[at]!
    order[at] = order[other]!
    order[other] = moved
  }
  return order
}

function mixed(value: number): number {
  let mix = value ^ (value >>> 16)
  mix = Math.imul(mix, 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return mix ^ (mix >>> 16)
}
