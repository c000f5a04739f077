import { decodeLeaf } from '../../schema/wire/audit-leaf.ts'
import type { Policy } from '../core/log/policy.ts'
import { openProvenEntries, type ProvenEntries } from '../core/log/proven-entries.ts'
import { sourceOf } from '../core/log/source.ts'
import { type PublishedLog, TILE, unlessBroken } from '../core/reconcile.ts'
import { newestBy, newestOf, type Signed } from './log-trust.ts'
import type { Shell } from './shell.ts'

export type OpenLog = PublishedLog & { signed: Signed }

/** Below its last checkpoint, whose signature is believed by `policy`. @throws Fault LOG, UNREACHABLE */
export async function openLog(shell: Shell, where: string, policy: Policy): Promise<OpenLog> {
  const source = sourceOf(where, shell.terminal.cwd)
  const newest = await newestOf(source, policy)
  const { checkpoint } = newest
  const { origin, size } = checkpoint
  const entries = await openProvenEntries(source, checkpoint)
  const base = await baseOf(entries, size)
  return { origin, base, size, entries, signed: newestBy(policy, newest) }
}

/** Each leaf says its own place in the whole log; where the first is not proven, the last bundle tells as well. */
async function baseOf(entries: ProvenEntries, size: number): Promise<number> {
  const last = Math.ceil(size / TILE) - 1
  for (const bundle of size === 0 ? [] : [0, last]) {
    const [first] = (await unlessBroken(entries.bundle(bundle))) ?? []
    const leaf = first && decodeLeaf(first)
    if (leaf) return leaf.index - bundle * TILE
  }
  return 0
}
