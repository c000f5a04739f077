import { expect, it } from 'vitest'
import { openKept } from '../../../clients/cli/kept-details.ts'
import { encodeLeaf, LEAF_SIZE, type Leaf } from '../../../schema/wire/audit-leaf.ts'
import { pruningMark } from '../../../schema/wire/audit-pruning.ts'

function leaf(kind: Leaf['kind'], index: number, commitment: Uint8Array = Buffer.alloc(32)): Buffer {
  const bytes = Buffer.alloc(LEAF_SIZE)
  const tag = Buffer.alloc(16)
  const more = { minute: 7, callerTag: tag, link: tag, detailHash: Buffer.alloc(32) }
  encodeLeaf(bytes, 0, { kind, index, commitment, ...more })
  return bytes
}

it('tells from leaves alone what is erased, and from which record on details are kept', () => {
  const kept = openKept()
  kept.take([leaf('ASKED', 0), leaf('ERASED', 1), leaf('PRUNED', 2, pruningMark({ from: 1, before: 1_000 }))])
  kept.take([
    leaf('ERASED', 3),
    leaf('PRUNED', 4, pruningMark({ from: 3, before: 2 ** 41 })),
    leaf('ASKED', 5),
  ])
  const before = new Date(2 ** 41).toISOString()
  expect([kept.erasures(), kept.pruned()]).toEqual([2, { by: 4, from: 3, before }])
})

it('tells nothing of a log of other entries, nor of what only looks like a leaf', () => {
  const kept = openKept()
  const cut = leaf('PRUNED', 2, pruningMark({ from: 1, before: 1_000 })).subarray(1)
  kept.take([
    Buffer.from('an entry of the directory'),
    cut,
    leaf('ASKED', 3, pruningMark({ from: 1, before: 1 })),
  ])
  expect([kept.erasures(), kept.pruned()]).toEqual([0, null])
})
