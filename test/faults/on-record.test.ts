import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readLog } from '../../clients/cli/audit-read.ts'
import type { ReadRecord } from '../../clients/core/audit.ts'
import { login } from '../../clients/core/session.ts'
import { readReceipts } from '../../clients/gateway/kept-receipts.ts'
import { type RecordAt, recordsAt } from '../audit-leaves.ts'
import { chanceOf } from '../laws/chance.ts'
import { type Attacks, IN_ROUND, openAttacks } from './attacks.ts'
import { type Desks, numberIn, openDesks, type Why } from './desks.ts'
import { notOf, openPublishedLog, type PublishedLog } from './published-log.ts'
import { openWorld, until, type World } from './world.ts'

// Law 2 over HTTP: officers ask a real server that is killed again and again, also while it publishes, whose disk is full,
// whose store is away, and whose answers are cut off on their way. Then everything is counted.

// PORTOLAN_REQUESTS: how many at least. PORTOLAN_SEED: a number, or `random`.
const REQUESTS = Number(process.env.PORTOLAN_REQUESTS ?? 2_000)
const SEED =
  process.env.PORTOLAN_SEED === 'random'
    ? Math.floor(Math.random() * 2 ** 32)
    : Number(process.env.PORTOLAN_SEED ?? 5)
const TIMEOUT = 600_000 + REQUESTS * 100
vi.setConfig({ testTimeout: TIMEOUT })

let world: World
let desks: Desks
let log: PublishedLog
let attacks: Attacks

beforeAll(async () => {
  // A question and its answer take some 5 KiB on the server's disk.
  world = await openWorld({ disk: 64 + Math.ceil(REQUESTS / 100) })
  desks = await openDesks(world.http.url, [world.cast.key('ne-dst.aicha'), world.cast.key('ne-dst.salif')], 4)
  log = await openPublishedLog(world)
  attacks = openAttacks({ world, desks, log }, chanceOf(SEED))
}, 600_000)
afterAll(async () => {
  await world?.close()
  if (desks) await rm(desks.receipts, { recursive: true })
}, 120_000)

/** Every record that the auditors of Niger can open. */
async function opened(): Promise<Map<number, ReadRecord>> {
  const session = await login({ url: world.http.url, key: world.cast.key('ne-audit.mariama') })
  const purpose = { code: 'OVERSIGHT', justification: 'what became of every question' }
  const ask = async <T>(query: string, variables?: object): Promise<T> => {
    const { body } = await session.request({ query, variables, extensions: { purpose } })
    return JSON.parse(Buffer.from(body).toString()).data
  }
  const keys = [world.cast.key('office:ne-audit').privateKey]
  const span = { from: Date.now() - DAY, to: Date.now() + DAY }
  const found = new Map<number, ReadRecord>()
  for await (const { records } of readLog({ ask }, keys, { wanted: {}, span }))
    for (const record of records) found.set(record.index, record)
  return found
}

const DAY = 86_400_000
/** By so much the server ends ahead: records of the last two minutes are not matched yet. */
const AHEAD = '+10m'

/** Starts a program ahead of time. Not by faketime itself, which stays in between: who ends it would not end the program. */
function ahead(): string[] {
  const args = ['-f', AHEAD, 'printenv', 'LD_PRELOAD']
  const library = execFileSync('faketime', args, { encoding: 'utf8' }).trim()
  return ['env', `LD_PRELOAD=${library}`, `FAKETIME=${AHEAD}`]
}

