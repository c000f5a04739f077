// Draws that a seed decides, so that a world is one number.

export type Chance = {
  /** 0 ≤ n < below. */
  below(below: number): number
  one<T>(list: readonly T[]): T
  some<T>(list: readonly T[], most: number): T[]
  in(chances: number, of: number): boolean
}

/** mulberry32: enough for a test, and the same everywhere. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (most: number) => Math.floor(next() * most)
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!
  return {
    below,
    one,
    some(list, most) {
      const left = [...list]
      return Array.from(
        { length: Math.min(below(most + 1), left.length) },
        () => left.splice(below(left.length), 1)[0]!,
      )
    },
    in: (chances, of) => below(of) < chances,
  }
}
