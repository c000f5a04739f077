import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { SignedBody } from '../schema/wire/directory.ts'
import { Fault } from '../schema/wire/fault.ts'
import { say } from '../schema/words/index.ts'
import { reason } from './audit/sequencer.ts'
import { listenLogs } from './audit/tree/listen.ts'
import { readS3Keys } from './audit/tree/s3-keys.ts'
import { s3PlaceOf } from './audit/tree/s3-place.ts'
import { s3Storage } from './audit/tree/s3-shards.ts'
import type { LogStorage } from './audit/tree/shards.ts'
import { readWitnessPolicy } from './audit/tree/witness-policy.ts'
import { machineClock } from './clock.ts'
import { type Config, configFrom } from './config.ts'
import { checkMark, loadDemo, prepareDemo, serveDemoEvaluators, type Undo } from './demo.ts'
import { startWatch } from './exchange/watch.ts'
import { openGraph, pingGraph } from './graph.ts'
import { closeHttp, openHttp } from './http.ts'
import { type Instance, openInstance } from './instance.ts'
import { takeHome } from './neo4j/home-lock.ts'
import { launchNeo4j, type Neo4j } from './neo4j/launch.ts'
import { openOperator } from './operator.ts'
import { setUp } from './setup.ts'
import { warm } from './warm.ts'

/** By when the end of a Neo4j of one's own is known (ms). */
const GONE_MS = 5_000

/** One start: what it was told, and how it is undone. */
type Start = {
  config: Config
  acknowledge: number | undefined
  tell(line: string): void
  /** Undone last first. */
  undo: Undo[]
  /** Aborted when it is told to stop, also halfway. */
  signal: AbortSignal
  stop(code: number): Promise<void>
}

/**
 * `npm start`: sets everything up in one home, serves until it is told to stop, and stops what it started. A record
 * that is not durable after `acknowledge` ms is late: 500 if left out, as the law wants it.
 */
export async function main(acknowledge?: number): Promise<void> {
  const undo: Undo[] = []
  const told = new AbortController()
  const stop = stopper(undo, told)
  // Ctrl-C may come twice, from the terminal and from npm: the second must not end what the first is doing.
  process.on('SIGINT', () => void stop(0)).on('SIGTERM', () => void stop(0))
  const tell = (line: string) => void process.stdout.write(`${line}\n`)
  try {
    await start({ config: configFrom(process.env), acknowledge, tell, undo, signal: told.signal, stop })
  } catch (error) {
    // What a start that is being stopped breaks off with is no news.
    if (!told.signal.aborted) process.stderr.write(`${lineOf(error as Error)}\n`)
    await stop(1)
  }
}

const lineOf = (error: Error) =>
  error instanceof Fault ? `${error.code}: ${error.message}` : String(error.stack)

async function start(run: Start): Promise<void> {
  const { config, tell, undo } = run
  const lang = config.language
  const home = await takeHome(config.home)
  undo.push(() => home.release())
  const demo = config.mode !== 'production'
  await checkMark(config.home, demo)
  const genesis = await genesisOf(config, demo, undo)
  const store = config.neo4j ?? (await launch(run))
  const graph = await openGraph({ ...store, database: config.database })
  undo.push(() => graph.close())
  await setUp(graph)

  const port = config.port === 0 ? await freePort(config.host) : config.port
  const origin = config.origin ?? `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`
  const { home: folder, budget, deadline, compatUpTo } = config
  const development = config.mode === 'development'
  const instance = await openInstance({
    home: folder,
    graph,
    clock: machineClock,
    origin,
    genesis,
    budget,
    deadline,
    compatUpTo,
    acknowledge: run.acknowledge,
    development,
    rescueHook: config.rescueHook,
    witnesses: config.logPolicy === null ? null : await readWitnessPolicy(config.logPolicy),
    logStorage: config.logS3 && (await openBucket(config.logS3)),
  })
  undo.push(() => instance.close())
  const behind = instance.heads.behind()
  if (behind) tell(say(lang, behind.store === 'GRAPH' ? 'cli.readOnlyGRAPH' : 'cli.readOnlyLOG'))
  const operator = await openOperator(instance, folder)
  undo.push(() => new Promise((closed) => (operator ? operator.close(closed) : closed(undefined))))
  undo.push(startWatch(instance))
  // Its failure is the graph's, which every question will tell; a start does not wait for it.
  void warm(instance).catch(() => undefined)
  const server = openHttp(instance)
  // A question has its deadline, and its record needs no more than a moment beyond.
  undo.push(() => closeHttp(server, instance.deadline + 1_000))
  await new Promise<void>((done, failed) =>
    server.once('error', failed).listen(port, config.host, done),
  ).catch((error) => {
    throw new Fault(
      'CONFIG',
      `expected port ${port} of PORTOLAN_PORT to be free, got ${(error as { code?: string }).code}`,
    )
  })
  const logs = await openToAll(config, instance, undo)
  if (demo)
    await loadDemo(config.home, origin, instance.directory.genesisHash, undo).catch(
      async (error: unknown) => {
        // It may have failed because Neo4j has ended: that is told a moment later, and says more.
        if ('exited' in store) await Promise.race([store.exited, sleep(GONE_MS)])
        throw error
      },
    )
  if (demo) serveDemoEvaluators(config.home, origin, instance.directory.genesisHash, undo)
  tell(say(lang, 'cli.listening', { url: `http://${config.host}:${(server.address() as AddressInfo).port}` }))
  if (logs !== null) tell(say(lang, 'cli.logsListening', { url: logs }))
  if (demo) tell([say(lang, 'cli.tryThese'), ...COMMANDS.map((command) => `  ${command}`)].join('\n'))
}

