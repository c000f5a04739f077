/** Numbers that one seed decides (mulberry32): the same world on every machine. */
export type Random = {
  /** 0 ≤ x < 1. */
  next(): number
  /** A whole number 0 ≤ n < `below`. */
  below(below: number): number
  pick<T>(list: readonly T[]): T
  /** An index into `weights`, each as likely as its share of their sum. */
  weighted(weights: readonly number[]): number
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (most: number) => Math.floor(next() * most)
  return {
    next,
    below,
    pick: (list) => list[below(list.length)]!,
    weighted(weights) {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0)
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i]!
        if (left < 0) return i
      }
      return weights.length - 1
    },
  }
}
