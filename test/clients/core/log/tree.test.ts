import { describe, expect, it } from 'vitest'
import {
  emptyRoot,
  Frontier,
  hashLeaf,
  hashNode,
  isConsistent,
  rootByInclusion,
  rootsByConsistency,
  same,
} from '../../../../clients/core/log/tree.ts'
import { LEAVES, ROOTS } from '../../../rfc6962.ts'
import { random } from './random.ts'
import { entriesOf, leafOf, NaiveTree, nodeOf } from './writer.ts'

// PORTOLAN_LOG_SIZES: all trees up to this size (2000 before a release). PORTOLAN_FUZZ: how many altered proofs.
const SIZES = Number(process.env.PORTOLAN_LOG_SIZES ?? 300)
const FUZZ = Number(process.env.PORTOLAN_FUZZ ?? 20_000)

describe('the tree of RFC 6962', () => {
  it('has the roots that everybody else has', () => {
    const tree = new Frontier()
    const roots = [tree.root()]
    for (const leaf of LEAVES) {
      tree.add(hashLeaf(Buffer.from(leaf, 'hex')))
      roots.push(tree.root())
    }
    expect(roots.map((root) => Buffer.from(root).toString('hex'))).toEqual(ROOTS)
    expect(emptyRoot().toString('hex')).toBe(ROOTS[0])
  })

  it('has the paths of the example in RFC 6962 §2.1.3', () => {
    const leaves = LEAVES.slice(0, 7).map((leaf) => hashLeaf(Buffer.from(leaf, 'hex')))
    const [a, b, c, d, e, f, j] = leaves as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
    const [g, h, i] = [hashNode(a, b), hashNode(c, d), hashNode(e, f)]
    const [k, l] = [hashNode(g, h), hashNode(i, j)]
    const root = Buffer.from(ROOTS[7]!, 'hex')
    const paths: [number, Buffer, Buffer[]][] = [
      [0, a, [b, h, l]],
      [3, d, [c, g, l]],
      [4, e, [f, j, k]],
      [6, j, [i, k]],
    ]
    for (const [index, leaf, path] of paths)
      expect(rootByInclusion({ index, size: 7 }, leaf, path)).toEqual(root)
    const older = (size: number) => ({ size, root: Buffer.from(ROOTS[size]!, 'hex') })
    const newer = { size: 7, root }
    expect(isConsistent(older(3), newer, [c, d, g, l])).toBe(true)
    expect(isConsistent(older(4), newer, [l])).toBe(true)
    expect(isConsistent(older(6), newer, [i, j, k])).toBe(true)
  })
})

describe('hashing', () => {
  it('takes leaves of any length that a bundle can hold, and nodes of whole hashes only', () => {
    for (const length of [0, 1, 128, 65_535]) {
      const entry = Buffer.alloc(length, 'x')
      expect(hashLeaf(entry)).toEqual(leafOf(entry))
    }
    const LOG = expect.objectContaining({ code: 'LOG' })
    expect(() => hashLeaf(Buffer.alloc(65_536))).toThrow(LOG)
    const [whole, short] = [Buffer.alloc(32, 1), Buffer.alloc(31, 1)]
    expect(hashNode(whole, whole)).toEqual(nodeOf(whole, whole))
    expect(() => hashNode(whole, short)).toThrow(LOG)
    expect(() => hashNode(short, whole)).toThrow(LOG)
  })
})

