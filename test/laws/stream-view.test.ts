import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventAdd, eventMessages, eventStored } from '../../cypher/event/event.ts'
import { messageSend } from '../../cypher/message/message.ts'
import { NOBODY_ASKED } from '../../server/outbox.ts'
import type { Cast } from '../cast.ts'
import type { TestPortolan } from '../instance.ts'
import { startNeo4j, testNeo4j } from '../neo4j.ts'
import { type Listener, listen } from '../server/listener.ts'
import { isNoticed, type Mutant, swap } from './broken.ts'
import { emptied, openPair, type Pair } from './pair.ts'
import { sendSealed } from './sealed-notes.ts'
import { makeStage, OFFICERS } from './stage.ts'

// Law 1 for streams: what an officer is told, and in which octets, is what an instance would tell that holds only what is
// for him; and so it is whether he listened all the time or comes back after a cut.

const EVERYTHING = 'subscription { events { kind about thread type urgency due time cursor } }'
const VIEWERS = ['it-sco.paola', 'ml-dnlt.fanta', 'ne-oim.pia', 'ne-dst-agadez.moussa']
const AICHA = { person: 'ne-dst.aicha', office: 'ne-dst' }
const FANTA = { person: 'ml-dnlt.fanta', office: 'ml-dnlt' }

let pair: Pair
let cast: Cast
let stop: () => Promise<void>
/** What was written in the whole instance, in its order: rows of messages and of events. */
const written: { statement: typeof messageSend | typeof eventAdd; row: Row }[] = []
type Row = { offices: string[]; compartment: number; sender?: string; reports?: string[] }
const HIDDEN = 'a-hidden-report'
const starts = new Map<string, string>()
const live = new Map<string, string[]>()

beforeAll(async () => {
  const [shared, second, stage] = await Promise.all([testNeo4j(), startNeo4j('stream-build'), makeStage()])
  stop = second.stop
  cast = stage
  pair = await openPair({ whole: shared, build: second }, cast)
  await happen()
}, 1_500_000)
afterAll(async () => {
  await pair?.close()
  await stop?.()
})

/** Things happen to many offices while four officers listen; then a last one to each of them. */
async function happen(): Promise<void> {
  const { whole, clock } = pair
  const { write } = whole.graph
  whole.graph.write = (async (...args: Parameters<typeof write>) => {
    const found = await write(...args)
    for (const statement of [messageSend, eventAdd])
      if (args[0].name === statement.name)
        for (const row of args[1].rows as Row[]) written.push({ statement, row })
    return found
  }) as typeof write
  const listeners = new Map<string, Listener>()
  for (const viewer of VIEWERS) {
    const listener = await hear(whole, viewer)
    listeners.set(viewer, listener)
    starts.set(viewer, listener.last())
  }
  const send = (from: typeof AICHA, to: string[]) => sendSealed(whole, cast, from, to, clock.now)
  const publish = (offices: string[], id: string) =>
    whole.instance.events.publish({ kind: 'HANDOVER', offices, id })
  // Some of them at the same millisecond: what is hidden must not move what is seen even by one.
  await send(AICHA, ['it-sco'])
  await publish(['ml-dnlt'], 'hidden-1')
  await publish(['it-sco', 'ml-dnlt'], 'both-1')
  clock.now += 7
  await send(FANTA, ['ne-dst', 'ne-oim'])
  await publish(['fr-liaison'], 'hidden-2')
  await publish(['it-sco'], 'sco-1')
  // What rests on nothing that is hidden is told; what rests on a report that nobody here may see is not.
  for (const [id, reports] of [
    ['lead-1', []],
    ['hidden-3', [HIDDEN]],
  ] as const)
    await whole.instance.events.publish({
      ...{ kind: 'RESURGENCE', offices: ['it-sco', 'ml-dnlt'], id, thread: 'dismantled', reports },
    })
  await send(AICHA, ['fr-liaison', 'it-audit'])
  // Once before, so that the next ones wait for no compartment and truly fall on one moment.
  await publish(['ne-dst-agadez'], 'agadez-0')
  await publish(['ne-dst'], 'niamey-0')
  clock.now += 1_000
  await Promise.all([
    publish(['ne-dst-agadez'], 'agadez-1'),
    publish(['ne-dst'], 'niamey-1'),
    send(AICHA, ['ml-dnlt']),
  ])
  clock.now += 1
  for (const office of ['it-sco', 'ml-dnlt', 'ne-oim', 'ne-dst-agadez']) await publish([office], 'last')
  for (const [viewer, listener] of listeners) live.set(viewer, await untilLast(listener))
  // The other instance knows of no write that has ended: its clock alone says what is past.
  clock.now += 1_000
}

