/**
 * Frees octets that nobody else looks at any more; they are empty afterwards. Left to the collector of garbage, large ones
 * count as memory that grows, and it marks everything again after each 16 MiB: that takes longer than what they were for.
 * Octets that share their buffer with others are left alone.
 */
export function letGo({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