/** Serves what is published to whoever asks, at an address of its own; null where none is wanted. */
async function openToAll(
  { logPort, host }: Config,
  { logs }: Instance,
  undo: Undo[],
): Promise<string | null> {
  if (logPort === null) return null
  const complain = (error: unknown) =>
    void process.stderr.write(`a log could not be read: ${reason(error)}\n`)
  const listening = await listenLogs([], { port: logPort, host, complain })
  undo.push(() => listening.close())
  logs.watch(listening.serve)
  return listening.url
}

async function openBucket({ address, region, keys }: NonNullable<Config['logS3']>): Promise<LogStorage> {
  const known = { ...(await readS3Keys(keys)), AWS_REGION: region }
  return s3Storage(s3PlaceOf(address, known), { clock: machineClock })
}

/** Worth trying first, in the order in which they tell the story. */
const COMMANDS = [
  'npx portolan tour',
  'npx portolan login --as it-sco.paola --purpose OPERATIONAL --justification "first look at the Sahel corridors"',
  'npx portolan network show Agadez-transport-2 --as it-sco.paola',
  'npx portolan card show Addax --as it-sco.paola',
  'npx portolan message inbox --as dz-dgsn.nadia --purpose EXCHANGE --justification "the morning post" --lang fr',
  'npx portolan match ask PHONE "+227 00 17 22 33" --as it-sco.paola --case IT-2016/0117',
  'npx portolan audit search --person it-sco.paola --operation networkShow --as it-audit.giulia --purpose OVERSIGHT --justification "weekly check"',
]

async function genesisOf(config: Config, demo: boolean, undo: Undo[]): Promise<SignedBody[]> {
  const file = demo ? await prepareDemo(config.home, undo) : config.genesis!
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

async function launch({ config, tell, undo, signal, stop }: Start): Promise<Neo4j> {
  const { home, heap, pageCache, language } = config
  // Recording what Java loads costs a server that may run for months more than a start is worth.
  const archive = config.mode !== 'production'
  const options = { home, heap, pageCache, language, archive, signal, say: tell, ping: pingGraph }
  const launching = launchNeo4j(options)
  let isRunning = true
  // Told to stop before it answers, it ends by `signal`, and is waited for.
  undo.push(() => launching.then(end, () => undefined))
  const neo4j = await launching
  void neo4j.exited.then(() => {
    isRunning = false
    if (signal.aborted) return
    process.stderr.write(
      'NEO4J_UNAVAILABLE: Neo4j ended by itself; its log is in the home under neo4j/logs\n',
    )
    void stop(1)
  })
  return neo4j

  function end({ archives, stop }: Neo4j): Promise<void> {
    if (isRunning && archives) tell(say(language, 'cli.keepingClasses'))
    return stop()
  }
}

async function freePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, host, done))
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return port
}

/** Undoes what was started, last first, once; a second signal does not cut it short. */
function stopper(undo: Undo[], told: AbortController): Start['stop'] {
  let stopping: Promise<void> | null = null
  return (code) => {
    told.abort()
    stopping ??= (async () => {
      for (let one = undo.pop(); one; one = undo.pop()) await Promise.resolve(one()).catch(() => undefined)
      process.exit(code)
    })()
    return stopping
  }
}

if (import.meta.main) await main()
