import { hash } from 'node:crypto'
import { Fault } from '../../../schema/wire/fault.ts'

// The tree of a log (RFC 6962 §2.1, proofs as RFC 9162 §2.1 checks them). Nothing here comes from the writer in
// `server/audit`, so that a mistake made there is not made again here. All sizes and indexes are safe integers;
// bits are taken by division, because a log outgrows the 32 bits of JavaScript's shifts.

export const HASH_SIZE = 32

const MOST_ENTRY = 65_535
const leafInput = Buffer.alloc(1 + MOST_ENTRY)
const nodeInput = Buffer.alloc(1 + 2 * HASH_SIZE)
nodeInput[0] = 1

/** By way of a string of one octet a letter: Node takes half the time that it takes to make a buffer of its own. */
const sha256 = (input: Uint8Array) => Buffer.from(hash('sha256', input, 'binary'), 'binary')

/** RFC 6962: a leaf is hashed under a zero octet, a node under a one, so neither passes for the other. */
export function hashLeaf(entry: Uint8Array): Buffer {
  if (entry.length > MOST_ENTRY) throw broken(`expected an entry of at most ${MOST_ENTRY} octets, got more`)
  leafInput.set(entry, 1)
  return sha256(leafInput.subarray(0, 1 + entry.length))
}

export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  // What a shorter one leaves out would be taken from the node before.
  if (left.length !== HASH_SIZE || right.length !== HASH_SIZE) throw broken('expected hashes of 32 octets')
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + HASH_SIZE)
  return sha256(nodeInput)
}

/** The root of a log in which nothing is. */
export const emptyRoot = (): Buffer => sha256(Buffer.alloc(0))

const half = (n: number) => Math.floor(n / 2)
const isOdd = (n: number) => n % 2 === 1

/**
 * The root that an inclusion proof leads to, or null where the proof has the wrong length for a leaf at `index` in a
 * tree of `size`. Whoever calls compares it with a root that is signed.
 */
export function rootByInclusion(
  { index, size }: { index: number; size: number },
  leaf: Uint8Array,
  path: readonly Uint8Array[],
): Uint8Array | null {
  if (index >= size) return null
  let [node, last] = [index, size - 1]
  let root = leaf
  for (const sibling of path) {
    if (last === 0) return null
    if (isOdd(node) || node === last) {
      root = hashNode(sibling, root)
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)]
    } else root = hashNode(root, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 ? root : null
}

export type Head = { size: number; root: Uint8Array }

/** Whether the tree of `newer` begins with all of `older`. An equal or an empty tree needs an empty proof. */
export function isConsistent(older: Head, newer: Head, path: readonly Uint8Array[]): boolean {
  if (older.size > newer.size) return false
  if (older.size === newer.size) return path.length === 0 && same(older.root, newer.root)
  if (older.size === 0) return path.length === 0 && same(older.root, emptyRoot())
  // Where the older tree is a full one, its root is the node that the proof starts from, and is left out of it.
  const whole = isPowerOfTwo(older.size) ? [older.root, ...path] : path
  const roots = rootsByConsistency(older.size, newer.size, whole)
  return roots !== null && same(roots.older, older.root) && same(roots.newer, newer.root)
}

/**
 * Both roots that a consistency proof leads to, its first node always given; null where it has the wrong length. Two
 * things follow from `newer` being a root that is signed: the nodes are those of that tree, and `older` is the only
 * root which its first `from` leaves can have.
 */
export function rootsByConsistency(
  from: number,
  to: number,
  path: readonly Uint8Array[],
): { older: Uint8Array; newer: Uint8Array } | null {
  const [first, ...rest] = path
  if (first === undefined || from < 1 || from >= to) return null
  let [node, last] = [from - 1, to - 1]
  while (isOdd(node)) [node, last] = [half(node), half(last)]
  let [older, newer] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return null
    if (isOdd(node) || node === last) {
      older = hashNode(sibling, older)
      newer = hashNode(sibling, newer)
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)]
    } else newer = hashNode(newer, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 ? { older, newer } : null
}

export function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n)) && 2 ** Math.log2(n) === n
}

/** The largest power of two below `n`: where RFC 6962 splits a tree of `n` leaves. */
export function splitOf(n: number): number {
  let split = 1
  while (split * 2 < n) split *= 2
  return split
}

/** The root of a growing tree, in memory of its height. */
export class Frontier {
  #size = 0
  /** The full subtrees from left to right, each smaller than the one before. */
  readonly #peaks: { size: number; root: Uint8Array }[] = []

  get size(): number {
    return this.#size
  }

  /** Adds a full subtree of `size` leaves, which is a power of two; the tree's own size is a multiple of it. */
  add(root: Uint8Array, size = 1): void {
    if (this.#size % size !== 0) throw new Error(`a subtree of ${size} leaves can't follow ${this.#size}`)
    let grown = { size, root }
    for (let last = this.#peaks.at(-1); last?.size === grown.size; last = this.#peaks.at(-1)) {
      this.#peaks.pop()
      grown = { size: grown.size * 2, root: hashNode(last.root, grown.root) }
    }
    this.#peaks.push(grown)
    this.#size += size
  }

  root(): Uint8Array {
    const [last, ...others] = this.#peaks.toReversed()
    if (!last) return emptyRoot()
    return others.reduce((root, peak) => hashNode(peak.root, root), last.root)
  }
}

export const same = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

/** What a log, a checkpoint or a proof is not. Every check of this folder throws it. */
export const broken = (message: string): Fault => new Fault('LOG', message)
