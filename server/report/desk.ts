import type { ReportDesk } from '../../schema/context.ts'
import type { Clock } from '../clock.ts'
import type { Graph } from '../graph.ts'
import { acknowledging } from './acknowledge.ts'
import { actsFor, type DeskParts, type DeskRequest } from './acts.ts'
import { rights } from './rights.ts'
import { submissions } from './submit.ts'

/** Everything that changes a report, for one request. Nothing is overwritten: each act stands beside the ones before. */
export function reportDesk(
  parts: DeskParts & { graph: Graph; clock: Clock },
  request: DeskRequest,
): ReportDesk {
  const acts = actsFor(parts, request)
  return {
    ...submissions(parts, request, acts),
    ...rights(parts, request, acts),
    acknowledge: acknowledging(parts, request),
  }
}