describe('a server that is killed, filled and cut off while it answers', () => {
  let records: RecordAt[]
  let read: Map<number, ReadRecord>
  /** Leaves that somebody has a receipt of, by index. */
  const promised = new Map<number, Buffer>()
  let receipts = 0

  beforeAll(async () => {
    await attacks.until(REQUESTS)
    await world.start(ahead())
    records = await recordsAt(world.home)
    read = await opened()
    const kept = await readReceipts([desks.receipts])
    expect(kept.torn).toEqual([])
    receipts = kept.receipts.length
    for (const { asked, answered } of kept.receipts)
      for (const { leaf, bytes } of [asked, answered]) promised.set(leaf.index, bytes)
  }, TIMEOUT)

  it('has given out no answer without its record', () => {
    expect(desks.answered()).toBeGreaterThanOrEqual(REQUESTS)
    // Eight logins besides.
    expect([receipts, promised.size]).toEqual([desks.answered() + 8, 2 * receipts])
    for (const [index, leaf] of promised)
      if (!records[index]?.leaf.equals(leaf)) throw new Error(`seed ${SEED}: record ${index} is another`)
  })

  it('has a reason for each record without a receipt', () => {
    const [questions, closed] = [new Map<number, Why>(), new Map<number, string>()]
    for (const [index, { detail }] of read) {
      if (index >= records.length || promised.has(index)) continue
      if (detail.kind !== 'ASKED') {
        expect(closed.has(detail.asked), `seed ${SEED}: ${detail.asked} is closed twice`).toBe(false)
        closed.set(detail.asked, detail.kind)
        continue
      }
      const why = desks.lost.get(numberIn(Buffer.from(detail.request, 'base64')))
      if (!why) throw new Error(`seed ${SEED}: nobody asked what record ${index} says`)
      questions.set(index, why)
    }
    expect([...closed.keys()].sort()).toEqual([...questions.keys()].sort())
    const asked = [...questions.values()]
    // Where the answer was cut off, it is on record as well.
    const cut = [...questions].filter(([, why]) => why === 'CUT').map(([index]) => closed.get(index))
    expect(new Set(cut)).toEqual(new Set(['ANSWERED']))
    const held = world.printed().split('no answer left: AUDIT_UNAVAILABLE').length - 1
    expect(asked.filter((why) => why === 'SLOW').length).toBeLessThanOrEqual(held)
    tell(asked, [...closed.values()])
  })

  it('has signed no checkpoint that its records do not make, and never fewer leaves than before', async () => {
    expect(attacks.torn(), `seed ${SEED}: kills while it published`).toBeGreaterThan(IN_ROUND / 2)
    await until(async () => (await log.seeServed()) >= records.length)
    const leaves = (await recordsAt(world.home)).map(({ leaf }) => leaf)
    expect(notOf(leaves, log.seen)).toEqual([])
    const first = join(world.home, '..', 'first')
    await writeFile(first, log.seen[0]!.bytes)
    const home = await world.makeHome([])
    const verified = await world.data(home, [
      ...['audit', 'verify', log.url, '--key', log.key, '--checkpoint', first],
    ])
    expect(verified).toMatchObject({ kept: log.seen[0]!.size, beyond: [] })
    expect(verified.size).toBeGreaterThanOrEqual(records.length)
  })

  it('is reconciled with every receipt, and what has none is named', async () => {
    const mariama = await world.makeHome(['ne-audit.mariama', 'office:ne-audit'])
    const { out, err } = await world.cli(mariama, [
      ...['audit', 'reconcile', '--json', '--office', 'ne-dst', '--receipts', desks.receipts],
      ...['--log', log.url, '--key', log.key, '--as', 'ne-audit.mariama'],
      ...['--purpose', 'OVERSIGHT', '--justification', 'daily match'],
    ])
    if (out === '') throw new Error(err)
    const { desk, findings, ...matched } = JSON.parse(out)
    expect(matched.log).toMatchObject({ matched: promised.size, pending: 0, elsewhere: 0 })
    const own = [...read.values()].filter(({ index, detail }) => index < records.length && isOf(detail))
    expect(desk).toMatchObject({ records: own.length, matched: promised.size, unread: 0 })
    const without = own.filter(({ index }) => !promised.has(index)).map(({ index }) => index)
    const interrupted = [...read.values()].flatMap(({ detail }) =>
      detail.kind === 'INTERRUPTED' ? [detail.asked] : [],
    )
    expect(desk.interrupted).toBe(interrupted.length)
    expect(new Set(findings.map(({ finding }: { finding: string }) => finding))).toEqual(
      new Set(['RECEIPT_MISSING']),
    )
    expect(findings.map(({ index }: { index: number }) => index)).toEqual(
      without.filter((index) => !interrupted.includes(index)).sort((a, b) => a - b),
    )
  })
})

const isOf = (detail: ReadRecord['detail']) =>
  detail.kind !== 'INTERRUPTED' && detail.caller.office === 'ne-dst'

/** What a long run is started for. */
function tell(asked: readonly Why[], closed: readonly string[]): void {
  const count = (list: readonly string[]) =>
    [...Map.groupBy(list, (one) => one)].map(([one, of]) => `${one} ${of.length}`).join(', ')
  console.info(
    `${desks.answered()} answers, ${desks.lost.size} without (${count([...desks.lost.values()])}); of those on record ` +
      `${asked.length} (${count(asked)}), closed as ${count(closed)}; ${log.seen.length} checkpoints, torn ${attacks.torn()}`,
  )
}
