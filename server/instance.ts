import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GraphQLSchema } from 'graphql'
import { compartmentIntern, compartmentLoad } from '../cypher/compartment/compartment.ts'
import { outboxLeft } from '../cypher/outbox/outbox.ts'
import { reportVersions } from '../cypher/report/report.ts'
import { schema as defaultSchema } from '../schema/index.ts'
import type { Sensitivity } from '../schema/wire/codes.ts'
import type { SignedBody } from '../schema/wire/directory.ts'
import type { Fault } from '../schema/wire/fault.ts'
import { recordEnd } from './analyst/desk.ts'
import { type Jobs, openJobs } from './analyst/jobs.ts'
import { openResurgenceWatch, type ResurgenceWatch } from './analyst/resurgence-watch.ts'
import { HUB } from './ask.ts'
import { type Audit, openAudit } from './audit/log.ts'
import { type OpenLogs, openLogs } from './audit/open-logs.ts'
import { expectOwnLogs } from './audit/own-logs.ts'
import type { Timer } from './audit/sequencer.ts'
import { fileShelf } from './audit/storage.ts'
import { keepSigningKey } from './audit/tree/key-file.ts'
import { shelfMemory } from './audit/tree/memory.ts'
import type { Shard } from './audit/tree/shard.ts'
import { directoryStorage, type LogStorage } from './audit/tree/shards.ts'
import type { WitnessPolicy } from './audit/tree/witness-policy.ts'
import { type Auth, openAuth } from './auth.ts'
import { type Budget, openBudget } from './budget.ts'
import type { Clock } from './clock.ts'
import { type Compartments, openCompartments } from './compartments.ts'
import { type Consultations, openConsultations } from './consultations.ts'
import { publishDirectory } from './directory/published.ts'
import { type Directory, openDirectory } from './directory.ts'
import { type Engine, openEngine } from './engine.ts'
import { eraseAgain } from './erase-again.ts'
import { type Erasures, openErasures } from './erasures.ts'
import { openAttachmentFiles } from './exchange/attachment-files.ts'
import { type Attachments, openAttachments } from './exchange/attachments.ts'
import { type Deadlines, openDeadlines } from './exchange/deadlines.ts'
import { type Exchange, openExchange } from './exchange/desk.ts'
import { type Escalation, openEscalation } from './exchange/escalation.ts'
import { type Events, openEvents } from './exchange/events.ts'
import { openReminders, type Reminders } from './exchange/reminders.ts'
import { openResealWatch, type ResealWatch } from './exchange/reseal-watch.ts'
import { openRoom, type Room } from './exchange/room.ts'
import { openStore } from './exchange/store.ts'
import { AT_START, type Sweep, sweep } from './exchange/sweep.ts'
import type { Graph } from './graph.ts'
import { compareHeads, type Heads, openHeads, versionsLost } from './heads.ts'
import { type Ids, idsOf } from './ids.ts'
import { type Latch, openLatch } from './latch.ts'
import { type Matching, openMatching } from './match/batch.ts'
import { openPermits, type Permits } from './match/permits.ts'
import { renewableIn } from './match/renewable.ts'
import { NOBODY_ASKED, type Outbox, openOutbox } from './outbox.ts'
import { openQueues, type Queues } from './report/queues.ts'
import { openTakenKeys, type TakenKeys } from './report/taken-keys.ts'
import { openStreams, type Pace, type Streams } from './streams.ts'
import { openVersions, type Versions } from './versions.ts'
import { openWriter, type Writer } from './writer.ts'

export type InstanceOptions = {
  home: string
  graph: Graph
  clock: Clock
  /** Scheme, host and port at which clients reach it. */
  origin: string
  /** Signed directory entries to start from, the genesis first. */
  genesis: readonly SignedBody[]
  budget: number
  deadline: number
  /** The highest sensitivity that may be sealed in the compat profile; without one, any. */
  compatUpTo?: Sensitivity
  development?: boolean
  /** A program that pages rescue contacts. */
  rescueHook?: string | null
  /** Who co-signs the logs; null: nobody is asked. */
  witnesses?: WitnessPolicy | null
  /** Where the logs lie as they are published; without it in the home. */
  logStorage?: LogStorage | null
  /** Degree of a hub (`server/ask.ts`); tests have small worlds. */
  hub?: number
  /** How the audit log waits: a test's machine may be slower than any that serves. */
  timer?: Timer
  /** Longest wait for a record to be durable (ms): other than 500 in tests alone. */
  acknowledge?: number | undefined
  /** Of streams; tests cannot wait for a minute. */
  pace?: Pace
  schema?: GraphQLSchema
}

