import { alarmsOf, successorsOf } from '../analysis/resurgence.ts'
import { paced, type Watch } from '../analysis/watch.ts'
import { NO_DAY } from './column.ts'
import type { Projection } from './projection.ts'
import { endOf, leadsTold } from './questions/resurgence.ts'
import { descriptionsTold } from './things.ts'
import type { Told } from './told.ts'
import { tracesOf } from './traces.ts'

/** That a network may go on from a dismantled one, and the reports of the claims that say so. A lead, and no finding. */
export type Alarm = { network: string; dismantled: string; reports: string[] }

/**
 * What `resurgence` answers, with its defaults, for every network whose best graded status is DISMANTLED, and of that only the
 * leads whose odds reach the bound of an alarm. In the order of the ids of the dismantled, and then of the odds. Of a network
 * no day of whose end is known there are none. Time grows with the dismantled times the things of all later networks.
 * Throws what `watch` was aborted with.
 */
export async function alarms(view: Projection, told: Told, watch: Watch = {}): Promise<Alarm[]> {
  const pace = paced(watch)
  const traces = tracesOf(view)
  const { networks, profiled } = traces
  const found: Alarm[] = []
  for (const [network, entity] of networks.entityOf.entries()) {
    if (told.best(entity, 'status') !== 'DISMANTLED') continue
    const end = endOf(view, told, entity)
    if (end.day === NO_DAY) continue
    await pace(networks.entityOf.length + view.relations.count)
    const sure = alarmsOf(successorsOf(profiled, { network, ended: end.day }))
    if (sure.length === 0) continue
    const said = descriptionsTold(told, 'NETWORK', end.rows)
    for (const lead of leadsTold(view, told, traces, network, sure)) {
      const claims = lead.reasons.flatMap(({ relations, descriptions }) => [...relations, ...descriptions])
      const reports = new Set([...said, ...claims].map(({ report }) => report))
      found.push({
        network: lead.network.id,
        dismantled: view.entities[entity]!,
        reports: [...reports].sort(),
      })
    }
  }
  return found
}
