import { expect, it } from 'vitest'
import { growLog } from '../../../bench/audit-tree.ts'

const LEAVES = Number(process.env.PORTOLAN_TREE_LEAVES ?? 300_000)

it(`grows by no more than 64 MiB while ${LEAVES} leaves are published`, async () => {
  expect((await growLog(LEAVES)).mebibytes).toBeLessThanOrEqual(64)
})
