import neo4j, { type Driver, type Record as Row, type Session } from 'neo4j-driver'
import type { z } from 'zod'
import { type Change, outboxAdd } from '../cypher/outbox/outbox.ts'
import type { Statement } from '../cypher/statement.ts'
import { Fault } from '../schema/wire/fault.ts'
import { writeWhole } from './whole-writes.ts'

export type GraphOptions = {
  uri: string
  user: string
  password: string
  database?: string
  poolSize?: number
}

/** A read that is run elsewhere. It is data alone, as threads take it. */
export type Errand = {
  options: GraphOptions
  text: string
  params: Record<string, unknown>
  /** Milliseconds after which Neo4j ends it. */
  deadline: number
}

/** The only door to Neo4j. It runs statements of the closed set and the numbered setup files, nothing else. */
export type Graph = {
  /** Runs a read as one autocommit statement; retried once where Neo4j says that it may be. */
  read<S extends Statement>(
    statement: S,
    params: Record<string, unknown>,
    deadline: number,
  ): Promise<z.infer<S['row']>[]>
  /**
   * Runs a write in one transaction, and in the same leaves `changes` in the outbox: for whom it is done, or that nobody
   * asked for it. Never retried here: a commit whose answer was lost may stand, and is reported as
   * `OUTCOME_UNCONFIRMED`. A uniqueness constraint that fails rejects with `Collision`.
   */
  write<S extends Statement>(
    statement: S,
    params: Record<string, unknown>,
    deadline: number,
    changes: readonly Change[],
  ): Promise<z.infer<S['row']>[]>
  /** What another thread needs to run a read by itself (`streamed`): where, which text, with what. */
  errand<S extends Statement>(statement: S, params: Record<string, unknown>, deadline: number): Errand
  /** One statement of a setup file; idempotent by its own text. */
  setup(text: string, params?: Record<string, unknown>): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** A unique key or version stands already: somebody else wrote it, or this write was run again. */
export class Collision extends Error {}

export async function openGraph(options: GraphOptions): Promise<Graph> {
  const driver = openDriver(options)
  const database = options.database ?? 'neo4j'
  // No more than is meant: whoever opens this may have more on him, and not all of it goes to another thread.
  const carried = { uri: options.uri, user: options.user, password: options.password, database }
  // Only a cluster needs bookmarks: there a read may reach a member that has not seen our last write.
  const bookmarks = options.uri.startsWith('neo4j') ? { bookmarkManager: neo4j.bookmarkManager() } : {}
  const session = (mode: 'READ' | 'WRITE') =>
    driver.session({ database, defaultAccessMode: mode, ...bookmarks })
  await driver.verifyConnectivity().catch(unreachable)

  return {
    async read(statement, params, deadline) {
      const once = () => withSession(session('READ'), (open) => rows(open, statement.text, params, deadline))
      const reading = once()
        .catch((error) => ((error as { retryable?: boolean }).retryable ? once() : Promise.reject(error)))
        .catch(masked)
      const found = await answered(reading, deadline, () => {
        throw new Fault('NEO4J_UNAVAILABLE', 'expected the graph store to answer, got nothing')
      })
      return found.map((row) => decoded(statement, row))
    },
    async write(statement, params, deadline, changes) {
      const state = { isGivenUp: false }
      const left: Query[] = changes.length > 0 ? [{ text: outboxAdd.text, params: { rows: changes } }] : []
      const writing = withSession(session('WRITE'), (open) =>
        inTransaction(open, [{ text: statement.text, params }, ...left], { timeout: deadline, state }),
      )
      const found = await answered(writing, deadline, () => {
        state.isGivenUp = true
        throw unconfirmed()
      })
      return found.map((row) => decoded(statement, row))
    },
    errand: (statement, params, deadline) => ({ options: carried, text: statement.text, params, deadline }),
    async setup(text, params = {}) {
      const found = await withSession(session('WRITE'), (open) => rows(open, text, params, 60_000)).catch(
        masked,
      )
      return found.map((row) => row.toObject())
    },
    close: () => driver.close(),
  }
}

/** How many rows come at a time: each time costs a way to Neo4j and back. */
const FETCH = 5_000

/**
 * Runs an errand over a connection of its own, and gives each row to `take` as it comes; nothing is kept. Rejects with the
 * faults of a read, and with the reason of an abort. Never run again here: part of it has been taken.
 */
export async function streamed<S extends Statement>(
  { options, text, params, deadline }: Errand,
  statement: S,
  take: (row: z.infer<S['row']>) => void,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted()
  const driver = openDriver({ ...options, poolSize: 1 })
  const database = options.database ?? 'neo4j'
  const session = driver.session({ database, defaultAccessMode: 'READ', fetchSize: FETCH })
  const reading = new Promise<void>((done, fail) => {
    signal?.addEventListener('abort', () => fail(signal.reason), { once: true })
    session.run(text, encoded(params), { timeout: deadline }).subscribe({
      onNext(row) {
        if (signal?.aborted) return
        try {
          take(decoded(statement, row))
        } catch (error) {
          fail(error)
        }
      },
      onCompleted: () => done(),
      onError: fail,
    })
  })
  try {
    await reading.catch((error) => {
      throw signal?.aborted ? signal.reason : masking(error)
    })
  } finally {
    // Ends what still runs: the connection goes, and Neo4j with it ends the read.
    await driver.close()
  }
}

/** Whether Neo4j answers an authenticated question; for the launcher, which waits on it. */
export async function pingGraph(uri: string, user: string, password: string): Promise<void> {
  const driver = openDriver({ uri, user, password })
  try {
    await driver.executeQuery('RETURN 1')
  } finally {
    await driver.close()
  }
}

const BOLT_PORT = 7687

function openDriver({ uri, user, password, poolSize = 16 }: GraphOptions): Driver {
  writeWhole(Number(new URL(uri).port || BOLT_PORT))
  return neo4j.driver(uri, neo4j.auth.basic(user, password), {
    disableLosslessIntegers: true,
    maxConnectionPoolSize: poolSize,
    connectionAcquisitionTimeout: 5_000,
    connectionTimeout: 5_000,
    telemetryDisabled: true,
    // Neo4j would add to every answer what no label or type of the closed set stands for yet.
    notificationFilter: { minimumSeverityLevel: 'OFF' },
  })
}

async function withSession<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

async function rows(
  session: Session,
  text: string,
  params: Record<string, unknown>,
  timeout: number,
): Promise<Row[]> {
  return (await withoutStack(() => session.run(text, encoded(params), { timeout }))).records
}

/** The driver writes out, for every question, from where it was asked; nobody reads it, and it takes as long as some answers. */
function withoutStack<T>(run: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return run()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** A store that is there and says nothing at all is waited for so much longer than it was given (ms). */
const SILENCE = 2_000

/** Neo4j itself ends what takes longer than `deadline`; of a Neo4j that hangs nobody would hear. */
async function answered<T>(work: Promise<T>, deadline: number, silent: () => never): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      try {
        silent()
      } catch (error) {
        fail(error)
      }
    }, deadline + SILENCE)
  })
  // What it says after that is heard by nobody.
  work.catch(() => undefined)
  return Promise.race([work, silence]).finally(() => clearTimeout(timer))
}

