import { TILE_WIDTH } from './tile.ts'
import { broken, HASH_SIZE, hashLeaf, hashNode, same } from './tree.ts'

/** The leaves of an audit log all have one size; the writer has this number too, and this is not that one. */
const AUDIT_LEAF = 128
const MOST_ENTRY = 65_535
const isAudit = (origin: string) => origin.includes('.portolan/audit/')

/** What an entry of a log may measure: no more can be hidden in it, or left out of it, than there is. */
export type EntrySize = { least: number; most: number }

export const entrySizeOf = (origin: string): EntrySize =>
  isAudit(origin) ? { least: AUDIT_LEAF, most: AUDIT_LEAF } : { least: 0, most: MOST_ENTRY }

/** So many octets a bundle of `width` entries takes at most. */
export const mostOfBundle = (width: number, { most }: EntrySize): number => width * (2 + most)

/** The entries of a bundle: exactly `width` where one is given, and nothing after the last. @throws Fault LOG, naming the file */
export function readBundle(bytes: Buffer, width: number | null, size: EntrySize, path: string): Buffer[] {
  const entries: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const length = at + 2 <= bytes.length ? bytes.readUInt16BE(at) : Number.POSITIVE_INFINITY
    if (at + 2 + length > bytes.length) throw broken(`expected whole entries in ${path}, got a cut one`)
    if (length < size.least || length > size.most)
      throw broken(`expected entries of ${size.most} octets in ${path}, got one of ${length}`)
    entries.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  if (width === null || entries.length === width) return entries
  throw broken(`expected ${width} entries in ${path}, got ${entries.length}`)
}

/** The hashes of a tile: exactly `width`. @throws Fault LOG, naming the file */
export function readHashes(bytes: Buffer, width: number, path: string): Buffer[] {
  if (bytes.length !== width * HASH_SIZE)
    throw broken(`expected ${width} hashes in ${path}, got ${bytes.length / HASH_SIZE}`)
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE))
}

export const leafHashes = (entries: readonly Buffer[]): Buffer[] => entries.map((entry) => hashLeaf(entry))

/** The root over hashes that are a power of two in number. */
export function rootOfFull(hashes: readonly Uint8Array[]): Uint8Array {
  let level = [...hashes]
  while (level.length > 1)
    level = Array.from({ length: level.length / 2 }, (_, i) => hashNode(level[2 * i]!, level[2 * i + 1]!))
  return level[0]!
}

/** @throws Fault LOG, naming the first leaf that is another, or the node in a tile above */
export function expectSame(computed: readonly Uint8Array[], given: readonly Uint8Array[], at: Place): void {
  const wrong = computed.findIndex((one, i) => !same(one, given[i]!))
  if (wrong < 0) return
  const position = at.index * TILE_WIDTH + wrong
  throw broken(
    at.level === 0
      ? `expected the hash that entry ${position} makes in ${at.path}, got another`
      : `expected the hash that the level below makes at ${position} in ${at.path}, got another`,
  )
}

type Place = { level: number; index: number; path: string }
