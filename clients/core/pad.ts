/** Octets below which no length is told: an acknowledgement and a short answer look alike. */
const FLOOR = 2_048

/**
 * The Padmé length class of `length` (Nikitin et al., PETS 2019, algorithm 1): at most 12 % longer, and the length of what is
 * sealed leaks O(log log M) bits.
 */
export function padme(length: number): number {
  if (length <= FLOOR) return FLOOR
  const exponent = Math.floor(Math.log2(length))
  const significant = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** (exponent - significant)
  return Math.ceil(length / step) * step
}
