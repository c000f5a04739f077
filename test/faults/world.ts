import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { signEntry } from '../../clients/core/directory.ts'
import { type OpenKey, openKeyStore } from '../../clients/core/keys.ts'
import { login } from '../../clients/core/session.ts'
import { type EntryBody, entryHash } from '../../schema/wire/directory.ts'
import { launchNeo4j, type Neo4j } from '../../server/neo4j/launch.ts'
import { type Cast, makeCast } from '../cast.ts'
import { ended, type Ran, startCli } from '../clients/cli/program.ts'
import { COMPILED, compileServer } from '../compiled.ts'
import { PURPOSE, type Reply } from '../instance.ts'
import { LASTING_PLANS, ping, SHORT_LIFE, TEST_JARS } from '../neo4j-instance.ts'
import { openThrottle, type Throttle } from '../peers/throttle.ts'
import { openDisk } from './disk.ts'

// A whole Portolan of real processes that a test may kill, stop, starve and cut off: Neo4j, the server in production
// mode, and the command line on homes of its own. Between each two stands a TCP proxy under the test's hand.

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The server's program, from the root. */
export const START = 'test/faults/start.ts'
/** By when an answer begins to come (ms): a Neo4j that was just started, beside others, has much to plan. */
const PATIENCE = 120_000
export const WHY = [
  ...['--purpose', 'EXCHANGE', '--case', 'NE-2013-117'],
  ...['--justification', 'case 2013-117: routes through Agadez'],
]

export type World = {
  cast: Cast
  neo4j(): Neo4j
  /** Between the server and Neo4j. */
  bolt: Throttle
  /** Between clients and the server. */
  http: Throttle
  /** The server's home: a disk of its own, of `disk` MiB. */
  home: string
  /** What the server has printed since the world began. */
  printed(): string
  server(): ChildProcess
  /** `under` another program that starts it. */
  start(under?: string[]): Promise<void>
  /** What the server is started with, for another one beside it. */
  environment(): Record<string, string>
  /** Where its logs lie open. */
  logUrl: string
  /** Ends the server, by SIGKILL where nothing else is said. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Kills Neo4j as a power cut would, and starts it again on what it left on disk. */
  killNeo4j(): Promise<void>
  startNeo4j(): Promise<void>
  neo4jHome: string
  /** A client home with the keys named; on a disk of its own of so many MiB, where it is to be full. */
  makeHome(names: string[], disk?: number): Promise<string>
  /** Puts the present private key of that name into a client home, beside those that are there. */
  give(client: string, name: string): Promise<void>
  /** Gives an office another key: signed by its anchor and by the key that it had. */
  replaceKey(office: string): Promise<void>
  /** The command line as a program, on a client home; `under` another program that starts it. */
  cli(home: string, args: string[], under?: string[]): Promise<Ran>
  /** The same; its data, or an error with all it said. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has data of its own shape
  data(home: string, args: string[], under?: string[]): Promise<any>
  /** Fills the server's home, or a client's that has a disk, up to `left` octets; gives back what makes room again. */
  fill(home: string, left: number, folder?: string): Promise<() => Promise<void>>
  /** One signed request in a session of its own. */
  ask(person: string, query: string, variables?: object, purpose?: unknown): Promise<Reply>
  close(): Promise<void>
}

