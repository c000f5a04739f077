/**
 * The embedded Neo4j: the real server, launched privately from its Maven artifact when no NEO4J_URI is set.
 *
 *     <home>/neo4j/            0700
 *       password               0600, drawn once
 *       pid                    of the last Neo4j launched here
 *       conf/neo4j.conf        written before each launch
 *       data/ logs/ run/       Neo4j's own; logs/console.log is what this start printed
 *       classes/               Java's archive of its classes (class-archive.ts)
 *     <home>/jars/<list>/      the class path, held against jars.sha256 before each launch
 *
 * launcher ── channel ── keeper.ts ── java. Neo4j never outlives the launcher by more than an orderly stop; what
 * a kill -9 of the launcher, the keeper or Java leaves is put right by the next launch (leftover.ts).
 * The caller must hold the home (home-lock.ts): a second launch would end the first one's Neo4j.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, rename } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Language } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { type ClassArchive, openClassArchive } from './class-archive.ts'
import { provideJars } from './jars.ts'
import { endLeftover, pidFile } from './leftover.ts'
import { providePassword, writePrivate } from './password.ts'
import { findJava } from './prerequisites.ts'
import { configuration, javaArguments, MEMORY } from './settings.ts'

/** Resolves when an authenticated `RETURN 1` was answered, rejects with the driver's error otherwise. */
export type Ping = (uri: string, user: string, password: string) => Promise<void>

export type LaunchOptions = {
  home: string
  /** Takes progress lines for a person. */
  say: (line: string) => void
  /** Of these lines. Default English. */
  language?: Language
  ping: Ping
  /** Folder of resolved jars, which several homes may share. Default `<home>/jars`. */
  jars?: string
  /** Most memory of Java's heap, such as `1g`. */
  heap?: string
  /** Memory for pages of the store, such as `512m`. */
  pageCache?: string
  /** Make an archive of Java's classes when it ends, and start from it next time. Default: no. */
  archive?: boolean
  /** Ends a launch under way; it then rejects when whatever it had started has ended. */
  signal?: AbortSignal
  /** Further arguments for Java, before Neo4j's own. */
  java?: string[]
  /** Further lines of neo4j.conf. */
  settings?: Record<string, string>
}

export type Neo4j = {
  uri: string
  user: 'neo4j'
  password: string
  /** Of Java. */
  pid: number
  /** Whether Java makes its archive when it ends, which then takes some seconds more. */
  archives: boolean
  /** Resolves when Neo4j has ended, asked or not. */
  exited: Promise<void>
  /** SIGTERM, after 30 s SIGKILL; resolves when it has ended. Idempotent. */
  stop(): Promise<void>
}

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url))
const USER = 'neo4j'
const START_MS = 120_000
const POLL_MS = 50
const ATTEMPTS = 3
// Below the range from which kernels draw ports for outgoing connections.
const PORTS = { first: 17_000, count: 13_000 }

/**
 * Starts the private Neo4j of `home` and returns when it answers.
 * @throws Fault NEO4J_UNAVAILABLE: no Java or Maven, unsound jars, or a start that failed, with its last log line.
 *   What `signal` was aborted with, when it was.
 */
export async function launchNeo4j(options: LaunchOptions): Promise<Neo4j> {
  const neo4jHome = resolve(options.home, 'neo4j')
  await mkdir(neo4jHome, { recursive: true, mode: 0o700 })
  await chmod(neo4jHome, 0o700)
  await endLeftover(neo4jHome)
  const java = await findJava()
  const store = resolve(options.jars ?? join(options.home, 'jars'))
  const { language = 'en', signal } = options
  const jars = await provideJars(store, options.say, { language, signal })
  const password = await providePassword(neo4jHome)

  for (let attempt = 1; ; attempt++) {
    const archive = options.archive ? await openClassArchive(neo4jHome, java.build, jars) : null
    const command = [
      java.command,
      ...(options.java ?? []),
      ...(archive?.javaArguments ?? []),
      ...javaArguments(neo4jHome, jars, options.heap ?? MEMORY.heap),
    ]
    const port = await freePort()
    await writePrivate(
      join(neo4jHome, 'conf', 'neo4j.conf'),
      configuration(port, options.pageCache ?? MEMORY.pageCache, options.settings),
    )
    signal?.throwIfAborted()
    const running = await startKeeper(neo4jHome, command, archive)
    try {
      const uri = `bolt://127.0.0.1:${port}`
      await answering(running, neo4jHome, () => options.ping(uri, USER, password), signal)
      running.ready()
      await archive?.check(running.pid)
      const { pid, exited, stop } = running
      return { uri, user: USER, password, pid, exited, stop, archives: archive?.isMapped === false }
    } catch (error) {
      await running.stop()
      signal?.throwIfAborted()
      if (archive?.isMapped) await archive.drop()
      // Somebody took the port between our choice and Neo4j's start.
      else if (!/already in use|BindException/.test(await consoleOf(neo4jHome))) throw error
      if (attempt === ATTEMPTS) throw error
    }
  }
}

