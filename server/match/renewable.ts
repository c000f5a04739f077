import { matchRenewable } from '../../cypher/match/batch.ts'
import type { Graph } from '../graph.ts'

const DEADLINE = 30_000

/** How many selectors of an office wait for the key of `epoch`: as many as its cards have by the key of another year, and not by this one. */
export type Renewable = (office: string, epoch: number) => Promise<number>

/** Renewal escapes an officer's budget of a day, so it is of what was counted before, and of nothing else. */
export const renewableIn =
  (graph: Pick<Graph, 'read'>): Renewable =>
  async (office, epoch) => {
    const rows = await graph.read(matchRenewable, { office }, DEADLINE)
    const own = rows.find((row) => row.epoch === epoch)?.tokens ?? 0
    const others = rows.filter((row) => row.epoch !== epoch).map(({ tokens }) => tokens)
    return Math.max(0, Math.max(0, ...others) - own)
  }
