/**
 * Where the parts of a log lie and how they are written: C2SP tlog-tiles. A tile holds up to 256 hashes, a bundle up to
 * 256 leaves; those at the right edge are partial and carry their width in the name.
 */
export const TILE_WIDTH = 256

/** One immutable part of a log: a tile of hashes or a bundle of leaves. */
export type Part = { name: string; bytes: Buffer }

export const tileName = (level: number, index: number, width = TILE_WIDTH) =>
  `tile/${level}/${place(index)}${partial(width)}`

export const bundleName = (index: number, width = TILE_WIDTH) =>
  `tile/entries/${place(index)}${partial(width)}`

/** What every partial form of a full part begins with. */
export const partialsOf = (full: string) => `${full}.p`

const partial = (width: number) => (width < TILE_WIDTH ? `.p/${width}` : '')

/** 1234067 lies at x001/x234/067, so that no folder grows beyond a thousand names. */
function place(index: number): string {
  let path = threeDigits(index)
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${threeDigits(rest)}/${path}`
  return path
}

const threeDigits = (index: number) => String(index % 1000).padStart(3, '0')

/** Each leaf after its length in two bytes. */
export function encodeBundle(leaves: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.alloc(leaves.reduce((sum, leaf) => sum + 2 + leaf.length, 0))
  let at = 0
  for (const leaf of leaves) {
    at = bytes.writeUInt16BE(leaf.length, at)
    bytes.set(leaf, at)
    at += leaf.length
  }
  return bytes
}

/** Exactly `width` leaves, or null when the bytes are anything else: too few, too many, cut short. */
export function decodeBundle(bytes: Buffer, width: number): Buffer[] | null {
  const leaves: Buffer[] = []
  let at = 0
  while (at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at)
    if (end > bytes.length) return null
    leaves.push(bytes.subarray(at + 2, end))
    at = end
  }
  return at === bytes.length && leaves.length === width ? leaves : null
}

export const encodeTile = (hashes: readonly Buffer[]) => Buffer.concat(hashes as Buffer[])

/** Exactly `width` hashes, or null. */
export function decodeTile(bytes: Buffer, width: number): Buffer[] | null {
  if (bytes.length !== width * 32) return null
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * 32, at * 32 + 32))
}
