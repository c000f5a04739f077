import { describe, expect, it } from 'vitest'
import type { ErasedRead, PruningRecord } from '../../../clients/core/erased.ts'
import type { Promised } from '../../../clients/core/reconcile.ts'
import { matchDesk } from '../../../clients/core/reconcile-desk.ts'
import type { Erasure } from '../../../schema/wire/audit-erasure.ts'

// Receipts for what is not kept any more. Of what is, the command's own test tells.

const MINUTE = 60_000
const promised = (index: number, minute: number): Promised => ({
  ...{ index, minute, kind: 'ASKED', bytes: Buffer.alloc(128, index), at: minute * MINUTE },
  ...{ person: 'ne-dst.aicha', office: 'ne-dst' },
})
const erased = (index: number, leaf = Buffer.alloc(128, index)): ErasedRead => ({
  ...{ index, leaf, kind: 'ASKED', at: 0, asked: index },
  by: { index: 90, leaf: Buffer.alloc(128), erasure: {} as Erasure },
})
const pruned: PruningRecord = {
  ...{ index: 91, leaf: Buffer.alloc(128) },
  pruning: { order: 80, from: 32, before: 50 * MINUTE, signature: '' },
}
const match = (receipts: Promised[], shown: Partial<Parameters<typeof matchDesk>[1]>) =>
  matchDesk(
    receipts,
    { records: [], erased: [], pruned: null, ...shown },
    { office: 'ne-dst', from: 0, to: 1_000 * MINUTE, signed: async () => 'UNKNOWN' },
  )
const found = ({ findings }: Awaited<ReturnType<typeof match>>) =>
  findings.map(({ finding, index }) => [finding, index])

describe('a receipt', () => {
  it('for a record that is erased matches by the leaf that is left', async () => {
    const result = await match([promised(3, 60), promised(4, 60)], { erased: [erased(3), erased(4)] })
    expect([result.erased, found(result)]).toEqual([2, []])
  })

  it('for another than the one that is erased at its place does not', async () => {
    const result = await match([promised(3, 60)], { erased: [erased(3, Buffer.alloc(128, 9))] })
    expect([result.erased, found(result)]).toEqual([0, [['RECORD_OTHER', 3]]])
  })

  it('of a time of which details are gone is no finding; of a younger one it is', async () => {
    const result = await match([promised(3, 49), promised(40, 49), promised(5, 50)], { pruned })
    expect([result.pruned, found(result)]).toEqual([2, [['RECORD_MISSING', 5]]])
  })

  it('for a record that nobody shows is a finding', async () => {
    expect(found(await match([promised(3, 49)], {}))).toEqual([['RECORD_MISSING', 3]])
  })
})
