import { hash } from 'node:crypto'

/**
 * One leaf of the audit log: 128 bytes, so that no leaf straddles a disk sector. Leaves are a contiguous sequence,
 * record `index` at byte `index × 128`; a Merkle tree grows over exactly these bytes. All integers are big-endian.
 *
 *   0 version  1 kind  2 zero(2)  4 index(8)  12 minute(4)  16 callerTag(16)
 *  32 commitment(32)  64 link(16)  80 detailHash(32)  112 zero(12)  124 CRC-32C of the first 124
 *
 * What was asked, by whom and how it ended is not in it (`DESIGN.md` §7): whoever mirrors the log learns nothing else.
 */
export const LEAF_SIZE = 128
const VERSION = 1

export const LEAF_KINDS = [
  'ASKED',
  'ANSWERED',
  'INTERRUPTED',
  'PERIOD',
  'RECOVERED',
  'ERASED',
  'PRUNED',
] as const
export type LeafKind = (typeof LEAF_KINDS)[number]

export type Leaf = {
  kind: LeafKind
  index: number
  /** Minutes since the epoch: coarse on purpose. */
  minute: number
  /** Same person, same hour, same tag; zero where no caller is known. */
  callerTag: Uint8Array
  /** Of a record of a pruning, up to where it went (`audit-pruning.ts`). */
  commitment: Uint8Array
  link: Uint8Array
  /** SHA-256 of the whole frame that held this record's detail when it was written. */
  detailHash: Uint8Array
}

/** Writes a leaf at `offset`; the twelve spare bytes and the tag, commitment and link it lacks stay zero. */
export function encodeLeaf(into: Buffer, offset: number, leaf: Leaf): void {
  into.fill(0, offset, offset + LEAF_SIZE)
  into[offset] = VERSION
  into[offset + 1] = LEAF_KINDS.indexOf(leaf.kind) + 1
  into.writeUIntBE(leaf.index, offset + 6, 6)
  into.writeUInt32BE(leaf.minute, offset + 12)
  into.set(leaf.callerTag, offset + 16)
  into.set(leaf.commitment, offset + 32)
  into.set(leaf.link, offset + 64)
  into.set(leaf.detailHash, offset + 80)
  into.writeUInt32BE(crc32c(into, offset, offset + 124), offset + 124)
}

/** The leaf in these 128 bytes, or null when they are not one: wrong size, version, kind or checksum. */
export function decodeLeaf(bytes: Buffer): Leaf | null {
  if (bytes.length !== LEAF_SIZE || bytes[0] !== VERSION) return null
  const kind = LEAF_KINDS[bytes[1]! - 1]
  if (!kind || crc32c(bytes, 0, 124) !== bytes.readUInt32BE(124)) return null
  return {
    kind,
    index: bytes.readUIntBE(6, 6),
    minute: bytes.readUInt32BE(12),
    callerTag: bytes.subarray(16, 32),
    commitment: bytes.subarray(32, 64),
    link: bytes.subarray(64, 80),
    detailHash: bytes.subarray(80, 112),
  }
}

/** SHA-256. A Buffer that `hash` makes lies outside the heap: it costs twice the hash, and the collector as much again. */
export const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')

/** RFC 6962 §2.1: a leaf is hashed under a zero byte, a node under a one, so neither passes for the other. */
export function leafHash(leaf: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.of(0), leaf]))
}

/** H(s1 ‖ signed request). `salt` is 32 bytes, so the request begins at one place only. */
export function commitAsked(salt: Uint8Array, request: Uint8Array): Buffer {
  return sha256(Buffer.concat([salt, request]))
}

/** H(s2 ‖ status ‖ body), status in two bytes. */
export function commitAnswered(salt: Uint8Array, status: number, body: Uint8Array): Buffer {
  return sha256(Buffer.concat([salt, Buffer.of(status >> 8, status & 255), body]))
}

/**
 * Ties an answer to its question for whoever holds s2 (the caller, the auditor) and for nobody else:
 * a mirror of the log can't tell which question an answer belongs to.
 */
export function linkOf(salt: Uint8Array, asked: number): Buffer {
  const index = Buffer.alloc(8)
  index.writeUIntBE(asked, 2, 6)
  return sha256(Buffer.concat([salt, index])).subarray(0, 16)
}

/** Of each octet what it adds, and of one that stands one, two, three places before: four are taken at a time. */
const CASTAGNOLI = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})
const before = (table: Int32Array) => table.map((crc) => CASTAGNOLI[crc & 255]! ^ (crc >>> 8))
const ONE = before(CASTAGNOLI)
const TWO = before(ONE)
const THREE = before(TWO)

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4): finds damage, not forgery. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1
  let at = from
  for (; at + 4 <= to; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    crc = THREE[crc & 255]! ^ TWO[(crc >>> 8) & 255]! ^ ONE[(crc >>> 16) & 255]! ^ CASTAGNOLI[crc >>> 24]!
  }
  for (; at < to; at++) crc = CASTAGNOLI[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8)
  return (crc ^ -1) >>> 0
}
