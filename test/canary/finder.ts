// Finds many needles in gigabytes in one walk: looking for each by itself takes minutes.

/** Only every eighth octet is looked at: wherever a needle begins, one of its first eight words of four stands at such a place. */
const STRIDE = 8
const WORD = 4
/** As long a needle has to be for that. */
export const SHORTEST = STRIDE - 1 + WORD
/** Of the table that says, by its lower bits, that a word may be one of a needle. */
const BITS = 16

/** By its place among the needles, where each that was found stands first. */
export type Finder = (octets: Buffer) => Map<number, number>

/** @throws RangeError for a needle that is too short to be found */
export function finderOf(needles: readonly Buffer[]): Finder {
  const words = new Map<number, { nth: number; from: number }[]>()
  const may = new Uint8Array(1 << BITS)
  for (const [nth, needle] of needles.entries()) {
    if (needle.length < SHORTEST)
      throw new RangeError(`expected at least ${SHORTEST} octets, got ${needle.length}`)
    for (let from = 0; from < STRIDE; from += 1) {
      const word = needle.readInt32LE(from)
      may[hashed(word)] = 1
      words.set(word, [...(words.get(word) ?? []), { nth, from }])
    }
  }
  return (octets) => {
    const found = new Map<number, number>()
    const start = -octets.byteOffset & (WORD - 1)
    const length = Math.max(0, (octets.length - start) >> 2)
    const all = new Int32Array(octets.buffer, octets.byteOffset + start, length)
    for (let at = 0; at < length; at += STRIDE / WORD) {
      const word = all[at]!
      if (may[hashed(word)] === 0) continue
      for (const { nth, from } of words.get(word) ?? []) {
        const begins = start + at * WORD - from
        const needle = needles[nth]!
        if (begins < 0 || found.has(nth) || begins + needle.length > octets.length) continue
        if (octets.compare(needle, 0, needle.length, begins, begins + needle.length) === 0)
          found.set(nth, begins)
      }
    }
    return found
  }
}

const hashed = (word: number): number => Math.imul(word, 0x9e3779b1) >>> (32 - BITS)
