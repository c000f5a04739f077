import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { World } from './world.ts'

/**
 * Copies of a world's stores, made while whoever writes them is stopped, as an operator makes and puts back his: the
 * server always, and Neo4j for the graph.
 */
export type Copies = {
  /** Stops, copies these, and starts again. */
  take(what?: readonly Part[]): Promise<void>
  /** Stops, puts back what was copied of these, and starts again; the server only if it is to. */
  putBack(what: readonly Part[], start?: boolean): Promise<void>
  remove(): Promise<void>
}
export type Part = 'graph' | 'blobs' | 'attachments' | 'audit' | 'log'

export async function openCopies(world: World): Promise<Copies> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-copies-'))
  const places: Record<Part, string> = {
    graph: join(world.neo4jHome, 'data'),
    blobs: join(world.home, 'blobs'),
    attachments: join(world.home, 'attachments'),
    audit: join(world.home, 'audit'),
    log: join(world.home, 'log'),
  }
  const parts = Object.keys(places) as Part[]

  /** In order: what the server has answered is on record. */
  async function stop(what: readonly Part[]): Promise<void> {
    await world.kill('SIGTERM')
    if (what.includes('graph')) await world.neo4j().stop()
  }
  const startNeo4j = async (what: readonly Part[]) => {
    if (what.includes('graph')) await world.startNeo4j()
  }

  return {
    async take(what = parts) {
      await stop(what)
      for (const part of what) {
        await rm(join(folder, part), { recursive: true, force: true })
        await cp(places[part], join(folder, part), { recursive: true, preserveTimestamps: true })
      }
      await startNeo4j(what)
      await world.start()
    },
    async putBack(what, start = true) {
      await stop(what)
      for (const part of what) {
        await rm(places[part], { recursive: true })
        await cp(join(folder, part), places[part], { recursive: true, preserveTimestamps: true })
      }
      await startNeo4j(what)
      if (start) await world.start()
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