type Running = Pick<Neo4j, 'pid' | 'exited' | 'stop'> & { ready(): void }

async function startKeeper(
  neo4jHome: string,
  command: string[],
  archive: ClassArchive | null,
): Promise<Running> {
  const log = consoleLog(neo4jHome)
  await mkdir(join(neo4jHome, 'logs'), { recursive: true, mode: 0o700 })
  await rename(log, `${log}.previous`).catch(() => {})
  const keeper = fork(KEEPER, [pidFile(neo4jHome), log, ...command], {
    cwd: neo4jHome,
    detached: true,
    execArgv: [],
    env: environment(),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  let isReady = false
  const exited = once(keeper, 'exit').then(async ([code]) => {
    await endLeftover(neo4jHome)
    // A start that was cut short has not loaded what the next one needs.
    if (code === 0 && isReady) await archive?.keep()
  })
  const pid = await Promise.race([pidFrom(keeper), exited])
  if (pid === undefined) throw await startFailure(neo4jHome)
  const stop = () => {
    keeper.kill('SIGTERM')
    return exited
  }
  const ready = () => {
    isReady = true
  }
  return { pid, exited, stop, ready }
}

async function pidFrom(keeper: ChildProcess): Promise<number> {
  const [message] = (await once(keeper, 'message')) as [{ pid: number }]
  return message.pid
}

/** What Java needs of our environment, and nothing that may be secret. */
function environment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

/** Waits until Neo4j says it has started, and only then shows the password to whoever answers on its port. */
async function answering(
  running: Running,
  neo4jHome: string,
  ping: () => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let ended = false
  running.exited.then(() => {
    ended = true
  })
  const deadline = performance.now() + START_MS
  while (!(await consoleOf(neo4jHome)).includes('INFO  Started.')) {
    if (ended || performance.now() > deadline) throw await startFailure(neo4jHome)
    await sleep(POLL_MS, undefined, { signal })
  }
  for (;;) {
    try {
      return await ping()
    } catch (error) {
      if (refused(error)) {
        throw new Fault(
          'NEO4J_UNAVAILABLE',
          'expected neo4j to accept the password in neo4j/password, got a refusal',
        )
      }
      if (ended || performance.now() > deadline) throw await startFailure(neo4jHome)
      await sleep(POLL_MS, undefined, { signal })
    }
  }
}

function refused(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('Neo.ClientError.Security')
}

async function startFailure(neo4jHome: string): Promise<Fault> {
  const lines = (await consoleOf(neo4jHome)).split('\n').filter((line) => line.trim() !== '')
  const telling =
    lines.findLast((line) => /ERROR|Caused by|Exception/.test(line)) ?? lines.at(-1) ?? 'no output'
  const line = telling.trim().replaceAll(`${neo4jHome}/`, '')
  return new Fault('NEO4J_UNAVAILABLE', `expected neo4j to start, got "${line}"; see neo4j/logs/console.log`)
}

function consoleLog(neo4jHome: string): string {
  return join(neo4jHome, 'logs', 'console.log')
}

async function consoleOf(neo4jHome: string): Promise<string> {
  return readFile(consoleLog(neo4jHome), 'utf8').catch(() => '')
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer()
    probe.once('error', () => settle(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)))
  })
}
