import { openCheckpoint } from '../core/log/checkpoint.ts'
import { MOST_NOTE } from '../core/log/note.ts'
import type { Policy } from '../core/log/policy.ts'
import { openProvenEntries, type ProvenEntries } from '../core/log/proven-entries.ts'
import { sourceOf } from '../core/log/source.ts'
import { type Signed, signedBy } from './log-trust.ts'
import type { Shell } from './shell.ts'

export type OpenLog = { signed: Signed; entries: ProvenEntries }

/** Below its last checkpoint, whose signature is believed by `policy`. @throws Fault LOG, UNREACHABLE */
export async function openLog(shell: Shell, where: string, policy: Policy): Promise<OpenLog> {
  const source = sourceOf(where, shell.terminal.cwd)
  const bytes = await source.read('checkpoint', MOST_NOTE)
  const { checkpoint, signers } = openCheckpoint(bytes, policy.logs, policy.witnesses)
  const entries = await openProvenEntries(source, checkpoint)
  return { signed: signedBy(policy, checkpoint, signers), entries }
}
