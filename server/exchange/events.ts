import { eventAdd } from '../../cypher/event/event.ts'
import { canonical, sha256 } from '../../schema/wire/canonical.ts'
import type { EventKind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'
import type { Graph } from '../graph.ts'
import { NOBODY_ASKED } from '../outbox.ts'
import { reachOfMessage } from './desk.ts'

/** Something that offices are told: codes and ids, never content. */
export type NewEvent = {
  kind: EventKind
  /** Who is told. Nobody else can see it. */
  offices: readonly string[]
  /** What it is about: a message, a report, a key, a network. */
  id: string
  thread?: string
  /** Of a message. */
  type?: string
  urgency?: string
  /** ISO 8601. */
  due?: string
  /** What is said again at a further step is another event. It is not told. */
  step?: string
  /** Who of these offices is not told: whom a release leaves out. */
  except?: readonly string[]
  /** Reports that it rests on, each once: who may not see one of them when he would be told is not told. */
  reports?: readonly string[]
}

export type Events = {
  /**
   * Keeps an event for its offices and tells those that listen. Resolves when no crash can lose it. The same one again is
   * no second event, so whoever is retried after a crash publishes again. A message needs no event: it is one by itself.
   */
  publish(event: NewEvent): Promise<void>
  /**
   * Runs a write whose rows carry `time` and are read by `offices`. No stream of theirs passes that time before the write
   * has ended, and each looks again when it has.
   */
  writing<T>(offices: readonly string[], write: (time: number) => Promise<T>): Promise<T>
  /** The latest time at or before which nothing new can appear for `offices`. */
  settled(offices: readonly string[]): number
  /** Calls `run` whenever something was written for one of `offices`. */
  listen(offices: () => readonly string[], run: () => void): () => void
}

export type EventParts = { graph: Graph; compartments: Compartments; directory: Directory; clock: Clock }

/** How long a write may be under way (ms), also where its answer was lost. */
const WRITE_MS = 30_000

/** What is written for whom, and in which order streams may tell of it. The events themselves are in the store. */
export function openEvents({ graph, compartments, directory, clock }: EventParts): Events {
  const underWay = new Set<{ time: number; offices: readonly string[] }>()
  const listeners = new Set<{ offices: () => readonly string[]; run: () => void }>()
  /** Up to when each office has been told: what is written for it from now on comes later. */
  const told = new Map<string, number>()
  const toldUntil = (offices: readonly string[]) =>
    Math.max(...offices.map((office) => told.get(office) ?? 0))

  function note(offices: readonly string[], time: number): void {
    for (const office of offices) told.set(office, Math.max(time, toldUntil([office])))
  }

  function tell(offices: readonly string[]): void {
    for (const listener of listeners) if (meet(listener.offices(), offices)) listener.run()
  }

  async function writing<T>(offices: readonly string[], write: (time: number) => Promise<T>): Promise<T> {
    const one = { time: Math.max(clock(), toldUntil(offices) + 1), offices }
    underWay.add(one)
    const end = () => {
      underWay.delete(one)
      note(offices, one.time)
      tell(offices)
    }
    try {
      const written = await write(one.time)
      end()
      return written
    } catch (error) {
      // It may stand all the same, and become visible until Neo4j's own limit of time.
      if (isUnconfirmed(error)) setTimeout(end, WRITE_MS).unref()
      else end()
      throw error
    }
  }

  return {
    async publish({ kind, offices, id, step, except = [], reports = [], ...said }) {
      const audience = [...new Set(offices)].sort()
      const coded = { thread: null, type: null, urgency: null, due: null, ...said, kind, about: id }
      const key = sha256(canonical([coded, audience, step ?? null]))
        .toString('hex')
        .slice(0, 32)
      const compartment = await compartments.numberOf({
        ...reachOfMessage(audience, directory),
        except: [...except],
      })
      await writing(audience, (recordedTime) => {
        const row = { ...coded, key, offices: audience, compartment, recordedTime, reports: [...reports] }
        return graph.write(eventAdd, { rows: [row] }, WRITE_MS, NOBODY_ASKED)
      })
    },
    writing,
    settled(offices) {
      const open = [...underWay].filter((one) => meet(one.offices, offices)).map(({ time }) => time - 1)
      // Of a write that has ended the time counts also where the clock has not come to it, or was set back.
      const until = Math.min(Math.max(clock(), toldUntil(offices)), ...open)
      note(offices, until)
      return until
    },
    listen(offices, run) {
      const listener = { offices, run }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const meet = (left: readonly string[], right: readonly string[]) => left.some((one) => right.includes(one))

const isUnconfirmed = (error: unknown) => error instanceof Fault && error.code === 'OUTCOME_UNCONFIRMED'
