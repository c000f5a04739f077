import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CardReleaseRow, cardRelease, cardSeal, type SealRow } from '../../cypher/card/card.ts'
import { compartmentIntern } from '../../cypher/compartment/compartment.ts'
import { type MessageRow, messageSend } from '../../cypher/message/message.ts'
import {
  type ReleaseRow,
  reportCorrect,
  reportErase,
  reportRelease,
  reportSubmit,
  type SubmitRow,
} from '../../cypher/report/write.ts'
import type { Statement } from '../../cypher/statement.ts'
import type { Reach } from '../../schema/wire/release.ts'
import { openBudget } from '../../server/budget.ts'
import { openCompartments } from '../../server/compartments.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import type { Instance } from '../../server/instance.ts'
import { NOBODY_ASKED } from '../../server/outbox.ts'
import { openVersions } from '../../server/versions.ts'
import { openWriter } from '../../server/writer.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import type { Login } from '../neo4j.ts'
import { freshAnalyses } from './analyses.ts'

// Two Portolans that differ in nothing but what their graphs hold: the one where everything was reported, and the one
// into which only the reports that a viewer may see are replayed: `Build`.

/** A clock that both read. Worlds come one after another in one time. */
export type TestClock = { now: number; read: () => number }
export function testClock(start = Date.parse('2026-11-01T08:00:00Z')): TestClock {
  const clock: TestClock = { now: start, read: () => clock.now }
  return clock
}

/** What the writer sent to the graph, as it was sent. */
export type Written =
  | { kind: 'submit'; row: SubmitRow }
  | { kind: 'release'; row: ReleaseRow }
  | { kind: 'erase'; chain: string }
  | { kind: 'card'; row: SealRow }
  | { kind: 'cardRelease'; row: CardReleaseRow }
export type SentMessage = MessageRow & { offices: string[]; compartment: number; author: string }

export type Pair = {
  whole: TestPortolan
  build: TestPortolan
  clock: TestClock
  written: Written[]
  messages: { row: SentMessage; reach: Reach }[]
  close(): Promise<void>
}

/** Changes what goes to the graph of the whole instance: how a mutant is made. */
export type Bend = (graph: Graph) => Graph

export async function openPair(
  logins: { whole: Login; build: Login },
  cast: Cast,
  bend: Bend = (graph) => graph,
): Promise<Pair> {
  const clock = testClock()
  const written: Written[] = []
  const messages: Pair['messages'] = []
  const graph = await openGraph(logins.whole)
  const buildGraph = await openGraph(logins.build)
  const homes = [
    await mkdtemp(join(tmpdir(), 'portolan-whole-')),
    await mkdtemp(join(tmpdir(), 'portolan-build-')),
  ] as const
  // A message that is put back at the beginning of a world is none that was sent.
  const noteMessage = (row: SentMessage) => {
    if (!messages.some((one) => one.row.id === row.id))
      messages.push({ row, reach: whole.instance.compartments.reachOf(row.compartment) })
  }
  const whole = await openPortolan(logins.whole, cast, {
    // Hubs begin early, so that one instance seeks where the other walks.
    hub: 3,
    home: homes[0],
    clock: clock.read,
    graph: noting(bend(graph), written, noteMessage),
  })
  // Equal ids and cursors, and the same sealed objects at hand: only the graphs may differ.
  await copyFile(join(homes[0], 'instance.key'), join(homes[1], 'instance.key'))
  await symlink(join(homes[0], 'blobs'), join(homes[1], 'blobs'))
  const build = await openPortolan(logins.build, cast, {
    home: homes[1],
    clock: clock.read,
    graph: buildGraph,
  })
  return {
    ...{ whole, build, clock, written, messages },
    async close() {
      await whole.close()
      await build.close()
      await Promise.all([graph.close(), buildGraph.close()])
      for (const home of homes) await rm(home, { recursive: true, force: true })
    },
  }
}

