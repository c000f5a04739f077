import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import neo4j from 'neo4j-driver'
import { Fault } from '../schema/wire/fault.ts'
import { type Home, takeHome } from '../server/neo4j/home-lock.ts'
import { launchNeo4j, type Neo4j } from '../server/neo4j/launch.ts'
import { endLeftover } from '../server/neo4j/leftover.ts'

const PORTOLAN = fileURLToPath(new URL('../.portolan/', import.meta.url))
export const TEST_JARS = join(PORTOLAN, 'jars')
const HEAP = '768m'
const PAGE_CACHE = '128m'
/** A short life is spent in start-up: without the second compiler that takes 40 % less processor time. */
export const SHORT_LIFE = ['-XX:TieredStopAtLevel=1']
/** Tests empty and fill the store over and over: no plan grows stale by that, and planning anew takes longer than the test. */
export const LASTING_PLANS = {
  'dbms.cypher.min_replan_interval': '12h',
  // Nor is a list that has grown tenfold worth another one.
  'internal.cypher.use_parameter_size': 'false',
}

export type Login = { uri: string; user: string; password: string }

/** The launcher's `ping`, by the driver: one authenticated `RETURN 1`. */
export async function ping(uri: string, user: string, password: string): Promise<void> {
  const driver = neo4j.driver(uri, neo4j.auth.basic(user, password), { connectionTimeout: 2_000 })
  try {
    await driver.executeQuery('RETURN 1')
  } finally {
    await driver.close()
  }
}

/**
 * An empty Neo4j of one's own in `.portolan/test-<name>`, for the process that calls; `stop` it in `afterAll`.
 * It ends with the process, also under kill -9. Another run that uses the same name at the same time gets
 * `test-<name>-2`, and so on.
 */
export async function startNeo4j(name: string): Promise<Neo4j> {
  const { home, lock } = await freeHome(name)
  const neo4jHome = join(home, 'neo4j')
  await endLeftover(neo4jHome)
  await rm(neo4jHome, { recursive: true, force: true })
  const memory = { heap: HEAP, pageCache: PAGE_CACHE, java: SHORT_LIFE, settings: LASTING_PLANS }
  try {
    const running = await launchNeo4j({ home, jars: TEST_JARS, say: console.error, ping, ...memory })
    return { ...running, stop: () => running.stop().then(lock.release) }
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function freeHome(name: string): Promise<{ home: string; lock: Home }> {
  for (let nth = 1; ; nth++) {
    const home = join(PORTOLAN, nth === 1 ? `test-${name}` : `test-${name}-${nth}`)
    try {
      return { home, lock: await takeHome(home) }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'HOME_BUSY') throw error
    }
  }
}

const SETUP = new URL('../cypher/setup/', import.meta.url)
const OURS = new Set(
  readdirSync(SETUP).flatMap((file) =>
    [...readFileSync(new URL(file, SETUP), 'utf8').matchAll(/CREATE (?:CONSTRAINT|INDEX) (\w+)/g)].map(
      ([, name]) => name!,
    ),
  ),
)

/**
 * Removes all data, and all constraints and indexes but those of the setup: with any of them Neo4j forgets every plan, and
 * planning is most of what it does in a test run. Whoever tests the setup removes them himself.
 */
export async function emptyNeo4j(login: Login): Promise<void> {
  const driver = neo4j.driver(login.uri, neo4j.auth.basic(login.user, login.password))
  const session = driver.session()
  const others = async (query: string) =>
    (await session.run(query)).records
      .map((row) => row.get('name') as string)
      .filter((name) => !OURS.has(name))
  try {
    await session.run('MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS')
    for (const name of await others('SHOW CONSTRAINTS YIELD name'))
      await session.run(`DROP CONSTRAINT \`${name}\``)
    for (const name of await others("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"))
      await session.run(`DROP INDEX \`${name}\``)
  } finally {
    await session.close()
    await driver.close()
  }
}
