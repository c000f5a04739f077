import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { World } from './world.ts'

/** Copies of a world's stores, made while everything is stopped, as an operator makes and puts back his. */
export type Copies = {
  /** Stops server and Neo4j, copies, and starts both. */
  take(): Promise<void>
  /** Stops both, puts back what was copied of these, and starts Neo4j; the server too, unless it is not to. */
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
  async function stop(): Promise<void> {
    await world.kill('SIGTERM')
    await world.neo4j().stop()
  }

  return {
    async take() {
      await stop()
      for (const part of parts) {
        await rm(join(folder, part), { recursive: true, force: true })
        await cp(places[part], join(folder, part), { recursive: true, preserveTimestamps: true })
      }
      await world.startNeo4j()
      await world.start()
    },
    async putBack(what, start = true) {
      await stop()
      for (const part of what) {
        await rm(places[part], { recursive: true })
        await cp(join(folder, part), places[part], { recursive: true, preserveTimestamps: true })
      }
      await world.startNeo4j()
      if (start) await world.start()
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