/** Everything that one running instance is made of. Only the graph and the home outlive it. */
export type Instance = {
  clock: Clock
  deadline: number
  hub: number
  instanceKey: Buffer
  graph: Graph
  compartments: Compartments
  versions: Versions
  writer: Writer
  outbox: Outbox
  heads: Heads
  erasures: Erasures
  latch: Latch
  queues: Queues
  takenKeys: TakenKeys
  ids: Ids
  directory: Directory
  auth: Auth
  audit: Audit
  exchange: Exchange
  events: Events
  sweep: Sweep
  streams: Streams
  attachments: Attachments
  /** For the large bodies of the object road. */
  room: Room
  escalation: Escalation
  deadlines: Deadlines
  reminders: Reminders
  resealWatch: ResealWatch
  budget: Budget
  permits: Permits
  consultations: Consultations
  engine: Engine
  origin: string
  analyses: Jobs
  resurgenceWatch: ResurgenceWatch
  matching: Matching
  /** What is published, for whoever serves it. */
  logs: Pick<OpenLogs, 'watch'>
  /** Why nothing may be answered, or null: what is on record, or the directory, is not published or not co-signed. */
  suspended(): Fault | null
  close(): Promise<void>
}

/** The replay window, twice: what may still be replayed after a restart is in the audit log of this long. */
const REPLAY_MS = 120_000

type Closable = { close(): Promise<unknown> }
/** Keeps what is opened, to be closed where the rest cannot be. */
type Keep = <T extends Closable>(part: Promise<T> | T) => Promise<T>

/** Where it throws nothing stays open: no lock, no file, nothing that goes on publishing. */
export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const opened: Closable[] = []
  try {
    return await openParts(options, async (part) => {
      const kept = await part
      opened.push(kept)
      return kept
    })
  } catch (error) {
    // Last first; what fails to close must not hide why the start has failed.
    for (const part of opened.reverse()) await part.close().catch(() => undefined)
    throw error
  }
}

