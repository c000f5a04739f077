import { createHash } from 'node:crypto'
import { encodeLeaf, LEAF_SIZE } from '../../../../schema/wire/audit-leaf.ts'

// RFC 6962 §2.1 word by word, and shares nothing with what is tested.

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export const naiveLeaf = (leaf: Uint8Array) => sha256(Buffer.of(0), leaf)

/** The tree's hash over leaf hashes. */
export function naiveRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return sha256()
  if (hashes.length === 1) return hashes[0]!
  let split = 1
  while (split * 2 < hashes.length) split *= 2
  return sha256(Buffer.of(1), naiveRoot(hashes.slice(0, split)), naiveRoot(hashes.slice(split)))
}

/** The leaf at `index` of every log in these tests; another `variety` gives other leaves. */
export function leafAt(index: number, variety = 0): Buffer {
  const leaf = Buffer.alloc(LEAF_SIZE)
  const none = Buffer.alloc(16, variety)
  encodeLeaf(leaf, 0, {
    kind: 'ASKED',
    index,
    minute: 29_000_000 + Math.floor(index / 100),
    callerTag: none,
    commitment: Buffer.alloc(32, index & 255),
    link: none,
    detailHash: Buffer.alloc(32, 7),
  })
  return leaf
}

const made = new Map<string, unknown>()
/** These tests ask for the same few leaves and roots very often. */
function once<T>(name: string, make: () => T): T {
  const value = (made.get(name) as T | undefined) ?? make()
  made.set(name, value)
  return value
}

export const leavesFrom = (from: number, to: number, variety = 0): readonly Buffer[] =>
  once(`${from} ${to} ${variety}`, () =>
    Array.from({ length: to - from }, (_, at) => leafAt(from + at, variety)),
  )

export const naiveRootOf = (size: number, variety = 0) =>
  once(`${size} ${variety}`, () => naiveRoot(leavesFrom(0, size, variety).map(naiveLeaf)))
