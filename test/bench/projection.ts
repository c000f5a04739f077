import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  projectionChanged,
  projectionDescriptions,
  projectionRelations,
  projectionReports,
} from '../../cypher/projection/projection.ts'
import { reportSubmit } from '../../cypher/report/write.ts'
import type { Statement } from '../../cypher/statement.ts'
import { KINDS } from '../../schema/wire/codes.ts'
import { bytesOf, type Claims, type Projection } from '../../server/analyst/projection.ts'
import { caughtUp, readView, type ViewErrands } from '../../server/analyst/view.ts'
import { HUB } from '../../server/ask.ts'
import type { Graph } from '../../server/graph.ts'
import type { Figure } from './bench.ts'
import { loadWorld, rowOf } from './load-world.ts'
import { openStore, say } from './store.ts'
import { makeWorld, type Sizes, WORLD } from './world.ts'

/** A million claims; whoever projects them sees all. */
const MILLION: Sizes = { ...WORLD, seed: 7, entities: 200_000, claims: 1_000_000, reports: 54_000 }

/**
 * Seconds in which a million claims that Neo4j holds become the arrays of a caller's view, read for the first time, and again when one
 * report of twenty claims has come; and what a claim takes of the memory, by what the process has more of afterwards.
 */
export async function projectionSeconds(): Promise<Figure[]> {
  const store = await openStore('million')
  try {
    const world = makeWorld(MILLION)
    await loadWorld(store.graph, world, (line) => line.endsWith('0000 reports') && say(line))
    const errands = errandsOf(store.graph, world.reaches.length, MILLION.reports)
    const before = memory()
    const started = performance.now()
    const view = await readView(errands)
    const seconds = (performance.now() - started) / 1_000
    const claims = countOf(view.projection)
    const bytes = (memory() - before) / claims
    say(
      `projection: ${claims} claims, ${Math.round(bytesOf(view.projection) / claims)} bytes each as it reckons`,
    )
    const told = [...makeWorld({ ...MILLION, seed: 8, reports: 1, claims: 20 }).reports()]
    const version = MILLION.reports + 1
    await store.graph.write(
      reportSubmit,
      { rows: told.map((one) => rowOf(one, { version, time: Date.now() })) },
      30_000,
      [],
    )
    await sleep(0)
    const again = performance.now()
    const next = await caughtUp(view, errandsOf(store.graph, world.reaches.length, version))
    const caught = (performance.now() - again) / 1_000
    if (countOf(next.projection) <= claims) throw new Error('expected the claims of one more report')
    return [
      { name: 'projection.seconds', value: seconds, unit: 's' },
      { name: 'projection.bytes-per-claim', value: bytes, unit: 'B' },
      { name: 'projection.caught-up-seconds', value: caught, unit: 's' },
    ]
  } finally {
    await store.stop()
  }
}

export function errandsOf(graph: Graph, compartments: number, asOf: number): ViewErrands {
  const scope = {
    ...{ mask: new Int8Array(compartments).fill(1), asOf, hub: HUB },
    compartments: Array.from({ length: compartments }, (_, number) => number),
  }
  const errand = (statement: Statement, own: object = {}) =>
    graph.errand(statement, { ...scope, ...own }, 600_000)
  return {
    descriptions: errand(projectionDescriptions, { kinds: KINDS }),
    relations: errand(projectionRelations, { kinds: KINDS }),
    reports: errand(projectionReports),
    changed: errand(projectionChanged),
    ...{ asOf, watermark: asOf },
  }
}

export const countOf = ({ relations, descriptions }: Projection): number =>
  Object.values(descriptions).reduce((sum: number, { count }: Claims) => sum + count, relations.count)

export function memory(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
