import { Fault } from './fault.ts'

/**
 * Refuses octets that cannot be ciphertext, because a reader could read them: text in any 7-bit or UTF-8 spelling, UTF-16,
 * armour, base64, runs of one value. Throws BAD_PACKET. Octets are counted, never parsed.
 *
 * Ciphertext is uniformly random. In `n` random octets, the chance that a share `f` or more falls into a set that holds a
 * share `p` of all values is at most exp(-n·D(f‖p)), D being the Kullback–Leibler divergence (Chernoff). A window is refused when that
 * bound is below 2^-64 for text (p = 98/256) or for a clear high bit (1/2), or below 2^-72 for any one value (1/256, 256 of them):
 * one window errs less than 3·2^-64. Windows have 256 octets. They lie side by side in the first 4 KiB, where whoever puts text in
 * place of ciphertext begins, and at the very end; between, one in four is looked at, so 1,279 octets in any spelling are found.
 * Plain ASCII is found everywhere by its row: `row` octets of text begin at one place with a chance of (98/256)^row, 2^-66 for the
 * 48 of the data and 2^-44 for the 32 of a session key.
 *
 * So the largest message (750 KiB) is refused in error less than once in 2^46 for its data, and less than once in 2^35 for
 * each session key of the longest kind; whoever is refused seals again. What is compressed or disguised first looks random and
 * passes: no check without keys sees that, and recipients report what does not open.
 */
export function refuseReadable(octets: Uint8Array, what: string, row = ROW_IN_DATA): void {
  const readable = hasRow(octets, row) || hasReadableWindow(octets)
  if (readable) throw new Fault('BAD_PACKET', `expected ciphertext in ${what}, got readable octets`)
}

const WINDOW = 256
const START = 4_096
const ROW_IN_DATA = 48
/** A session key has no room for a sentence: its smallest field has 32 octets. */
export const ROW_IN_KEY = 32

const TEXT = Uint8Array.from({ length: 256 }, (_, octet) =>
  Number((octet >= 32 && octet < 127) || [9, 10, 13].includes(octet)),
)

/** Only every `row`-th octet needs a look, until one is text: a row of text cannot lie between two of them. */
function hasRow(octets: Uint8Array, row: number): boolean {
  for (let at = row - 1; at < octets.length; at += row) {
    if (!TEXT[octets[at]!]) continue
    let [first, last] = [at, at]
    while (first > 0 && TEXT[octets[first - 1]!]) first--
    while (last + 1 < octets.length && TEXT[octets[last + 1]!]) last++
    if (last - first + 1 >= row) return true
  }
  return false
}

function hasReadableWindow(octets: Uint8Array): boolean {
  const limits = limitsOf(Math.min(octets.length, WINDOW))
  const counts = new Uint16Array(256)
  for (let at = 0; at + WINDOW <= octets.length; at += at < START ? WINDOW : 4 * WINDOW)
    if (isReadable(octets, at, at + WINDOW, counts, limits)) return true
  return isReadable(octets, Math.max(0, octets.length - WINDOW), octets.length, counts, limits)
}

/** This loop decides how many messages a second pass the gate. */
function isReadable(octets: Uint8Array, from: number, to: number, counts: Uint16Array, limits: Limits) {
  counts.fill(0)
  let [text, high, most] = [0, 0, 0]
  for (let at = from; at < to; at++) {
    const octet = octets[at]!
    text += TEXT[octet]!
    high += octet >> 7
    const count = ++counts[octet]!
    if (count > most) most = count
  }
  return text >= limits.text || to - from - high >= limits.clear || most >= limits.most
}

/** The least counts in a window of one size that are refused. */
type Limits = { text: number; clear: number; most: number }

const limitsOf = (size: number): Limits => (size === WINDOW ? WHOLE : makeLimits(size))

function makeLimits(size: number): Limits {
  const least = (share: number, bits: number) => {
    let count = 0
    while (count <= size && !(surprise(count, size, share) > bits)) count++
    return count
  }
  return { text: least(98 / 256, 64), clear: least(1 / 2, 64), most: least(1 / 256, 72) }
}

const WHOLE = makeLimits(WINDOW)

/** Bits of the Chernoff bound: how unlikely `count` of `size` is where `share` is expected. Zero when it is not above. */
function surprise(count: number, size: number, share: number): number {
  const seen = count / size
  if (seen <= share) return 0
  const rest = seen === 1 ? 0 : (1 - seen) * Math.log2((1 - seen) / (1 - share))
  return size * (seen * Math.log2(seen / share) + rest)
}
