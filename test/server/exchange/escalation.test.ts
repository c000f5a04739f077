import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPeriods, questionOf, readRecords } from '../../../clients/core/audit.ts'
import { levelAfter, minuteOf } from '../../../server/exchange/escalation.ts'
import { type Cast, makeCast } from '../../cast.ts'
import { sendSealed } from '../../laws/sealed-notes.ts'
import { testNeo4j } from '../../neo4j.ts'
import { type House, openHouse } from '../house.ts'

// Alarms that nobody acknowledges, a clock that is moved, a real program that is called, and restarts in between.

const neo4j = await testNeo4j()
const MINUTE = 60_000
let now = Date.now()
const clock = () => now
let cast: Cast
let house: House
let folder: string

/** A program that notes each call, and fails where a file tells it to. */
const PROGRAM = `#!/bin/sh
[ -e "$(dirname "$0")/broken" ] && exit 3
cat >> "$(dirname "$0")/calls"
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-hook-'))
  await writeFile(join(folder, 'page'), PROGRAM)
  await chmod(join(folder, 'page'), 0o700)
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
    { office: 'ml-dnlt', persons: { fanta: 'FOCAL_POINT' } },
    { office: 'ml-gao', parent: 'ml-dnlt', persons: { binta: 'FOCAL_POINT' } },
    { office: 'ml-sos', kind: 'PARTNER', persons: { awa: 'PARTNER' } },
    { office: 'it-audit', kind: 'AUDITOR', persons: { anna: 'AUDITOR' } },
  ])
  house = await openHouse(neo4j, cast, { clock, rescueHook: join(folder, 'page') })
}, 1_500_000)
afterAll(async () => {
  await house?.close()
  await rm(folder, { recursive: true, force: true })
})

type Said = {
  message: string
  level: number
  minutes: number
  sender: string
  recipients: { office: string; country: string; kind: string; heard: boolean }[]
}
const calls = async (): Promise<Said[]> =>
  (await readFile(join(folder, 'calls'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const levels = async (message: string) =>
  (await calls()).filter((call) => call.message === message).map(({ level }) => level)

/** Minutes later, with what the watch then does. */
async function pass(minutes: number): Promise<void> {
  now += minutes * MINUTE
  await house.instance.escalation.tick()
}
async function alarm(to: string[]): Promise<string> {
  now += 1_000
  const changes = { type: 'LIFE_AT_RISK', urgency: 'URGENT', necessity: undefined } as const
  const { id, reply } = await sendSealed(house, cast, AICHA, to, now, 'Sans eau.', {
    ...changes,
    dueAt: new Date(now + 15 * MINUTE).toISOString(),
  })
  expect(reply.json.errors).toBeUndefined()
  await pass(0)
  return id
}
const AICHA = { person: 'ne-dst.aicha', office: 'ne-dst' }

async function acknowledge(
  id: string,
  from: { person: string; office: string },
  to = ['ne-dst'],
): Promise<void> {
  now += 1_000
  const { reply } = await sendSealed(house, cast, from, to, now, 'Reçu.', {
    ...{ type: 'ACK', thread: id, inReplyTo: id, concerns: [id], necessity: undefined, dueAt: undefined },
  })
  expect(reply.json.errors).toBeUndefined()
}

describe('the levels', () => {
  it('are at once, after 5, 10 and 15 minutes, and then every 15', () => {
    const reached = [0, 4.9, 5, 9.9, 10, 15, 29.9, 30, 44, 45, 60]
    expect(reached.map((minutes) => levelAfter(minutes * MINUTE))).toEqual([0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 6])
    expect([0, 1, 2, 3, 4, 5].map(minuteOf)).toEqual([0, 5, 10, 15, 30, 45])
  })
})

describe('an alarm', () => {
  it('is called at once and at every level once, with ids and offices, partners first, and nothing else', async () => {
    const id = await alarm(['it-sco', 'ml-dnlt', 'ml-sos'])
    for (const minutes of [1, 3, 1, 5, 5, 14, 1, 15]) await pass(minutes)
    expect(await levels(id)).toEqual([0, 1, 2, 3, 4, 5])
    const [first] = await calls()
    expect(first).toEqual({
      ...{ message: id, thread: id, level: 0, minutes: 0, sender: 'ne-dst', received: expect.any(String) },
      recipients: [
        { office: 'ml-sos', country: 'ML', kind: 'PARTNER', heard: false },
        { office: 'it-sco', country: 'IT', kind: 'POLICE', heard: false },
        { office: 'ml-dnlt', country: 'ML', kind: 'POLICE', heard: false },
      ],
    })
  })

  it('is heard for an office by its unit, where the office is told', async () => {
    const id = await alarm(['ml-dnlt'])
    const binta = { person: 'ml-gao.binta', office: 'ml-gao' }
    await acknowledge(id, binta)
    await pass(5)
    expect(await levels(id)).toEqual([0, 1])
    await acknowledge(id, binta, ['ml-dnlt', 'ne-dst'])
    await pass(5)
    expect(await levels(id)).toEqual([0, 1])
  })

  it('is called until each of its recipients has let hear, and tells who has', async () => {
    const id = await alarm(['it-sco', 'ml-dnlt'])
    await acknowledge(id, { person: 'it-sco.paola', office: 'it-sco' })
    await pass(5)
    const last = (await calls()).findLast(({ message }) => message === id)!
    expect(last.recipients.map(({ office, heard }) => [office, heard])).toEqual([
      ['ml-dnlt', false],
      ['it-sco', true],
    ])
    await acknowledge(id, { person: 'ml-dnlt.fanta', office: 'ml-dnlt' })
    await pass(60)
    expect(await levels(id)).toEqual([0, 1])
  })

  it('goes on after a restart between two levels, and calls no level twice', async () => {
    const id = await alarm(['it-sco'])
    await pass(5)
    await house.restart()
    await pass(0)
    expect(await levels(id)).toEqual([0, 1])
    // The server is away for two levels: what was missed is called once, as what it is by now.
    now += 11 * MINUTE
    await house.restart()
    await pass(0)
    expect(await levels(id)).toEqual([0, 1, 3])
  })

  it('is tried again until the program does its work', async () => {
    await writeFile(join(folder, 'broken'), '')
    const id = await alarm(['it-sco'])
    await pass(1)
    expect(await levels(id)).toEqual([])
    await rm(join(folder, 'broken'))
    await pass(1)
    expect(await levels(id)).toEqual([0])
    await pass(0)
    expect(await levels(id)).toEqual([0])
  })

  it('is told to those who wait and those who are waited for, and to nobody else', async () => {
    const id = await alarm(['it-sco', 'ml-dnlt'])
    await acknowledge(id, { person: 'it-sco.paola', office: 'it-sco' })
    await pass(5)
    const rows = await house.graph.setup(
      "MATCH (e:Event {about: $id, kind: 'ESCALATION'}) RETURN e.offices AS offices",
      { id },
    )
    expect(rows).toEqual([{ offices: ['ml-dnlt', 'ne-dst'] }])
  })

  it('stands in the audit log of each state before and after the call', async () => {
    const id = await alarm(['it-sco'])
    const { json } = await house.ask(
      'it-audit.anna',
      'query($from: Time!, $to: Time!) { auditPeriods(from: $from, to: $to) { id country from to wrapped } }',
      { from: new Date(now - MINUTE).toISOString(), to: new Date(now + MINUTE).toISOString() },
    )
    const keys = await openPeriods(json.data.auditPeriods, cast.key('office:it-audit').privateKey)
    const question = questionOf(keys, {
      from: now - MINUTE,
      to: now + MINUTE,
      entity: id,
      operation: 'escalation',
    })
    const found = await house.ask(
      'it-audit.anna',
      'query($question: Json!) { auditEntries(question: $question) { records { index leaf frame } } }',
      { question },
    )
    const { records } = readRecords(found.json.data.auditEntries.records, keys)
    expect(records.map(({ detail }) => detail)).toMatchObject([
      { kind: 'ANSWERED', caller: { person: 'server' }, detail: { outcome: 'OK', shown: [id] } },
    ])
    // The question lies before its answer: nobody was paged before it stood.
    expect((records[0]!.detail as unknown as { asked: number }).asked).toBeLessThan(records[0]!.index)
  })
})

describe('what falls due', () => {
  it('is told to both sides an hour before and when its time is over, once, also over a restart', async () => {
    now += 1_000
    const { id } = await sendSealed(house, cast, AICHA, ['it-sco', 'ml-dnlt'], now, 'Qui ?', {
      ...{ urgency: 'URGENT', urgencyReason: 'LIFE', access: 'DIRECT' },
      dueAt: new Date(now + 8 * 60 * MINUTE).toISOString(),
    })
    const told = async () =>
      (
        await house.graph.setup(
          "MATCH (e:Event {about: $id}) WHERE e.kind IN ['DUE_SOON', 'OVERDUE'] RETURN e.kind AS kind, e.offices AS offices ORDER BY e.kind, e.offices",
          { id },
        )
      ).map(({ kind, offices }) => `${kind} ${(offices as string[]).join(' ')}`)
    const wait = async (minutes: number) => {
      now += minutes * MINUTE
      await house.instance.deadlines.tick()
    }
    await wait(6 * 60)
    expect(await told()).toEqual([])
    await wait(61)
    expect(await told()).toEqual(['DUE_SOON it-sco ne-dst', 'DUE_SOON ml-dnlt ne-dst'])
    await sendSealed(house, cast, { person: 'it-sco.paola', office: 'it-sco' }, ['ne-dst'], now, 'Lui.', {
      ...{ type: 'ANSWER', thread: id, inReplyTo: id, necessity: undefined, dueAt: undefined },
    })
    await wait(61)
    await house.restart()
    await wait(1)
    expect(await told()).toEqual([
      'DUE_SOON it-sco ne-dst',
      'DUE_SOON ml-dnlt ne-dst',
      'OVERDUE ml-dnlt ne-dst',
    ])
  })
})