async function openParts(options: InstanceOptions, keep: Keep): Promise<Instance> {
  const { home, graph, clock, origin, compatUpTo = 'S4_LIFE' } = options
  const instanceKey = await provideKey(join(home, 'instance.key'))
  const directory = await keep(
    openDirectory({ file: join(home, 'directory', 'directory.jsonl'), genesis: options.genesis, clock }),
  )
  const name = `${directory.genesisHash.slice(0, 12)}.portolan`
  const storage = options.logStorage ?? directoryStorage(join(home, 'log'))
  const keys = join(home, 'keys')
  await expectOwnLogs(options.witnesses ?? null, { storage, keys, name, now: clock() })
  const complain = (line: string) => void process.stderr.write(`${line}\n`)
  const logs = await keep(
    openLogs({
      ...{ storage, keys, cosigned: join(home, 'cosigned'), clock, complain },
      policy: options.witnesses ?? null,
    }),
  )
  const published = (log: string) => ({
    ...{ shards: storage(log), keys, origin: `${name}/${log}` },
    opened: (shard: Shard) => logs.opened(log, shard),
    fenced: ({ code, message }: Fault) => complain(`${code}: ${log}: ${message}`),
  })
  const left = await graph.read(outboxLeft, {}, 60_000)
  const unanswered = left.filter(({ closed }) => !closed)
  const receipts = await keepSigningKey(join(keys, 'receipts'), `${name}/receipts`)
  const audit = await keep(
    openAudit({
      receipts,
      store: join(home, 'audit'),
      erased: join(home, 'erasures'),
      clock,
      auditorsOf: directory.auditorsOf,
      tree: published('audit'),
      left: unanswered,
      ...(options.timer && { timer: options.timer }),
      ...(options.acknowledge && { acknowledge: options.acknowledge }),
    }),
  )
  const history = await keep(
    publishDirectory(directory, {
      ...published('directory'),
      memory: shelfMemory(await fileShelf(join(home, 'directory'))),
    }),
  )
  const { receiptKey } = audit
  const sessionFile = join(home, 'sessions', 'sessions.jsonl')
  const auth = await keep(openAuth({ origin, file: sessionFile, directory, clock, receiptKey }))
  const tags: Uint8Array[] = []
  for await (const { replay } of audit.replays(clock() - REPLAY_MS)) tags.push(replay)
  auth.seed(tags)

  const compartments = openCompartments(await graph.read(compartmentLoad, {}, 60_000), async (stored) => {
    const [row] = await graph.write(compartmentIntern, stored, 30_000, NOBODY_ASKED)
    return row!.number
  })
  const heads = openHeads(await compareHeads(audit.progress, left))
  const versions = openVersions(await graph.read(reportVersions, { since: 0 }, 60_000), clock)
  versions.skip(versionsLost(heads.behind(), audit.progress))
  const store = await openStore(join(home, 'blobs'))
  const events = openEvents({ graph, compartments, directory, clock })
  const files = await openAttachmentFiles(join(home, 'attachments'))
  const attachments = openAttachments({ graph, files, directory, compartments, clock })
  const escalation = await keep(
    openEscalation({
      ...{ graph, directory, events, audit, clock, hook: options.rescueHook ?? null },
      file: join(home, 'escalation', 'calls.jsonl'),
    }),
  )
  const erasures = await keep(openErasures(join(home, 'erasures', 'erased.jsonl')))
  const exchange = openExchange({
    ...{ graph, store, directory, compartments, attachments, events, erasures, clock, compatUpTo },
    alarmed: () => void escalation.tick(),
  })
  const [writer, ids] = [openWriter(graph, versions), idsOf(instanceKey)]
  await eraseAgain({ graph, writer, ids, store, exchange, attachments, erasures, audit, directory, clock })
  const swept: Sweep = (how) => {
    // What a graph from a copy does not own, the one that it should be may own.
    if (how.remove) heads.check()
    return sweep({ store, attachments, graph, clock }, how)
  }
  if (!heads.behind()) await swept(AT_START)
  const budget = await keep(
    openBudget({
      dir: join(home, 'budget'),
      limit: options.budget,
      key: instanceKey,
      clock,
    }),
  )
  const permits = await keep(
    openPermits({ dir: join(home, 'permits'), clock, directory, receipts, renewable: renewableIn(graph) }),
  )
  const consultations = await keep(openConsultations({ dir: join(home, 'consultations'), clock }))
  const outbox = openOutbox(graph, left)
  // Each is on record now, with its question.
  outbox.answered(heads.behind() ? [] : unanswered)
  const [hub, latch] = [options.hub ?? HUB, openLatch()]
  const analyses = await keep(
    openJobs({
      ...{ graph, compartments, versions, ids, clock, hub, latch },
      record: (job) => recordEnd({ audit, clock }, job),
    }),
  )
  const view = { graph, compartments, versions, hub, latch }
  const resurgenceWatch = openResurgenceWatch({ ...view, directory, events, ids, audit, clock, analyses })
  const matching = openMatching({
    ...{ graph, compartments, directory, events, audit, versions, heads, ids, latch, clock },
  })
  const instance: Instance = {
    clock,
    deadline: options.deadline,
    hub,
    analyses,
    resurgenceWatch,
    matching,
    instanceKey,
    graph,
    compartments,
    versions,
    writer,
    outbox,
    heads,
    latch,
    queues: openQueues(),
    takenKeys: openTakenKeys(graph),
    ids,
    erasures,
    directory,
    auth,
    audit,
    exchange,
    events,
    escalation,
    deadlines: openDeadlines({ graph, events, clock }),
    reminders: openReminders({ directory, events, clock }),
    resealWatch: openResealWatch({ graph, compartments, directory, exchange, events, clock }),
    sweep: swept,
    streams: openStreams(options.pace),
    attachments,
    room: openRoom(),
    budget,
    permits,
    consultations,
    engine: openEngine(options.schema ?? defaultSchema, options.development ?? false),
    origin,
    logs,
    suspended: () => instance.audit.suspended() ?? history.failure() ?? logs.suspended(),
    async close() {
      // They write into the audit log.
      const watches = [resurgenceWatch, escalation, matching]
      await Promise.all([...watches, analyses, outbox].map((one) => one.close()))
      await logs.close()
      await history.close()
      await Promise.all([
        ...[audit.close(), auth.close(), directory.close(), budget.close()],
        ...[consultations.close(), erasures.close(), permits.close()],
      ])
    },
  }
  return instance
}

/** The key under which ids and cursors are made: drawn once for a home, 0600. Losing it loses no data, only the link from old keys to old ids. */
async function provideKey(file: string): Promise<Buffer> {
  const known = await readFile(file).catch(() => null)
  if (known?.length === 32) return known
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  const key = randomBytes(32)
  // Written aside and renamed: a crash leaves no half key.
  await writeFile(`${file}.new`, key, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
  return key
}