describe('every tree up to a size', () => {
  const tree = new NaiveTree(entriesOf(SIZES, 'leaf', 20))

  it('has the root that the naive one has', () => {
    const frontier = new Frontier()
    for (let size = 1; size <= SIZES; size++) {
      frontier.add(hashLeaf(tree.entries[size - 1]!))
      expect(same(frontier.root(), tree.root(size))).toBe(true)
    }
  })

  it('includes each leaf where it stands, and nowhere else', { timeout: 1_800_000 }, () => {
    for (let size = 1; size <= SIZES; size++)
      for (let index = 0; index < size; index++) {
        const path = tree.path(index, size)
        const leaf = tree.hash(index, index + 1)
        const leads = (at: number, from: Uint8Array, by: Uint8Array[], of = size) => {
          const root = rootByInclusion({ index: at, size: of }, from, by)
          return root !== null && same(root, tree.root(size))
        }
        const right = leads(index, leaf, path)
        const wrong =
          (size > 1 && leads(index === 0 ? 1 : index - 1, leaf, path)) ||
          leads(size, leaf, path) ||
          leads(index, leaf, [...path, leaf]) ||
          (path.length > 0 && leads(index, leaf, path.slice(1))) ||
          (path.length > 0 && leads(index, leaf, path.slice(0, -1)))
        if (!right || wrong)
          expect({ size, index, right, wrong }).toEqual({ size, index, right: true, wrong: false })
      }
  })

  it('begins with each smaller one, and with no other', { timeout: 1_800_000 }, () => {
    const other = new NaiveTree(entriesOf(SIZES, 'other', 20))
    for (let to = 0; to <= SIZES; to++)
      for (let from = 0; from <= to; from++) {
        const path = tree.proof(from, to)
        const [older, newer] = [
          { size: from, root: tree.root(from) },
          { size: to, root: tree.root(to) },
        ]
        const right = isConsistent(older, newer, path)
        const wrong =
          isConsistent(older, newer, [...path, newer.root]) ||
          (path.length > 0 && isConsistent(older, newer, path.slice(0, -1))) ||
          (from > 0 && isConsistent({ size: from, root: other.root(from) }, newer, path)) ||
          (from < to && from > 0 && isConsistent(older, { size: to, root: other.root(to) }, path)) ||
          (from < to && isConsistent(newer, older, path))
        const whole = from > 0 && from < to ? tree.subproof(from, 0, to, false) : null
        const roots = whole && rootsByConsistency(from, to, whole)
        const both = whole === null || (same(roots!.older, older.root) && same(roots!.newer, newer.root))
        if (!right || wrong || !both)
          expect({ from, to, right, wrong, both }).toEqual({
            from,
            to,
            right: true,
            wrong: false,
            both: true,
          })
      }
  })
})

describe('an altered proof', () => {
  const SIZE = 300
  const tree = new NaiveTree(entriesOf(SIZE, 'leaf', 20))
  const { below, flip } = random(6962)

  it('never leads to the root', { timeout: 1_800_000 }, () => {
    let accepted = 0
    for (let i = 0; i < FUZZ / 2; i++) {
      const size = 2 + below(SIZE - 1)
      const index = below(size)
      const path = tree.path(index, size)
      const altered = alter(path)
      const root = rootByInclusion({ index, size }, tree.hash(index, index + 1), altered)
      if (root !== null && same(root, tree.root(size)) && !equal(altered, path)) accepted++
    }
    expect(accepted).toBe(0)
  })

  it('never makes one tree the beginning of another', { timeout: 1_800_000 }, () => {
    let accepted = 0
    for (let i = 0; i < FUZZ / 2; i++) {
      const to = 2 + below(SIZE - 1)
      const from = 1 + below(to - 1)
      const path = tree.proof(from, to)
      const altered = alter(path)
      const older = { size: from, root: tree.root(from) }
      if (isConsistent(older, { size: to, root: tree.root(to) }, altered) && !equal(altered, path)) accepted++
    }
    expect(accepted).toBe(0)
  })

  function alter(path: Buffer[]): Uint8Array[] {
    const altered: Uint8Array[] = path.map((hash) => Buffer.from(hash))
    const at = below(Math.max(altered.length, 1))
    switch (below(6)) {
      case 0:
        if (altered[at]) flip(altered[at])
        break
      case 1:
        altered.splice(at, 1)
        break
      case 2:
        altered.splice(at, 0, tree.hash(below(SIZE), SIZE))
        break
      case 3:
        altered.reverse()
        break
      case 4:
        if (altered[at]) altered[at] = tree.root(1 + below(SIZE))
        break
      default:
        altered.push(Buffer.alloc(32))
    }
    return altered
  }
})

const equal = (one: readonly Uint8Array[], other: readonly Uint8Array[]) =>
  one.length === other.length && one.every((hash, i) => same(hash, other[i]!))
