import { eventMessages, eventNotices, eventStored, type Position } from '../../cypher/event/event.ts'
import type { Ask, OfficeEvent } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import type { EventKind } from '../../schema/wire/codes.ts'
import type { Envelope } from '../../schema/wire/envelope.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import { cursorsFor } from '../cursors.ts'
import { may, scopeFor } from '../policy.ts'
import type { Streams } from '../streams.ts'
import type { Versions } from '../versions.ts'
import type { Events } from './events.ts'

/** How far a stream has come in each of its sources, all of them durable: it can go on after any restart of anybody. */
type Place = { messages: Position; stored: Position; notices: number }

export type FeedParts = {
  events: Events
  versions: Versions
  compartments: Compartments
  streams: Streams
  instanceKey: Uint8Array
  clock: Clock
}

export type FeedOptions = {
  /** For whom it is, asked anew each time: throws AUTH when he may listen no longer. */
  caller(): Caller
  /** Asks as him. */
  ask(caller: Caller): Ask
  after: string | null
  signal: AbortSignal
}

/**
 * What a caller's offices are told, one event at a time, each read when the one before has left: nothing waits in memory.
 * It reads through the same scope as everything else, and only when something was written for one of these offices or
 * a tick has come: what he may not see neither reaches nor wakes it.
 * @throws Fault NOT_ALLOWED, BAD_CURSOR at once, before anything is read
 */
export function feedOf(
  parts: FeedParts,
  options: FeedOptions,
): { start: string; events: AsyncIterable<OfficeEvent> } {
  const { events, versions, compartments, streams, instanceKey, clock } = parts
  const { tick } = streams.pace
  const { signal } = options
  const first = options.caller()
  scopeFor(eventMessages, first, compartments, 0)
  const cursors = cursorsFor(instanceKey, first)
  const place = options.after
    ? (cursors.open('events', {}, options.after).position as Place)
    : placeAt(events.settled(first.offices), lastTick(clock(), tick))
  const cursorAt = (at: Place, time: number) => cursors.seal('events', {}, { time, version: 0 }, at)

  let offices: readonly string[] = first.offices

  async function* read(): AsyncGenerator<OfficeEvent> {
    const bell = bellFor(signal)
    const deafen = events.listen(() => offices, bell.ring)
    let notices = noticesUntil()
    const stopTicks = everyTick(clock, tick, () => {
      notices = noticesUntil()
      bell.ring()
    })
    try {
      let at = place
      while (!signal.aborted) {
        bell.hush()
        const found = await nextAt(at, notices)
        if (found) {
          at = found.place
          yield { ...found.event, cursor: cursorAt(at, found.event.time) }
        } else await bell.rung()
      }
    } finally {
      deafen()
      stopTicks()
    }
  }

  /** The version up to which notices may be told: of the last tick, as far as no write from it is under way. */
  const noticesUntil = () => versions.at(Math.min(lastTick(clock(), tick), versions.now()))

  async function nextAt(at: Place, notices: number): Promise<Found | null> {
    const caller = options.caller()
    const ask = options.ask(caller)
    offices = caller.offices
    const until = events.settled(offices)
    const [messages, stored, noticed] = await Promise.all([
      ask(eventMessages, { offices, after: at.messages, until }),
      ask(eventStored, { offices, after: at.stored, until }),
      may(eventNotices, caller) ? ask(eventNotices, { after: versions.at(at.notices) }, notices) : [],
    ])
    const found = [
      ...messages.map(({ id, envelope, recordedTime: time }) => ({
        event: { ...ofMessage(id, envelope), time },
        place: { ...at, messages: [time, id] as Position },
      })),
      ...stored.map(({ key, recordedTime: time, kind, ...said }) => ({
        event: { ...said, kind: kind as EventKind, time },
        place: { ...at, stored: [time, key] as Position },
      })),
      ...noticed.map(({ report, version }) => {
        const time = versions.timeOf(version)
        return {
          event: { ...NOTHING, kind: 'NOTICE' as const, about: report, time },
          place: { ...at, notices: time },
        }
      }),
    ]
    return found.sort((left, right) => left.event.time - right.event.time)[0] ?? null
  }

  return { start: cursorAt(place, 0), events: read() }
}

type Found = { event: Omit<OfficeEvent, 'cursor'>; place: Place }

const NOTHING = { thread: null, type: null, urgency: null, due: null }

/** Greater than any key. */
const LAST = '~'
const placeAt = (time: number, tick: number): Place => ({
  messages: [time, LAST],
  stored: [time, LAST],
  notices: tick,
})

const lastTick = (time: number, tick: number) => Math.floor(time / tick) * tick

function ofMessage(id: string, text: string): Omit<OfficeEvent, 'cursor' | 'time'> {
  const { thread, type, urgency, dueAt } = JSON.parse(text) as Envelope
  return { kind: 'MESSAGE', about: id, thread, type, urgency, due: dueAt ?? null }
}

/** A ring after `hush` is not lost: whoever waits then goes on at once. */
function bellFor(signal: AbortSignal) {
  let isRung = false
  let go = () => {}
  const ring = () => {
    isRung = true
    go()
  }
  signal.addEventListener('abort', ring, { once: true })
  return {
    ring,
    hush() {
      isRung = false
    },
    rung: () =>
      new Promise<void>((wake) => {
        go = wake
        if (isRung) wake()
      }),
  }
}

/** Runs at every full tick of the clock. */
function everyTick(clock: Clock, tick: number, run: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = () => {
    timer = setTimeout(
      () => {
        run()
        wait()
      },
      tick - (clock() % tick),
    )
  }
  wait()
  return () => clearTimeout(timer)
}