function noting(graph: Graph, written: Written[], sent: (row: SentMessage) => void): Graph {
  return {
    ...graph,
    async write(statement, params, deadline, changes) {
      const answer = await graph.write(statement, params, deadline, changes)
      const rows = params.rows as unknown[]
      if (is(statement, reportSubmit) || is(statement, reportCorrect))
        for (const row of rows) written.push({ kind: 'submit', row: row as SubmitRow })
      if (is(statement, reportRelease))
        for (const row of rows) written.push({ kind: 'release', row: row as ReleaseRow })
      if (is(statement, reportErase))
        for (const row of rows) written.push({ kind: 'erase', chain: (row as { chain: string }).chain })
      if (is(statement, cardSeal)) for (const row of rows) written.push({ kind: 'card', row: row as SealRow })
      if (is(statement, cardRelease))
        for (const row of rows) written.push({ kind: 'cardRelease', row: row as CardReleaseRow })
      if (is(statement, messageSend)) for (const row of rows) sent(row as SentMessage)
      return answer
    },
  }
}

const is = (one: Statement, other: Statement) => one.name === other.name

/** Empties an instance, the graph and what is remembered of it; sessions, directory and audit go on. */
export async function emptied({ instance, graph }: TestPortolan, clock: TestClock): Promise<void> {
  await graph.setup('MATCH (n) WHERE NOT n:Setup DETACH DELETE n')
  instance.versions = openVersions([], clock.read)
  instance.writer = openWriter(graph, instance.versions)
  instance.compartments = openCompartments(
    [],
    async (stored) => (await graph.write(compartmentIntern, stored, 30_000, NOBODY_ASKED))[0]!.number,
  )
  await freshAnalyses(instance)
  await freshBudget(instance, clock)
}

async function freshBudget(instance: Instance, clock: TestClock): Promise<void> {
  await instance.budget.close()
  const dir = await mkdtemp(join(tmpdir(), 'portolan-budget-'))
  instance.budget = await openBudget({ dir, limit: 1_000_000, key: instance.instanceKey, clock: clock.read })
  await rm(dir, { recursive: true, force: true })
}

/** An empty world in which only the messages of this run have been sent. */
export async function beginWorld({ whole, clock, written, messages }: Pair): Promise<void> {
  await emptied(whole, clock)
  written.length = 0
  await putMessages(whole, messages)
}

async function putMessages({ instance, graph }: TestPortolan, messages: Pair['messages']): Promise<void> {
  const rows = []
  for (const { row, reach } of messages)
    rows.push({ ...row, compartment: await instance.compartments.numberOf(reach) })
  if (rows.length > 0) await graph.write(messageSend, { rows }, 30_000, NOBODY_ASKED)
}

/** What the viewer may see: chains by id, of which those that are his own office's come with all that was done. */
export type Seen = {
  chains: Map<string, 'OWN' | 'FOREIGN'>
  /** Ids of cards. */
  cards: Set<string>
  message: (offices: string[]) => boolean
}

