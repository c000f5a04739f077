import DataLoader from 'dataloader'
import { reportTaken } from '../../cypher/report/report.ts'
import type { Graph } from '../graph.ts'

const DEADLINE = 30_000

export type TakenKeys = {
  /** Whether an act stands under any of these idempotency keys. Throws as a read does. */
  any(keys: readonly string[]): Promise<boolean>
}

/**
 * Writers who come while one read is under way share the next. A key that is taken a moment later is no harm: the write's
 * constraint refuses it.
 */
export function openTakenKeys(graph: Pick<Graph, 'read'>): TakenKeys {
  let reading: Promise<unknown> = Promise.resolve()

  async function read(keys: readonly string[]): Promise<boolean[]> {
    const rows = graph.read(reportTaken, { keys }, DEADLINE)
    reading = rows.catch(() => undefined)
    const taken = new Set((await rows).map(({ key }) => key))
    return keys.map((key) => taken.has(key))
  }

  const loader = new DataLoader<string, boolean>(read, {
    cache: false,
    maxBatchSize: 512,
    batchScheduleFn: (dispatch) => void reading.then(dispatch),
  })
  return {
    async any(keys) {
      const taken = await loader.loadMany(keys)
      const failed = taken.find((one) => one instanceof Error)
      if (failed) throw failed
      return taken.includes(true)
    },
  }
}