const hear = async (portolan: TestPortolan, viewer: string, after?: string) =>
  listen(await portolan.session(viewer), { query: EVERYTHING, ...(after && { after }) })

/** The octets of each event up to the last one. */
async function untilLast(listener: Listener): Promise<string[]> {
  const texts: string[] = []
  for (;;) {
    const event = await listener.next()
    texts.push(event?.text ?? 'the end')
    if (!event || /"about":"last"|"errors"/.test(event.data ?? '')) break
  }
  listener.leave()
  return texts
}

/** An instance that holds only what is for this viewer. */
async function buildFor(viewer: string): Promise<TestPortolan> {
  const { whole, build, clock } = pair
  await emptied(build, clock)
  const { offices } = OFFICERS.find(({ person }) => person === viewer)!
  for (const { statement, row } of written) {
    if (!row.offices.some((office) => offices.includes(office)) || row.reports?.includes(HIDDEN)) continue
    const reach = whole.instance.compartments.reachOf(row.compartment)
    const compartment = await build.instance.compartments.numberOf(reach)
    await build.graph.write(
      statement as typeof eventAdd,
      { rows: [{ ...row, compartment }] },
      30_000,
      NOBODY_ASKED,
    )
  }
  return build
}

/** Where the streams of the two differ, or that of one who listened from that of one who comes back. */
async function differing(): Promise<string[]> {
  const found: string[] = []
  for (const viewer of VIEWERS) {
    const after = starts.get(viewer)!
    const whole = await untilLast(await hear(pair.whole, viewer, after))
    const build = await untilLast(await hear(await buildFor(viewer), viewer, after))
    if (whole.join('') !== build.join(''))
      found.push(`${viewer}: ${whole.join('')} and alone ${build.join('')}`)
    if (whole.join('') !== live.get(viewer)!.join('')) found.push(`${viewer}: another stream after a cut`)
  }
  return found
}

it('is what an instance would tell that holds only what is for the viewer', async () => {
  expect(await differing()).toEqual([])
  const told = Object.fromEntries([...live].map(([viewer, texts]) => [viewer, texts.length]))
  expect(told).toEqual({ 'it-sco.paola': 5, 'ml-dnlt.fanta': 5, 'ne-oim.pia': 2, 'ne-dst-agadez.moussa': 6 })
})

/** A statement without a part of its text. */
const without = (statement: { text: string }, parts: string[]) => () =>
  swap(
    statement,
    'text',
    parts.reduce((text, part) => {
      expect(text).toContain(part)
      return text.replace(part, 'true')
    }, statement.text),
  )
const MUTANTS: Mutant[] = [
  [
    'events of other offices are told',
    without(eventStored, ['e.compartment IN $compartments', 'any(o IN e.offices WHERE o IN $offices)']),
  ],
  ['what rests on hidden reports is told', without(eventStored, ['standing = size(e.reports)'])],
  [
    'messages of other offices are told',
    without(eventMessages, [
      'm.compartment IN $compartments',
      'any(o IN m.offices WHERE o IN $offices AND o <> m.sender)',
    ]),
  ],
  [
    'a message is told to its sender',
    () => swap(eventMessages, 'text', eventMessages.text.replace(' AND o <> m.sender', '')),
  ],
  [
    'what came at the same moment is passed over',
    () =>
      swap(
        eventStored,
        'text',
        eventStored.text.replace('[e.recordedTime, e.key] > $after', 'e.recordedTime > $after[0]'),
      ),
  ],
]
isNoticed([differing], MUTANTS)
