import { hash } from 'node:crypto'
import { type Change, outboxRestore } from '../cypher/outbox/outbox.ts'
import type { Act } from '../cypher/report/write.ts'
import type { ReplayAnswer } from '../schema/wire/operator.ts'
import type { Audit, Open } from './audit/log.ts'
import type { Heads } from './heads.ts'
import { intentOf, type Outbox } from './outbox.ts'
import type { Stamp, Writer } from './writer.ts'

export type ReplayParts = { audit: Audit; heads: Heads; outbox: Outbox; writer: Writer }

/** What one operator's order after a restore commits, as the log names it. */
export const RESTORED = 'restored'

/** Which store lacks what the other knows, and how many changes are on record that the graph does not have. */
export async function lostSince({
  audit,
  heads,
}: Pick<ReplayParts, 'audit' | 'heads'>): Promise<ReplayAnswer> {
  const behind = heads.behind()
  if (!behind) return { behind: null, graph: -1, log: -1, lost: 0, accepted: false }
  const { store, graph, log } = behind
  // What a log has lost, only others can count: whoever has receipts, or has seen a checkpoint.
  const lost = store === 'GRAPH' ? await audit.progress.countChanges(graph) : 0
  return { behind: store, graph, log, lost, accepted: false }
}

/**
 * Goes on with the stores as they are. The log holds no plain text, so no change can be made again from it: its auditors read
 * who lost what, and whoever made it makes it again. In one transaction the graph forgets its outbox and takes the operator's
 * own question as the last that changed anything: from then on the stores belong together.
 */
export async function goOn({ heads, outbox, writer }: ReplayParts, first: Open): Promise<Change> {
  const change = { ...intentOf(first), ids: [RESTORED], closed: false }
  await writer.write(outboxRestore, RESTORED, [change], (stamp) => ({
    id: RESTORED,
    act: actOf(first, stamp),
  }))
  outbox.restored()
  heads.accepted()
  return change
}

/** It stands for the versions that were skipped: none that anybody may have seen is given again. */
function actOf({ leaf }: Open, stamp: Stamp): Act {
  const key = hash('sha256', leaf)
  return {
    ...{ id: key.slice(0, 26), key, officeKey: key, body: '', kind: 'RESTORE', report: '', chain: '' },
    ...{ office: '', author: 'operator', ...stamp, reason: null, release: null, ids: null },
  }
}
