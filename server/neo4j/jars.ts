/**
 * The jars of the embedded Neo4j: resolved once with Maven, checked before every launch.
 *
 * To change the version: edit pom.xml, resolve into an empty folder with the command in `resolveJars`,
 * and renew jars.sha256 there with `sha256sum *.jar`.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Language } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { type Lock, takeLock } from '../lock.ts'
import { findMaven } from './prerequisites.ts'

const POM = fileURLToPath(new URL('./pom.xml', import.meta.url))
const LIST = new URL('./jars.sha256', import.meta.url)

type Fetching = { language?: Language; signal?: AbortSignal | undefined }

/**
 * Gives the folder under `store` that holds exactly the jars of jars.sha256, after resolving them if need be.
 * Homes may share a store, also when they start at the same time. Each list of jars has a folder of its own, so
 * a new version resolves beside the old one. A kill -9 leaves at most a part folder, swept by the next resolve.
 *
 * @throws Fault NEO4J_UNAVAILABLE when Maven is missing or fails, or a jar is missing, extra or altered.
 */
export async function provideJars(
  store: string,
  tell: (line: string) => void,
  { language = 'en', signal }: Fetching = {},
): Promise<string> {
  const list = await readFile(LIST, 'utf8')
  const expected = parseList(list)
  const folder = join(store, createHash('sha256').update(list).digest('hex').slice(0, 16))
  if (!(await exists(folder))) {
    const fetching = say(language, 'cli.fetchingNeo4j', { count: expected.size })
    await resolveJars(folder, () => tell(fetching), signal)
  }
  await checkJars(folder, expected)
  return folder
}

/** Parses what sha256sum prints: name to hex digest. */
export function parseList(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line !== '')
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
}

/**
 * Holds `folder` against `expected`, both ways: Neo4j loads whatever lies in it.
 * @throws Fault NEO4J_UNAVAILABLE naming the first jar that is missing, extra or altered.
 */
export async function checkJars(folder: string, expected: Map<string, string>): Promise<void> {
  const found = new Set(await readdir(folder))
  for (const name of found) if (!expected.has(name)) throw unsound(folder, name, 'not on the checked-in list')
  for (const [name, digest] of expected) {
    if (!found.has(name)) throw unsound(folder, name, 'missing')
    const bytes = await readFile(join(folder, name))
    if (createHash('sha256').update(bytes).digest('hex') !== digest) throw unsound(folder, name, 'altered')
  }
}

function unsound(folder: string, name: string, how: string): Fault {
  const message = `expected the checked-in jars, got ${name} ${how}: remove jars/${basename(folder)} to fetch them again`
  return new Fault('NEO4J_UNAVAILABLE', message)
}

async function resolveJars(
  folder: string,
  announce: () => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const store = dirname(folder)
  await mkdir(store, { recursive: true })
  const lock = await waitForLock(join(store, 'lock'))
  try {
    if (await exists(folder)) return
    const maven = await findMaven()
    announce()
    // Whoever holds the lock is the only one that resolves: other part folders are leftovers.
    for (const name of await readdir(store)) {
      if (name.startsWith('part-')) await rm(join(store, name), { recursive: true, force: true })
    }
    const part = join(store, `part-${process.pid}`)
    await runMaven(maven, part, signal)
    await rename(part, folder)
  } finally {
    lock.release()
  }
}

async function runMaven(maven: string, output: string, signal: AbortSignal | undefined): Promise<void> {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${output}`]
  try {
    await promisify(execFile)(maven, ['-q', '-B', '-f', POM, ...goal], {
      maxBuffer: 64 << 20,
      ...(signal && { signal }),
    })
  } catch (error) {
    signal?.throwIfAborted()
    const { stdout = '', message } = error as { stdout?: string; message: string }
    const reason = stdout.split('\n').find((line) => line.includes('[ERROR]')) ?? message.split('\n')[0]
    throw new Fault('NEO4J_UNAVAILABLE', `expected Maven to fetch the jars, got: ${reason}`)
  }
}

async function waitForLock(file: string): Promise<Lock> {
  for (;;) {
    const lock = takeLock(file)
    if (lock) return lock
    await sleep(250)
  }
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  )
}
