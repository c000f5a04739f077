import { spawn } from 'node:child_process'
import { access, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { SignedBody } from '../schema/wire/directory.ts'
import { Fault } from '../schema/wire/fault.ts'
import { say } from '../schema/words/index.ts'
import { machineClock } from './clock.ts'
import { type Config, configFrom } from './config.ts'
import { openGraph, pingGraph } from './graph.ts'
import { openHttp } from './http.ts'
import { openInstance } from './instance.ts'
import { takeHome } from './neo4j/home-lock.ts'
import { launchNeo4j, type Neo4j } from './neo4j/launch.ts'
import { setUp } from './setup.ts'
import { warm } from './warm.ts'

/** Marks a home whose keys anybody could have: production refuses it. */
const DEMO = 'DEMO'
const SCENARIO = fileURLToPath(new URL('../clients/scenario/main.ts', import.meta.url))

type Undo = () => Promise<unknown> | unknown

/** `npm start`: sets everything up in one home, serves until it is told to stop, and stops what it started. */
async function main(): Promise<void> {
  const tell = (line: string) => process.stdout.write(`${line}\n`)
  const undo: Undo[] = []
  const stop = stopper(undo)
  process.once('SIGINT', () => void stop(0))
  process.once('SIGTERM', () => void stop(0))
  try {
    await start(configFrom(process.env), tell, undo, stop)
  } catch (error) {
    process.stderr.write(
      `${error instanceof Fault ? `${error.code}: ${error.message}` : (error as Error).stack}\n`,
    )
    await stop(1)
  }
}

async function start(
  config: Config,
  tell: (line: string) => void,
  undo: Undo[],
  stop: (code: number) => Promise<void>,
): Promise<void> {
  const lang = config.language
  const home = await takeHome(config.home)
  undo.push(() => home.release())
  const demo = config.mode !== 'production'
  await checkMark(config, demo)
  const genesis = await genesisOf(config, demo, undo)
  const store = config.neo4j ?? (await launch(config, tell, undo, stop))
  const graph = await openGraph({ ...store, database: config.database })
  undo.push(() => graph.close())
  await setUp(graph)

  const port = config.port === 0 ? await freePort(config.host) : config.port
  const origin = config.origin ?? `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`
  const { home: folder, budget, deadline } = config
  const development = config.mode === 'development'
  const instance = await openInstance({
    home: folder,
    graph,
    clock: machineClock,
    origin,
    genesis,
    budget,
    deadline,
    development,
  })
  undo.push(() => instance.close())
  // Its failure is the graph's, which every question will tell; a start does not wait for it.
  void warm(instance).catch(() => undefined)
  const server = openHttp(instance)
  undo.push(
    () =>
      new Promise((done) => {
        server.close(done)
        server.closeAllConnections()
      }),
  )
  await new Promise<void>((done, failed) =>
    server.once('error', failed).listen(port, config.host, done),
  ).catch((error) => {
    throw new Fault(
      'CONFIG',
      `expected port ${port} of PORTOLAN_PORT to be free, got ${(error as { code?: string }).code}`,
    )
  })
  if (demo) await runScenario(['load', config.home, origin, instance.directory.genesisHash], undo)
  tell(say(lang, 'cli.listening', { url: `http://${config.host}:${(server.address() as AddressInfo).port}` }))
  if (demo) tell(COMMANDS.map((command) => `  ${command}`).join('\n'))
}

/** Worth trying first, in the order in which they tell the story. */
const COMMANDS = [
  'npx portolan tour',
  'npx portolan login --as it-sco.paola --purpose OPERATIONAL --justification "first look at the Sahel corridors"',
  'npx portolan network show Agadez-transport-2 --as it-sco.paola',
  'npx portolan message inbox --as dz-dgsn.nadia --purpose EXCHANGE --justification "the morning post" --lang fr',
  'npx portolan audit search --person it-sco.paola --as it-audit.giulia --purpose OVERSIGHT --justification "weekly check"',
]

/** A demo home stays one: its keys were made here, unprotected, and never guard anything real. */
async function checkMark(config: Config, demo: boolean): Promise<void> {
  const mark = join(config.home, DEMO)
  const marked = await access(mark).then(
    () => true,
    () => false,
  )
  if (marked && !demo)
    throw new Fault(
      'CONFIG',
      'PORTOLAN_HOME: expected a home of its own in production, got one of a demonstration',
    )
  if (!marked && demo) {
    const used = await access(join(config.home, 'directory')).then(
      () => true,
      () => false,
    )
    if (used)
      throw new Fault('CONFIG', 'PORTOLAN_MODE: expected production, for this home was opened in production')
    await writeFile(mark, 'The keys of this home are for demonstration. Production refuses it.\n', {
      mode: 0o600,
      flush: true,
    })
  }
}

async function genesisOf(config: Config, demo: boolean, undo: Undo[]): Promise<SignedBody[]> {
  if (demo) await runScenario(['prepare', config.home], undo)
  const file = demo ? join(config.home, 'demo', 'directory.json') : config.genesis!
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Fault('CONFIG', `PORTOLAN_GENESIS: expected a readable file, got none at ${file}`)
  })
  const parsed = z.array(SignedBody).safeParse(jsonOf(text))
  if (!parsed.success)
    throw new Fault('CONFIG', 'PORTOLAN_GENESIS: expected a list of signed directory entries')
  const [first] = parsed.data
  if (!demo && first?.body.type === 'genesis' && first.body.demo)
    throw new Fault(
      'CONFIG',
      'PORTOLAN_GENESIS: expected the genesis of an instance, got one of a demonstration',
    )
  return parsed.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function launch(
  config: Config,
  tell: (line: string) => void,
  undo: Undo[],
  stop: (code: number) => Promise<void>,
): Promise<Neo4j> {
  const { home, heap, pageCache } = config
  const neo4j = await launchNeo4j({ home, heap, pageCache, say: tell, ping: pingGraph })
  let stopping = false
  undo.push(() => {
    stopping = true
    return neo4j.stop()
  })
  void neo4j.exited.then(() => {
    if (stopping) return
    process.stderr.write(
      'NEO4J_UNAVAILABLE: Neo4j ended by itself; its log is in the home under neo4j/logs\n',
    )
    void stop(1)
  })
  return neo4j
}

/** The scenario is a client with private keys, so it is a process of its own. It is ended with this one. */
async function runScenario(args: string[], undo: Undo[]): Promise<void> {
  const child = spawn(process.execPath, [SCENARIO, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
  undo.push(() => child.kill('SIGTERM'))
  const code = await new Promise<number | null>((done) => child.once('exit', done))
  if (code !== 0) throw new Fault('CONFIG', `expected the scenario to ${args[0]}, got exit code ${code}`)
}

async function freePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, host, done))
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return port
}

/** Undoes what was started, last first, once; a second signal does not cut it short. */
function stopper(undo: Undo[]): (code: number) => Promise<void> {
  let stopping: Promise<void> | null = null
  return (code) => {
    stopping ??= (async () => {
      for (const one of undo.reverse()) await Promise.resolve(one()).catch(() => undefined)
      process.exit(code)
    })()
    return stopping
  }
}

await main()
