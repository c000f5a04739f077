import { reportNotice } from '../../cypher/report/report.ts'
import { reportAcknowledge } from '../../cypher/report/write.ts'
import type { ReportDesk } from '../../schema/context.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Compartments } from '../compartments.ts'
import type { Graph } from '../graph.ts'
import type { Ids } from '../ids.ts'
import { changeOf, committed } from '../outbox.ts'
import { scopeFor } from '../policy.ts'
import type { DeskRequest } from './acts.ts'

type Parts = { graph: Graph; ids: Ids; compartments: Compartments; clock: () => number }

/**
 * Takes note of a notice for the caller's office. It changes nothing that anybody else than the originator sees, so it is
 * no act and needs no version; sent again, it is the same one.
 */
export function acknowledging(
  { graph, ids, compartments, clock }: Parts,
  { caller, ask, record }: DeskRequest,
): ReportDesk['acknowledge'] {
  return async (id) => {
    scopeFor(reportAcknowledge, caller, compartments, 0)
    const [notice] = await ask(reportNotice, { id })
    if (!notice) throw new Fault('NOT_FOUND', 'expected a notice to your office', { path: ['id'] })
    const row = {
      id: ids.id('acknowledgement', id, caller.office),
      notice: id,
      office: caller.office,
      person: caller.person,
      time: clock(),
    }
    record.statements.set(reportAcknowledge.name, reportAcknowledge.digest)
    const change = changeOf(record, [id])
    const [written] = await graph.write(reportAcknowledge, { rows: [row] }, 30_000, [change])
    committed(record, change)
    return { notice: id, time: written!.time }
  }
}