/** `capture` keeps what goes by. `deadline`: how long a question may take (ms); a machine that runs every test at once is slower than one that serves. */
export async function openWorld({
  disk = 64,
  capture = false,
  deadline = 15_000,
  environment: more = {} as Record<string, string>,
} = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-world-'))
  const home = join(folder, 'server')
  let server: ChildProcess | null = null
  const disks = new Map([[home, await openDisk(home, disk, () => server?.pid ?? null)]])
  const neo4jHome = join(folder, 'neo4j-home')
  const cast = await makeCast(
    [
      { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
      { office: 'it-sco', persons: { paola: 'FOCAL_POINT', luca: 'ANALYST' } },
      { office: 'ml-dnlt', persons: { fatoumata: 'FOCAL_POINT' } },
      { office: 'ne-audit', kind: 'AUDITOR', persons: { mariama: 'AUDITOR' } },
    ],
    [{ team: 'sahel-1', signatories: ['ne-dst', 'it-sco'], members: ['ne-dst.aicha', 'it-sco.paola'] }],
    { demo: false },
  )
  const genesis = join(folder, 'genesis.json')
  await writeFile(genesis, JSON.stringify(cast.genesis))
  const genesisHash = entryHash({ index: 0, previous: null, ...cast.genesis[0]! })
  const [port, logPort] = [await freePort(), await freePort()]
  const bolt = await openThrottle(0, { capture })
  const http = await openThrottle(port, { capture })
  let neo4j: Neo4j
  let printed = ''

  async function startNeo4j(): Promise<void> {
    const memory = { heap: '512m', pageCache: '64m', java: SHORT_LIFE, settings: LASTING_PLANS }
    neo4j = await launchNeo4j({ home: neo4jHome, jars: TEST_JARS, say: () => {}, ping, ...memory })
    bolt.aim(Number(new URL(neo4j.uri).port))
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = server
    server = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  function environment(): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env
    return {
      ...{ ...COMPILED, PATH, HOME, LANG: 'C.UTF-8', PORTOLAN_MODE: 'production', PORTOLAN_GENESIS: genesis },
      ...{ PORTOLAN_HOME: home, PORTOLAN_PORT: String(port), PORTOLAN_ORIGIN: http.url },
      ...{ PORTOLAN_LOG_PORT: `${logPort}`, PORTOLAN_DEADLINE: `${deadline}` },
      ...{ NEO4J_URI: `bolt://127.0.0.1:${bolt.port}`, NEO4J_PASSWORD: neo4j.password },
      ...more,
    }
  }

  async function start(under: string[] = []): Promise<void> {
    const from = printed.length
    const [program, ...args] = [...under, process.execPath, START]
    server = spawn(program!, args, {
      cwd: ROOT,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const child = server
    await new Promise<void>((listens, failed) => {
      for (const stream of [child.stdout!, child.stderr!])
        stream.on('data', (bytes) => {
          printed += bytes
          if (printed.includes('listens at', from)) listens()
        })
      child.on('exit', () => failed(new Error(printed.slice(from))))
    })
  }

  const replaced = new Map<string, OpenKey>()
  const keyOf = (name: string) => replaced.get(name) ?? cast.key(name)

  async function makeHome(names: string[], disk?: number): Promise<string> {
    const made = join(await mkdtemp(join(folder, 'client-')), 'home')
    if (disk === undefined) await mkdir(made, { mode: 0o700 })
    else disks.set(made, await openDisk(made, disk, () => null))
    await writeFile(join(made, 'client.json'), JSON.stringify({ url: http.url, genesisHash }), {
      mode: 0o600,
    })
    await openKeyStore(join(made, 'keys'))
    for (const name of names) await give(made, name)
    return made
  }

  async function give(client: string, name: string): Promise<void> {
    const keys = join(client, 'keys', name.replace(':', '+'))
    await mkdir(keys, { recursive: true, mode: 0o700 })
    const { fingerprint, privateKey } = keyOf(name)
    await writeFile(join(keys, `${fingerprint}.asc`), privateKey.armor(), { mode: 0o600 })
  }

  const cli: World['cli'] = (client, args, under = []) =>
    ended(startCli(args, { home: client, under: [...(disks.get(client)?.under() ?? []), ...under] }))

  const ask: World['ask'] = async (person, query, variables = {}, purpose = PURPOSE) => {
    const answer = await answered(person, { query, variables, extensions: { purpose } }).catch((error) => {
      error.message += `; the server’s last words: ${printed.slice(-500)}`
      throw error
    })
    const text = Buffer.from(answer.body).toString()
    return { ...answer, text, json: JSON.parse(text) }
  }

  async function answered(person: string, body: object) {
    const session = await login({ url: http.url, key: keyOf(person), timeout: PATIENCE })
    return session.request(body)
  }

  async function replaceKey(office: string): Promise<void> {
    const person = cast.genesis.flatMap(({ body }) =>
      body.type === 'assignment' && body.office === office ? [body.person] : [],
    )[0]!
    const { json } = await ask(person, '{ directory }')
    const last = json.data.directory.findLast(
      // Of a team only its place is told.
      ({ body }: { body?: EntryBody }) => body?.type === 'office' && body.office === office,
    )
    const name = `office:${office}`
    const next = await (await openKeyStore(await mkdtemp(join(folder, 'key-')))).newKey({
      person: name,
      passphrase: null,
      date: new Date(Date.now() - 60_000),
    })
    const body: EntryBody = { ...last.body, key: next.publicKey }
    const anchor = cast.key(`anchor:${office.slice(0, 2).toUpperCase()}`)
    const entry = await signEntry(body, [anchor, keyOf(name)], {
      instance: 'test-instance',
      supersedes: entryHash(last),
      date: new Date(),
    })
    const entered = await ask(person, 'mutation($entry: Json!) { enterDirectory(entry: $entry) }', { entry })
    if (entered.json.errors) throw new Error(entered.text)
    replaced.set(name, next)
  }

  await Promise.all([startNeo4j(), compileServer()])
  await start()
  return {
    cast,
    neo4j: () => neo4j,
    bolt,
    http,
    home,
    printed: () => printed,
    server: () => server!,
    start,
    environment,
    logUrl: `http://127.0.0.1:${logPort}`,
    kill,
    async killNeo4j() {
      const gone = neo4j.exited
      process.kill(neo4j.pid, 'SIGKILL')
      await gone
    },
    startNeo4j,
    neo4jHome: join(neo4jHome, 'neo4j'),
    makeHome,
    give,
    cli,
    async data(client, args, under) {
      const { code, out, err } = await cli(client, [...args, '--json'], under)
      if (code !== 0) throw new Error(`portolan ${args.join(' ')}: ${code}\n${err}`)
      return JSON.parse(out)
    },
    fill: (full, left, folder) => disks.get(full)!.fill(left, folder),
    ask,
    replaceKey,
    async close() {
      await kill('SIGTERM')
      await Promise.all([bolt.close(), http.close()])
      await neo4j.stop()
      for (const one of disks.values()) one.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until a file or another state of a process that was started here is as it should be. */
export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await what())) await sleep(50)
}

export const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as { port: number }
  await new Promise((done) => probe.close(done))
  return port
}
