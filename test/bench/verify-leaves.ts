import { checkLog } from '../../clients/core/log/check-log.ts'
import type { LogSource } from '../../clients/core/log/source.ts'
import { broken } from '../../clients/core/log/tree.ts'
import { entriesOf, filesOf, NaiveTree } from '../clients/core/log/writer.ts'
import type { Figure } from './bench.ts'

const LEAVES = 65_536
const ROUNDS = 5

/**
 * Leaves per second of `audit verify`: a log of 128-byte leaves, from memory, because a disk is not what is measured.
 * Each leaf is hashed, compared with its tile, and goes into the root. The best of five rounds.
 */
export async function verifyLeaves(): Promise<Figure[]> {
  const tree = new NaiveTree(entriesOf(LEAVES))
  const files = filesOf(tree, LEAVES)
  const source: LogSource = {
    async read(path) {
      const bytes = files.get(path)
      if (!bytes) throw broken(`expected ${path}`)
      return bytes
    },
    list: async () => [],
  }
  const head = { origin: 'bench.portolan/audit/2026h2', size: LEAVES, root: tree.root(LEAVES) }
  let best = 0
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    await checkLog(source, head)
    best = Math.max(best, LEAVES / ((performance.now() - started) / 1_000))
  }
  return [{ name: 'audit.verify-leaves-per-second', value: Math.round(best), unit: '1/s' }]
}