const unconfirmed = () =>
  new Fault(
    'OUTCOME_UNCONFIRMED',
    'expected the store to confirm the write, got no answer: send it again with the same key',
  )

type Query = { text: string; params: Record<string, unknown> }

/** The rows of the first; all are sent together, so that the second costs no way to Neo4j and back. */
async function inTransaction(
  session: Session,
  queries: Query[],
  { timeout, state }: { timeout: number; state: { isGivenUp: boolean } },
): Promise<Row[]> {
  const transaction = session.beginTransaction({ timeout })
  let found: Row[]
  try {
    const all = await Promise.all(queries.map(({ text, params }) => transaction.run(text, encoded(params))))
    found = all[0]!.records
  } catch (error) {
    await transaction.rollback().catch(() => undefined)
    throw isCollision(error) ? new Collision() : masking(error)
  }
  // Nobody waits for it any more, and whoever asked may be asking again: it must not stand behind his back.
  if (state.isGivenUp) {
    await transaction.rollback().catch(() => undefined)
    throw unconfirmed()
  }
  try {
    await transaction.commit()
  } catch (error) {
    // Neo4j may have committed before the answer was lost. Only what it expressly refused has not happened.
    if (isCollision(error)) throw new Collision()
    throw unconfirmed()
  }
  return found
}

function decoded<S extends Statement>(statement: S, row: Row): z.infer<S['row']> {
  return statement.row.parse(row.toObject()) as z.infer<S['row']>
}

const isCollision = (error: unknown) =>
  (error as { code?: string }).code === 'Neo.ClientError.Schema.ConstraintValidationFailed'

/** Whole numbers go out as integers; lists of numbers stay as they are, for boxing a long mask would cost more than the read. */
function encoded(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, encodedValue(one)]))
}

function encodedValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? neo4j.int(value) : value
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(encodedValue)
  if (value !== null && typeof value === 'object' && !(value instanceof Int8Array))
    return encoded(value as Record<string, unknown>)
  return value
}

/** Neo4j's own messages name nodes and properties; none of them goes further than here. */
function masking(error: unknown): Error {
  const code = (error as { code?: string }).code ?? ''
  if (/TransactionTimedOut|TransactionTerminated|Transaction.Terminated/.test(code))
    return new Fault('DEADLINE', 'expected an answer within the deadline, got none: narrow the question')
  if (/ServiceUnavailable|SessionExpired|Unauthorized|DatabaseUnavailable|^N\/A$/.test(code))
    return new Fault('NEO4J_UNAVAILABLE', 'expected the graph store to answer, got no connection')
  return error instanceof Error ? error : new Error('unknown failure of the graph store')
}

const masked = (error: unknown): never => {
  throw masking(error)
}

const unreachable = (error: unknown): never => {
  const code = (error as { code?: string }).code ?? 'no answer'
  throw new Fault('NEO4J_UNAVAILABLE', `expected Neo4j to answer at NEO4J_URI, got ${code}`)
}
