/**
 * Two Neo4j for a whole vitest run, each started when a test file first asks for it (test/neo4j.ts) and lent to one
 * file at a time, emptied before each loan. Runs that need none pay a listening socket.
 *
 * Vitest's main process holds the instances, because it outlives the workers: `teardown` stops them, and when the
 * main process is killed, even by kill -9, the launcher's keeper stops them. A loan ends when the borrower's
 * connection closes, so a worker that dies gives it back. Set NEO4J_TEST_URI, NEO4J_TEST_USER and
 * NEO4J_TEST_PASSWORD to lend one other server instead: **it is emptied too**.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { Neo4j } from '../server/neo4j/launch.ts'
import type { Login } from './neo4j-instance.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the socket at which the shared Neo4j is borrowed. */
    neo4jDoor: string
  }
}

/** One waits for its store while the other computes: with two cores a third would find nothing to compute with. */
const LENT = 2

type Place = { running?: Promise<Neo4j> }

let folder: string
let door: Server
const places: Place[] = Array.from({ length: elsewhere() ? 1 : LENT }, () => ({}))
/** Those that nobody has borrowed; who asks meanwhile waits in turn. */
const free = [...places]
const waiting: ((place: Place) => void)[] = []

export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'portolan-test-'))
  const path = join(folder, 'door')
  door = createServer((borrower) => void lend(borrower))
  await new Promise<void>((listening) => door.listen(path, listening))
  project.provide('neo4jDoor', path)
}

export async function teardown(): Promise<void> {
  door.close()
  const running = await Promise.all(places.map((place) => place.running?.catch(() => undefined)))
  await Promise.all(running.map((one) => one?.stop()))
  await rm(folder, { recursive: true, force: true })
}

/** Resolves when the borrower has closed its connection. */
async function lend(borrower: Socket): Promise<void> {
  borrower.on('error', () => {})
  const returned = new Promise<void>((close) => borrower.once('close', () => close()))
  borrower.resume()
  const place = free.shift() ?? (await new Promise<Place>((go) => waiting.push(go)))
  const answer = await prepare(place).catch((error: Error) => ({ error: error.message }))
  borrower.write(`${JSON.stringify(answer)}\n`)
  await returned
  const next = waiting.shift()
  if (next) next(place)
  else free.unshift(place)
}

async function prepare(place: Place): Promise<Login> {
  const { emptyNeo4j, startNeo4j } = await import('./neo4j-instance.ts')
  if (!elsewhere()) place.running ??= startNeo4j('shared')
  const { uri, user, password } = elsewhere() ?? (await place.running!)
  await emptyNeo4j({ uri, user, password })
  return { uri, user, password }
}

function elsewhere(): Login | undefined {
  const {
    NEO4J_TEST_URI: uri,
    NEO4J_TEST_USER: user = 'neo4j',
    NEO4J_TEST_PASSWORD: password = '',
  } = process.env
  return uri ? { uri, user, password } : undefined
}
