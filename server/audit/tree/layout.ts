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

const NAME = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/

/** Whether a tile or a bundle can have this name. Each has one, in one way of writing, and no other file has such a name. */
export function isPartName(name: string): boolean {
  const [, kind, path, partial] = NAME.exec(name) ?? []
  if (kind === undefined || path === undefined) return false
  const index = Number(path.replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  if (!Number.isSafeInteger(index) || width < 1 || (kind !== 'entries' && Number(kind) > 63)) return false
  return name === (kind === 'entries' ? bundleName(index, width) : tileName(Number(kind), index, width))
}

/** The octets that a leaf takes in a bundle: its length in two bytes comes first. */
export const roomOf = (leaf: Uint8Array) => 2 + leaf.length

/** Puts a leaf into a bundle, which has room for it. */
export function putLeaf(leaf: Uint8Array, bundle: Buffer, at: number): void {
  bundle.set(leaf, bundle.writeUInt16BE(leaf.length, at))
}

/** Whether these bytes are exactly `width` leaves: none more, none fewer, none cut short. */
export function isBundle(bytes: Buffer, width: number): boolean {
  let at = 0
  let count = 0
  for (; at + 2 <= bytes.length; count++) at += 2 + bytes.readUInt16BE(at)
  return at === bytes.length && count === width
}

/** The leaves of a bundle, or of its end from the first octet of a leaf on. */
export function* leavesOf(bundle: Buffer, from = 0): Generator<Buffer> {
  for (let at = from; at < bundle.length; ) {
    const end = at + 2 + bundle.readUInt16BE(at)
    yield bundle.subarray(at + 2, end)
    at = end
  }
}
