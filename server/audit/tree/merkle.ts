import { hash } from 'node:crypto'

// RFC 6962 §2.1. Hashes lie side by side in buffers that are used again and again: one buffer for each of them would be
// most of what a growing tree costs, in time and in memory.

export const HASH = 32

/** The root of no leaves is the hash of nothing. */
export const EMPTY_ROOT = hash('sha256', Buffer.alloc(0), 'buffer')

let zeroAnd = Buffer.alloc(1 + 128)
const oneAnd = Buffer.alloc(1 + 2 * HASH, 1)
const fold = Buffer.alloc(256 * HASH)

/** A leaf is hashed under a zero byte, a node under a one, so neither passes for the other. */
export function putLeafHash(leaf: Uint8Array, into: Buffer, at: number): void {
  if (zeroAnd.length !== 1 + leaf.length) zeroAnd = Buffer.alloc(1 + leaf.length)
  zeroAnd.set(leaf, 1)
  put(zeroAnd, into, at)
}

/** The root over up to 256 hashes, a power of two of them. */
export function putPerfectRoot(hashes: Buffer, into: Buffer, at: number): void {
  hashes.copy(fold)
  for (let left = hashes.length; left > HASH; left /= 2)
    for (let pair = 0; pair < left; pair += 2 * HASH) {
      fold.copy(oneAnd, 1, pair, pair + 2 * HASH)
      put(oneAnd, fold, pair / 2)
    }
  fold.copy(into, at, 0, HASH)
}

/**
 * The root of the tree whose partial tiles are these, level 0 first. A tree of any size falls apart into perfect ones, the
 * largest on the left, and the widths of its partial tiles say which: they are joined from the right.
 */
export function rootOf(levels: readonly Buffer[]): Buffer {
  const root = Buffer.alloc(HASH)
  const node = Buffer.alloc(1 + 2 * HASH, 1)
  let empty = true
  for (const hashes of levels) {
    for (let width = hashes.length / HASH; width > 0; ) {
      const span = width & -width
      putPerfectRoot(hashes.subarray((width - span) * HASH, width * HASH), node, 1)
      root.copy(node, 1 + HASH)
      if (empty) node.copy(root, 0, 1)
      else put(node, root, 0)
      empty = false
      width -= span
    }
  }
  return empty ? EMPTY_ROOT : root
}

/** By way of a string, which needs no memory outside of the engine's own: three times as fast as a buffer. */
function put(bytes: Buffer, into: Buffer, at: number): void {
  into.write(hash('sha256', bytes, 'binary'), at, HASH, 'latin1')
}
