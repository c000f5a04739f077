import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Graph, openGraph, pingGraph } from '../../server/graph.ts'
import { takeHome } from '../../server/neo4j/home-lock.ts'
import { launchNeo4j } from '../../server/neo4j/launch.ts'
import { endLeftover } from '../../server/neo4j/leftover.ts'

export const PORTOLAN = fileURLToPath(new URL('../../.portolan/', import.meta.url))
export const say = (line: string) => process.stderr.write(`${line}\n`)

export type Login = { uri: string; user: string; password: string }
export type Store = { login: Login; graph: Graph; stop(): Promise<void> }

/** An empty private Neo4j with the memory that production has, or `NEO4J_PAGE_CACHE`, in `.portolan/bench/<name>`; ends with this process. */
export async function openStore(name: string): Promise<Store> {
  const home = join(PORTOLAN, 'bench', name)
  const lock = await takeHome(home)
  await endLeftover(join(home, 'neo4j'))
  await rm(join(home, 'neo4j'), { recursive: true, force: true })
  const { NEO4J_PAGE_CACHE: pageCache } = process.env
  const memory = pageCache ? { pageCache } : {}
  const neo4j = await launchNeo4j({ home, jars: join(PORTOLAN, 'jars'), say, ping: pingGraph, ...memory })
  const login = { uri: neo4j.uri, user: neo4j.user, password: neo4j.password }
  const graph = await openGraph(login)
  return {
    login,
    graph,
    async stop() {
      await graph.close()
      await neo4j.stop()
      await rm(join(home, 'neo4j'), { recursive: true, force: true })
      await lock.release()
    },
  }
}
