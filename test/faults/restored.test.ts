import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { signEntry } from '../../clients/core/directory.ts'
import {
  type AssignmentBody,
  type Entry,
  type EntryBody,
  entryHash,
  type Line,
  subjectOf,
} from '../../schema/wire/directory.ts'
import { openGraph } from '../../server/graph.ts'
import { report, SUBMIT } from '../report.ts'
import { type Copies, openCopies } from './restore.ts'
import { openWorld, until, WHY, type World } from './world.ts'

// The graph or the audit log is put back from a copy of before. Each start compares them, and nothing is changed until the
// operator has said, on record with every state, that it goes on without what is lost.

vi.setConfig({ testTimeout: 600_000 })

let world: World
let copies: Copies
let aicha: string
let mariama: string
const asAicha = ['--as', 'ne-dst.aicha', ...WHY]

beforeAll(async () => {
  world = await openWorld()
  copies = await openCopies(world)
  aicha = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  mariama = await world.makeHome(['ne-audit.mariama', 'office:ne-audit'])
  await submitted('before-the-copy')
  await copies.take()
}, 600_000)
afterAll(async () => {
  await world?.close()
  await copies?.remove()
}, 120_000)

const submit = (key: string) => world.ask('ne-dst.aicha', SUBMIT, { input: report(`restored-${key}`) })
async function submitted(key: string): Promise<string> {
  const { json, text } = await submit(key)
  if (json.errors) throw new Error(text)
  return json.data.submitReport.report.id
}
const refusal = async (key: string) => (await submit(key)).json.errors?.[0]?.extensions.code
const reports = async (): Promise<number> =>
  (await world.ask('ne-dst.aicha', '{ reports { totalCount } }')).json.data.reports.totalCount
const operator = (...order: string[]) => [
  ...['operator', ...order, '--home', world.home],
  ...['--purpose', 'ADMINISTRATION', '--justification', 'the disk has failed'],
]
const replay = (...more: string[]) => world.data(aicha, operator('replay', ...more))
const blobs = () => readdir(join(world.home, 'blobs', 'blobs'))
const letter = (text: string) =>
  world.data(aicha, [
    ...['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', text],
    ...asAicha,
  ])
async function restarted(): Promise<void> {
  await world.kill('SIGTERM')
  await world.start()
}
async function versions(): Promise<number[]> {
  const graph = await openGraph({ ...world.neo4j() })
  const rows = await graph.setup('MATCH (a:Act) RETURN a.version AS version ORDER BY version')
  await graph.close()
  return rows.map(({ version }) => version as number)
}

