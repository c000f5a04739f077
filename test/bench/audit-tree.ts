import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Figure } from './bench.ts'

const LEAVES = Number(process.env.PORTOLAN_BENCH_LEAVES ?? 10_000_000)

/** Sooner or later every process has it: what then still grows is the log's. */
const FULL_YOUNG_GENERATION = '--min-semi-space-size=16'

/** What a process that publishes so many leaves, in batches of 4,096 to simulated objects, grows by. */
export async function growLog(leaves: number): Promise<{ mebibytes: number; leavesPerSecond: number }> {
  const program = join(import.meta.dirname, 'audit-tree-grow.ts')
  const args = [FULL_YOUNG_GENERATION, program, String(leaves)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const [mebibytes, leavesPerSecond] = stdout.trim().split(' ').map(Number)
  return { mebibytes: mebibytes!, leavesPerSecond: leavesPerSecond! }
}

/** The publisher's memory over ten million leaves: each is hashed twice, written, read back and compared. */
export async function auditMemory(): Promise<Figure[]> {
  const { mebibytes, leavesPerSecond } = await growLog(LEAVES)
  return [
    { name: 'audit.memory-mib', value: mebibytes, unit: 'MiB' },
    { name: 'audit.publish-leaves-per-second', value: leavesPerSecond, unit: '1/s' },
  ]
}
