import { reportErase, reportRelease } from '../../cypher/report/write.ts'
import type { ReportDesk, Submitted } from '../../schema/context.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { Release, reachOf } from '../../schema/wire/release.ts'
import { faultsOf, IdempotencyKey } from '../../schema/wire/report.ts'
import { disclosed } from '../ask.ts'
import { erasedOf, erasureStands } from '../erasures.ts'
import { changeOf, committed } from '../outbox.ts'
import type { Acts, DeskParts, DeskRequest, Doing } from './acts.ts'
import { officesReached } from './reached.ts'
import { checkRelease } from './transfer.ts'

/**
 * Release, withdrawal and erasure: they change who may see a report, of every version and for every `asOf`. While they
 * commit nobody reads, so that no answer shows half of one.
 */
export function rights(
  parts: DeskParts,
  { caller, record }: DeskRequest,
  acts: Acts,
): Pick<ReportDesk, 'withdraw' | 'release' | 'erase'> {
  const { compartments, directory, erasures, exchange, latch, queues, writer } = parts
  const origin = { office: caller.office, country: caller.country }

  async function move(id: string, doing: Doing, release: Release, reason: string | null): Promise<Submitted> {
    const { chain } = await acts.own(id)
    return queues.inTurn(chain, async () => {
      const before = (await acts.own(id)).compartments
      const compartment = await compartments.numberOf(reachOf(release, origin))
      const withdrawn = doing.kind === 'WITHDRAW'
      const kind = withdrawn ? 'WITHDRAWN' : 'NARROWED'
      record.statements.set(reportRelease.name, reportRelease.digest)
      const change = changeOf(record, [id])
      await latch.alone(() =>
        writer.write(reportRelease, chain, [change], (stamp) => ({
          act: acts.act(doing, stamp, { report: id, chain, reason, release: JSON.stringify(release) }),
          notice: acts.notice(doing, stamp, {
            kind,
            report: id,
            chain,
            compartments: before,
            lost: compartment,
          }),
          chain,
          compartment,
          compartments: [...new Set([...before, compartment])],
          retractedAt: withdrawn ? stamp.version : null,
        })),
      )
      committed(record, change)
      disclosed(record, caller, officesReached(compartments.reachOf(compartment), directory))
      parts.resealWatch.changed(chain)
      return { report: id, ids: [], replayed: false }
    })
  }

  async function erase(id: string, doing: Doing, reason: string): Promise<Submitted> {
    const { chain } = await acts.own(id, 'WITHDRAWN')
    return queues.inTurn(chain, async () => {
      const { compartments: all } = await acts.own(id, 'WITHDRAWN')
      record.statements.set(reportErase.name, reportErase.digest)
      const change = changeOf(record, [id])
      const { row } = await latch.alone(() =>
        writer.write(reportErase, chain, [change], (stamp) => ({
          act: acts.act(doing, stamp, { report: id, chain, reason }),
          notice: acts.notice(doing, stamp, {
            kind: 'ERASED',
            report: id,
            chain,
            compartments: all,
            lost: -1,
          }),
          chain,
        })),
      )
      // The graph forgets first. What a crash leaves of the rest, the next start does.
      const erased = [...erasedOf('REPORT', [chain]), ...erasedOf('OBJECT', row.notes)]
      await erasureStands(erasures, { record, change }, erased)
      for (const object of row.notes) await exchange.eraseNote(object)
      await parts.analyses.erased()
      return { report: null, ids: [], replayed: false }
    })
  }

  return {
    async withdraw(id, key, reason) {
      return acts.once('WITHDRAW', checkedKey(key), { id, reason }, async (doing) => {
        const { except } = compartments.reachOf((await acts.own(id)).compartment)
        return move(id, doing, { to: [], except, transfers: [] }, reason)
      })
    },
    async release(id, key, input) {
      return acts.once('RELEASE', checkedKey(key), { id, input }, async (doing) => {
        const parsed = Release.safeParse(input)
        const faults = parsed.success
          ? checkRelease(parsed.data, caller, directory)
          : faultsOf(parsed.error, ['release'])
        if (!parsed.success || faults.length > 0) throw faultOf(faults)
        return move(id, doing, parsed.data, null)
      })
    },
    async erase(id, key, reason) {
      return acts.once('ERASE', checkedKey(key), { id, reason }, (doing) => erase(id, doing, reason))
    },
  }
}

function checkedKey(key: string): string {
  if (IdempotencyKey.safeParse(key).success) return key
  throw new Fault('BAD_INPUT', 'expected 8 to 80 letters, digits, . _ : -', { path: ['key'] })
}
