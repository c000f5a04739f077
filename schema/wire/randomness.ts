import { Fault } from './fault.ts'

/**
 * Refuses octets that cannot be ciphertext, because a reader could read them: text in any 7-bit or UTF-8 spelling, UTF-16,
 * armour, base64, runs of one value. Throws BAD_PACKET.
 *
 * Ciphertext is uniformly random. In `n` random octets, the chance that a share `f` or more falls into a set that holds a
 * share `p` of all values is at most exp(-n·D(f‖p)), D being the Kullback–Leibler divergence (Chernoff). A window is refused when that
 * bound is below 2^-64 for text (p = 98/256) or for a clear high bit (1/2), or below 2^-72 for any one value (1/256, 256 of them).
 * So one window errs less than 3·2^-64; the largest message has 3,600 windows and 64 session keys, so an honest
 * one is refused less than once in 2^50. Whole windows slide by their own length, so any 511 octets of plain text in a row are
 * found. What is compressed first looks random and passes: no check without keys sees that.
 */
export function refuseReadable(octets: Uint8Array, what: string): void {
  const whole = Math.max(1, Math.floor(octets.length / WINDOW))
  let readable = isReadable(octets.subarray(-WINDOW))
  for (let i = 0; i < whole && !readable; i++)
    readable = isReadable(octets.subarray(i * WINDOW, (i + 1) * WINDOW))
  if (readable) throw new Fault('BAD_PACKET', `expected ciphertext in ${what}, got readable octets`)
}

const WINDOW = 256
const TEXT = Uint8Array.from({ length: 256 }, (_, octet) =>
  Number((octet >= 32 && octet < 127) || [9, 10, 13].includes(octet)),
)

function isReadable(window: Uint8Array): boolean {
  const counts = new Uint16Array(256)
  let text = 0
  let clear = 0
  let most = 0
  for (const octet of window) {
    const count = ++counts[octet]!
    if (count > most) most = count
    text += TEXT[octet]!
    clear += octet < 128 ? 1 : 0
  }
  const size = window.length
  return (
    surprise(text, size, 98 / 256) > 64 ||
    surprise(clear, size, 1 / 2) > 64 ||
    surprise(most, size, 1 / 256) > 72
  )
}

/** Bits of the Chernoff bound: how unlikely `count` of `size` is where `share` is expected. Zero when it is not above. */
function surprise(count: number, size: number, share: number): number {
  const seen = count / size
  if (seen <= share) return 0
  const rest = seen === 1 ? 0 : (1 - seen) * Math.log2((1 - seen) / (1 - share))
  return size * (seen * Math.log2(seen / share) + rest)
}
