import { messageOwned } from '../../cypher/message/message.ts'
import type { Clock } from '../clock.ts'
import type { Graph } from '../graph.ts'
import type { Attachments } from './attachments.ts'
import type { Store } from './store.ts'

export type Sweeping = {
  /** False: count only. */
  remove: boolean
  /** Blobs that were put within so many ms are left alone: their row may be on its way. */
  younger: number
}

export type Swept = {
  /** Blobs in the store. */
  held: number
  /** Of these, old enough to be looked at. */
  idle: number
  /** Of these, owned by nothing in the graph; and attachments that no message names. */
  orphans: string[]
  /** Of these, removed just now. */
  removed: string[]
}

export type Sweep = (how: Sweeping) => Promise<Swept>

const HOUR = 3_600_000
/** While the server runs, an upload may be under way, and one that was cut off may come again within the hour. */
export const WHILE_RUNNING = HOUR
/** At a start nothing is under way, but what the process before had sent to Neo4j may stand up to 30 s later. */
export const AT_START: Sweeping = { remove: true, younger: 60_000 }

export type SweepParts = { store: Store; attachments: Attachments; graph: Graph; clock: Clock }

/** An upload of a large file goes on over days, where the link does: what was added to since is not lost. */
const ATTACHMENT = 14 * 24 * HOUR
const ASKED_AT_ONCE = 1_000

/**
 * Finds blobs that no message and no report owns: a crash came between the blob and its row, or between an erasure and
 * its blob. One that is owned is never removed, also where its row is written at this very moment: a row comes after
 * its blob was put, within minutes, and `eraseIdle` spares what was put since.
 */
export async function sweep(
  { store, attachments, graph, clock }: SweepParts,
  { remove, younger }: Sweeping,
): Promise<Swept> {
  const time = clock() - younger
  const idle = await store.idle(time)
  const orphans: string[] = []
  for (let i = 0; i < idle.length; i += ASKED_AT_ONCE) {
    const ids = idle.slice(i, i + ASKED_AT_ONCE)
    const owned = new Set((await graph.read(messageOwned, { ids }, 60_000)).map(({ id }) => id))
    orphans.push(...ids.filter((id) => !owned.has(id)))
  }
  const unnamed = (await attachments.orphans(clock() - ATTACHMENT)).map(({ object }) => object)
  const removed: string[] = []
  if (remove) {
    for (const id of orphans) if (await store.eraseIdle(id, time)) removed.push(id)
    for (const id of unnamed) if (await attachments.eraseIdle(id, clock() - ATTACHMENT)) removed.push(id)
  }
  return {
    held: (await store.ids()).length,
    idle: idle.length,
    orphans: [...orphans, ...unnamed],
    removed,
  }
}