/** Replays into the second instance only what may be seen: `Build(reports visible to v)`. */
export async function replay({ whole, build, clock, written, messages }: Pair, seen: Seen): Promise<void> {
  await emptied(build, clock)
  await putMessages(
    build,
    messages.filter(({ row }) => seen.message(row.offices)),
  )
  const mine = written.filter(
    (one) => (one.kind === 'submit' || one.kind === 'release') && seen.chains.has(one.row.act.chain),
  ) as Extract<Written, { kind: 'submit' | 'release' }>[]
  const cards = written.flatMap((one) =>
    one.kind === 'card' && seen.cards.has(one.row.card.id) ? [one.row] : [],
  )
  // A withdrawal shows to whoever still sees the report: the originator's office and its sub-units.
  const kept = mine.filter(
    (one) =>
      one.kind === 'submit' || one.row.retractedAt !== null || seen.chains.get(one.row.chain) === 'OWN',
  )
  const versions = new Map(
    [...kept.map(({ row }) => row.act.version), ...cards.map(({ act }) => act.version)]
      .sort((a, b) => a - b)
      .map((version, i) => [version, i + 1]),
  )
  const final = new Map<string, number>()
  for (const one of mine)
    final.set(
      one.row.act.chain,
      one.kind === 'submit' ? (one.row.report.compartment as number) : one.row.compartment,
    )
  const numbers = new Map<number, number>()
  const numberOf = async (old: number) => {
    const known =
      numbers.get(old) ??
      (await build.instance.compartments.numberOf(whole.instance.compartments.reachOf(old)))
    numbers.set(old, known)
    return known
  }
  const submits: SubmitRow[] = []
  const releases: ReleaseRow[] = []
  for (const one of kept) {
    const own = seen.chains.get(one.row.act.chain) === 'OWN'
    const old = own
      ? one.kind === 'submit'
        ? (one.row.report.compartment as number)
        : one.row.compartment
      : final.get(one.row.act.chain)!
    const compartment = await numberOf(old)
    // Where its report ever stood is the originator's to know, and nobody else's.
    const ever = (one.kind === 'submit' ? one.row.report : one.row).compartments as number[]
    const compartments = own ? await Promise.all(ever.map(numberOf)) : [compartment]
    if (one.kind === 'submit') submits.push(submitAt(one.row, versions, { compartment, compartments }))
    else releases.push(releaseAt(one.row, versions, { compartment, compartments }))
  }
  if (submits.length > 0) await build.graph.write(reportCorrect, { rows: submits }, 30_000, NOBODY_ASKED)
  if (releases.length > 0) await build.graph.write(reportRelease, { rows: releases }, 30_000, NOBODY_ASKED)
  const sealed: SealRow[] = []
  for (const row of cards) {
    const moved = written.findLast((one) => one.kind === 'cardRelease' && one.row.card === row.card.id)
    const old = moved?.kind === 'cardRelease' ? moved.row.compartment : row.card.compartment
    sealed.push(cardAt(row, versions, await numberOf(old)))
  }
  if (sealed.length > 0) await build.graph.write(cardSeal, { rows: sealed }, 30_000, NOBODY_ASKED)
  const acts = [...kept.map(({ row }) => row), ...cards].map(({ act }) => ({
    version: versions.get(act.version)!,
    time: act.time,
  }))
  build.instance.versions = openVersions(
    acts.sort((a, b) => a.version - b.version),
    clock.read,
  )
}

type Versions = Map<number, number>

type Stands = { compartment: number; compartments: number[] }

function submitAt(row: SubmitRow, versions: Versions, { compartment, compartments }: Stands): SubmitRow {
  const recordedAt = versions.get(row.act.version)!
  const visibility = { compartment, recordedAt }
  return {
    act: { ...row.act, version: recordedAt },
    report: { ...row.report, ...visibility, compartments },
    notices: [],
    entities: row.entities.map((entity) => ({
      ...entity,
      said: entity.said.map((said) => ({ ...said, ...visibility })),
    })),
    relations: row.relations.map((relation) => ({
      ...relation,
      props: { ...relation.props, ...visibility },
    })),
    retracts: row.retracts.map((retract) => ({ ...retract, at: recordedAt })),
  }
}

function releaseAt(row: ReleaseRow, versions: Versions, { compartment, compartments }: Stands): ReleaseRow {
  const version = versions.get(row.act.version)!
  return {
    ...row,
    act: { ...row.act, version },
    notice: { ...row.notice, version, compartments: [compartment], lost: compartment },
    ...{ compartment, compartments },
    retractedAt: row.retractedAt === null ? null : version,
  }
}

function cardAt(row: SealRow, versions: Versions, compartment: number): SealRow {
  const recordedAt = versions.get(row.act.version)!
  return {
    ...row,
    act: { ...row.act, version: recordedAt },
    card: { ...row.card, recordedAt, compartment, compartments: [compartment] },
    notices: [],
  }
}
