import { entityNeighbourhood } from '../../cypher/entity/entity.ts'
import type { Bench, Figure, Ground } from './bench.ts'
import { sideBySide } from './load-client.ts'
import { boltParams, CALLERS } from './portolan.ts'
import { bodiesFor, NEIGHBOURHOOD } from './questions.ts'
import { say } from './store.ts'

/** Gives the load client the question over signed HTTP, and the same statement for the bare driver. */
export function defineNeighbourhood({ client }: Bench, { store, running, actors }: Ground): [string, string] {
  const ids = actors.map(({ id }) => id)
  const { port, sessions, scope } = running
  client.define('neighbourhood', { over: 'http', port, sessions, bodies: bodiesFor(NEIGHBOURHOOD, ids) })
  const params = ids.map((id) => boltParams(id, scope))
  client.define('driver', {
    over: 'bolt',
    login: store.login,
    text: entityNeighbourhood.text,
    params,
    access: 'READ',
  })
  return ['neighbourhood', 'driver']
}

/** Neighbourhood of depth 2, signed, scoped and audited, against the driver alone: ratio of the median latencies. */
export async function neighbourhoodVsDriver(bench: Bench): Promise<Figure[]> {
  const names = defineNeighbourhood(bench, await bench.big())
  const figures: Figure[] = []
  for (const callers of [1, CALLERS]) {
    const { latency, rate } = await sideBySide(bench.client, names, callers)
    say(
      `${callers} callers: ${latency.map((ms) => ms.toFixed(2)).join(' against ')} ms, ${rate.map(Math.round).join(' against ')} per second`,
    )
    figures.push({
      name: `neighbourhood.vs-driver.${callers}`,
      value: latency[0] / latency[1],
      unit: 'ratio',
    })
  }
  return worst('neighbourhood.vs-driver', figures, Math.max)
}

/** The headline: the worse of the figures for 1 and 16 callers. */
export function worst(name: string, figures: Figure[], worse: (...values: number[]) => number): Figure[] {
  return [{ ...figures[0]!, name, value: worse(...figures.map(({ value }) => value)) }, ...figures]
}
