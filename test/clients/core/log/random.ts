/** Numbers that are the same in every run (mulberry32). */
export function random(seed: number): { below(n: number): number; flip(bytes: Uint8Array): void } {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    /** Another octet at a place drawn by lot. */
    flip(bytes) {
      bytes[below(bytes.length)]! ^= 1 + below(255)
    },
  }
}
