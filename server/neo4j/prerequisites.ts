import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../schema/wire/fault.ts'

const OLDEST_JAVA = 17
const ADVICE =
  'install both (Debian: apt install openjdk-17-jre-headless maven; macOS: brew install openjdk@21 maven), ' +
  'or set NEO4J_URI to a Neo4j 5.26 server, or use docker compose up'

type Environment = Record<string, string | undefined>

/** The command, and what it says of its version. */
export type Java = { command: string; build: string }

/**
 * The Java that runs Neo4j: of JAVA_HOME if set, else of PATH.
 * @throws Fault NEO4J_UNAVAILABLE in one line that says what to do, when it is missing or older than 17.
 */
export async function findJava(env: Environment = process.env): Promise<Java> {
  const command = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java'
  const printed = await run(command, ['-version'], env)
  // "17.0.15", "21" or, before Java 9, "1.8.0_402".
  const version = /version "(\d+)(?:\.(\d+))?/.exec(printed ?? '')
  const major = Number(version?.[1] === '1' ? version[2] : version?.[1])
  if (major >= OLDEST_JAVA) return { command, build: printed! }
  const found = major > 0 ? `Java ${major}` : 'none'
  throw new Fault(
    'NEO4J_UNAVAILABLE',
    `expected Java ${OLDEST_JAVA} or newer and Maven, got ${found}: ${ADVICE}`,
  )
}

/**
 * The Maven command, needed only until the jars are resolved.
 * @throws Fault NEO4J_UNAVAILABLE in one line that says what to do, when it is missing.
 */
export async function findMaven(env: Environment = process.env): Promise<string> {
  if ((await run('mvn', ['-v'], env)) !== null) return 'mvn'
  throw new Fault('NEO4J_UNAVAILABLE', `expected Maven to fetch Neo4j once, got none: ${ADVICE}`)
}

/** What the command printed, or null when it cannot be run. */
async function run(command: string, args: string[], env: Environment): Promise<string | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { env: env as NodeJS.ProcessEnv })
    return stdout + stderr
  } catch {
    return null
  }
}
