import type { z } from 'zod'
import type { Change } from '../cypher/outbox/outbox.ts'
import type { Statement } from '../cypher/statement.ts'
import { Fault } from '../schema/wire/fault.ts'
import { Collision, type Graph } from './graph.ts'
import type { Versions } from './versions.ts'

/** How many waiting reports share one transaction. Measured: more gains nothing. */
const GROUP = 25

export type Stamp = { version: number; time: number }

export type Writer = {
  /**
   * Writes one row with the statement, together with other rows that wait. Versions are drawn here, in the order of
   * the queue, and reads see them once Neo4j has confirmed. `changes` stand in the outbox with it. Rejects with `Collision` where a unique key stands already.
   */
  write<S extends Statement>(
    statement: S,
    id: string,
    changes: readonly Change[],
    make: (stamp: Stamp) => object,
  ): Promise<{ row: z.infer<S['row']>; stamp: Stamp }>
  /** Resolves once no write is in doubt: what stands is seen, by reads too. */
  settled(): Promise<void>
}

type Waiting = {
  statement: Statement
  /** The id under which the statement returns this row: Neo4j promises no order. */
  id: string
  changes: readonly Change[]
  make: (stamp: Stamp) => object
  done: (result: unknown) => void
  failed: (error: unknown) => void
}

/** One writer for one store: it alone allots versions, so that they are in the order of the commits. */
export function openWriter(graph: Graph, versions: Versions): Writer {
  const queue: Waiting[] = []
  let running = false
  let inDoubt: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    if (running) return
    running = true
    while (queue.length > 0) await commit(nextGroup(queue))
    running = false
  }

  async function commit(group: Waiting[]): Promise<void> {
    const stamped = group.map((one) => ({ ...one, stamp: versions.draw() }))
    try {
      const params = { rows: stamped.map((one) => one.make(one.stamp)) }
      const statement = group[0]!.statement
      const found = (await graph.write(
        statement,
        statement.params.parse(params) as { rows: unknown[] },
        30_000,
        group.flatMap(({ changes }) => changes),
      )) as { id: string }[]
      versions.acknowledge(stamped.at(-1)!.stamp.version)
      for (const one of stamped) one.done({ row: found.find((row) => row.id === one.id), stamp: one.stamp })
    } catch (error) {
      const unconfirmed = error instanceof Fault && error.code === 'OUTCOME_UNCONFIRMED'
      if (!unconfirmed) versions.abandon()
      // One row's collision undid the whole transaction: each gets one of its own, and only the guilty one fails.
      if (error instanceof Collision && group.length > 1) for (const one of group) await commit([one])
      else for (const one of group) one.failed(error)
      if (unconfirmed) inDoubt = settle(graph, versions, stamped.at(-1)!.stamp.version)
      await inDoubt
    }
  }

  return {
    write: (statement, id, changes, make) =>
      new Promise((done, failed) => {
        queue.push({ statement, id, changes, make, done: done as (result: unknown) => void, failed })
        void run()
      }),
    settled: () => inDoubt,
  }
}

function nextGroup(queue: Waiting[]): Waiting[] {
  const { statement } = queue[0]!
  let length = 1
  while (length < GROUP && queue[length]?.statement === statement) length += 1
  return queue.splice(0, length)
}

/** After a lost answer the write may stand. Ask until Neo4j answers, so that what stands is seen and nothing comes before it. */
async function settle(graph: Graph, versions: Versions, version: number): Promise<void> {
  for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      const [found] = await graph.setup(
        'OPTIONAL MATCH (a:Act {version: $version}) RETURN a IS NOT NULL AS stands',
        { version },
      )
      if (found?.stands === true) versions.acknowledge(version)
      else versions.abandon()
      return
    } catch {
      await new Promise((go) => setTimeout(go, wait))
    }
  }
}
