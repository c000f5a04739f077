import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { login, type Session } from '../clients/core/session.ts'
import { type Graph, openGraph } from '../server/graph.ts'
import { openHttp } from '../server/http.ts'
import { type Instance, type InstanceOptions, openInstance } from '../server/instance.ts'
import { setUp } from '../server/setup.ts'
import type { Cast } from './cast.ts'
import type { Login } from './neo4j.ts'
import { patient } from './patient.ts'

// A whole Portolan for a test: real Neo4j, real files, real HTTP, real signatures.

export type Reply = {
  status: number
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its question
  json: any
  headers: Headers
  signed: Uint8Array
  body: Uint8Array
}

export type TestPortolan = {
  instance: Instance
  graph: Graph
  server: Server
  url: string
  home: string
  /** One signed request as a person; a session is opened the first time. */
  ask(person: string, query: string, variables?: Record<string, unknown>, purpose?: unknown): Promise<Reply>
  session(person: string): Promise<Session>
  close(): Promise<void>
}

export const PURPOSE = { code: 'OPERATIONAL', justification: 'case 2013-117: routes through Agadez' }

export async function openPortolan(
  neo4j: Login,
  cast: Pick<Cast, 'genesis' | 'key'>,
  options: Partial<InstanceOptions> = {},
): Promise<TestPortolan> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'portolan-home-')))
  const graph = options.graph ?? (await openGraph(neo4j))
  await setUp(graph)
  const clock = options.clock ?? Date.now
  // The port decides the origin, so it is taken before the instance is opened.
  const { port, hold } = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const instance = await openInstance({
    genesis: cast.genesis,
    clock,
    origin,
    budget: 1_000_000,
    deadline: 60_000,
    timer: patient,
    ...options,
    home,
    graph,
  })
  const server = openHttp(instance)
  await hold()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const sessions = new Map<string, Promise<Session>>()

  const session = (person: string) => {
    const known = sessions.get(person) ?? login({ url: origin, key: cast.key(person), clock })
    sessions.set(person, known)
    known.catch(() => sessions.delete(person))
    return known
  }

  return {
    instance,
    graph,
    server,
    url: origin,
    home,
    session,
    async ask(person, query, variables = {}, purpose = PURPOSE) {
      const answer = await (await session(person)).request({ query, variables, extensions: { purpose } })
      const text = Buffer.from(answer.body).toString()
      return { ...answer, text, json: JSON.parse(text) }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await instance.close()
      if (!options.graph) await graph.close()
      if (!options.home) await rm(home, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<{ port: number; hold: () => Promise<void> }> {
  const { createServer } = await import('node:net')
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as { port: number }
  return { port, hold: () => new Promise((done) => void probe.close(() => done())) }
}
