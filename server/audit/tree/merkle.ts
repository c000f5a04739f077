import { hash } from 'node:crypto'

/** RFC 6962 §2.1: the root of no leaves is the hash of nothing. */
export const EMPTY_ROOT = hash('sha256', Buffer.alloc(0), 'buffer')

const both = Buffer.alloc(65, 1)

/** RFC 6962 §2.1: a node is hashed under a one, so it never passes for a leaf. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  both.set(left, 1)
  both.set(right, 33)
  return hash('sha256', both, 'buffer')
}

/** The root over `hashes[from … to)`, a power of two of them. */
export function perfectRoot(hashes: readonly Buffer[], from = 0, to = hashes.length): Buffer {
  if (to - from === 1) return hashes[from]!
  const middle = (from + to) / 2
  return nodeHash(perfectRoot(hashes, from, middle), perfectRoot(hashes, middle, to))
}

/**
 * The root of the tree whose partial tiles are these, level 0 first. A tree of any size falls apart into perfect ones, the
 * largest on the left, and the widths of its partial tiles say which: they are joined from the right.
 */
export function rootOf(levels: readonly (readonly Buffer[])[]): Buffer {
  let root: Buffer | null = null
  for (const hashes of levels) {
    for (let end = hashes.length, span = end & -end; end > 0; end -= span, span = end & -end) {
      const left = perfectRoot(hashes, end - span, end)
      root = root === null ? left : nodeHash(left, root)
    }
  }
  return root ?? EMPTY_ROOT
}