describe('a graph that was put back', () => {
  let id = ''
  let last = 0

  it('is read and not changed, over every restart, and the operator is told how much is lost', async () => {
    await submitted('lost-1')
    await submitted('lost-2')
    id = (await letter('lost with the graph')).id
    last = (await versions()).at(-1)!
    await copies.putBack(['graph'])
    expect(world.printed()).toContain('STORE_BEHIND')
    expect(await reports()).toBe(1)
    expect(await refusal('refused-1')).toBe('STORE_BEHIND')
    await restarted()
    expect(await refusal('refused-2')).toBe('STORE_BEHIND')
    expect(await replay()).toMatchObject({ behind: 'GRAPH', lost: 3, accepted: false })
    expect(await refusal('refused-3')).toBe('STORE_BEHIND')
  })

  it('lets a key be revoked and a person be suspended, for they only narrow, and nothing be added', async () => {
    const { json } = await world.ask('ne-dst.aicha', '{ directory }')
    const entries = json.data.directory as Line[]
    const last = (subject: string) =>
      entries.findLast((one) => 'body' in one && subjectOf(one.body) === subject) as Entry
    const enter = async (body: EntryBody, of: Entry | undefined) => {
      const country = body.type === 'revocation' || body.type === 'person' ? 'IT' : 'NE'
      const entry = await signEntry(body, [world.cast.key(`anchor:${country}`)], {
        ...{ instance: 'test-instance', date: new Date(), supersedes: of ? entryHash(of) : null },
      })
      const document = 'mutation($entry: Json!) { enterDirectory(entry: $entry) }'
      const answer = await world.ask('ne-dst.aicha', document, { entry })
      return answer.json.errors?.[0].extensions.code ?? null
    }
    const salif = entries.findLast(
      (one) => 'body' in one && one.body.type === 'assignment' && one.body.person === 'ne-dst.salif',
    ) as Entry & { body: AssignmentBody }
    const today = new Date().toISOString().slice(0, 10)
    const { fingerprint } = world.cast.key('it-sco.luca')
    const at = new Date().toISOString()
    const revocation = { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at } as const

    expect(await enter({ ...salif.body, from: '2009-01-01', to: today }, salif)).toBe('STORE_BEHIND')
    expect(await enter({ ...salif.body, to: '2009-01-01', role: 'ANALYST' }, salif)).toBe('STORE_BEHIND')
    expect(await enter({ ...salif.body, assignment: 'ne-dst.salif.again' }, undefined)).toBe('STORE_BEHIND')
    const person = last('person:it-sco.paola')
    expect(await enter(person.body, person)).toBe('STORE_BEHIND')

    await world.ask('it-sco.luca', '{ me { person } }')
    expect(await enter(revocation, undefined)).toBeNull()
    await expect(world.ask('it-sco.luca', '{ me { person } }')).rejects.toThrow()
    await world.ask('ne-dst.salif', '{ me { person } }')
    expect(await enter({ ...salif.body, to: today }, salif)).toBeNull()
    await expect(world.ask('ne-dst.salif', '{ me { person } }')).rejects.toThrow()
    // Both stand after a restart, and the stores are as far apart as before.
    await restarted()
    await expect(world.ask('it-sco.luca', '{ me { person } }')).rejects.toThrow()
    expect(await replay()).toMatchObject({ behind: 'GRAPH', lost: 3, accepted: false })
  })

  it('takes no blob away: a newer copy may own it', async () => {
    const before = Date.now() / 1_000 - 7_200
    await utimes(join(world.home, 'blobs', 'blobs', id), before, before)
    await restarted()
    const { code } = await world.cli(aicha, operator('sweep', '--remove'))
    expect([code === 0, (await blobs()).includes(id)]).toEqual([false, true])
    expect(await world.data(aicha, operator('sweep'))).toMatchObject({ orphans: [id], removed: [] })
  })

  it('lets what is sent meanwhile wait on the desk', async () => {
    expect(await letter('sent meanwhile')).toMatchObject({ queued: true })
  })

  it('is changed again once the loss is accepted, on record, and gives no version twice', async () => {
    expect(await replay('--accept')).toMatchObject({ behind: 'GRAPH', lost: 3, accepted: true })
    await submitted('after-1')
    expect((await versions()).filter((version) => version > 1).every((version) => version > last)).toBe(true)
    await restarted()
    await submitted('after-2')
    expect(await replay()).toMatchObject({ behind: null, lost: 0 })
    const found = await world.data(mariama, [
      ...['audit', 'search', '--operation', 'operatorReplay', '--as', 'ne-audit.mariama'],
      ...['--purpose', 'OVERSIGHT', '--justification', 'who went on'],
    ])
    expect(JSON.stringify(found)).toContain('the disk has failed')
    await world.data(aicha, ['outbox', 'retry', ...asAicha])
    expect(await world.data(aicha, ['outbox', 'list', ...asAicha])).toEqual([])
    // What nobody owns any more is swept at the next start.
    await restarted()
    await until(async () => !(await blobs()).includes(id))
  })
})

describe('an audit log that was put back', () => {
  it('is noticed although it has grown again, and gone on with once the loss is accepted', async () => {
    await copies.take(['audit', 'log'])
    await submitted('on-the-lost-log')
    await copies.putBack(['audit', 'log'])
    for (let nth = 0; nth < 8; nth++) await reports()
    expect(await refusal('refused-4')).toBe('STORE_BEHIND')
    await restarted()
    expect(await replay()).toMatchObject({ behind: 'LOG', accepted: false })
    expect(await refusal('refused-5')).toBe('STORE_BEHIND')
    expect(await replay('--accept')).toMatchObject({ behind: 'LOG', accepted: true })
    await submitted('after-3')
    await restarted()
    await submitted('after-4')
    expect(await replay()).toMatchObject({ behind: null })
  })
})

describe('a home that was put back whole', () => {
  it('agrees with itself: only who is outside can notice', async () => {
    await copies.take()
    await submitted('lost-with-the-home')
    await copies.putBack(['graph', 'audit', 'log'])
    expect(await replay()).toMatchObject({ behind: null })
    await submitted('after-5')
  })
})
