import { beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '../../cypher/outbox/outbox.ts'
import { reportErase, reportSubmit } from '../../cypher/report/write.ts'
import type { Statement } from '../../cypher/statement.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { Collision, type Graph } from '../../server/graph.ts'
import { openVersions, type Versions } from '../../server/versions.ts'
import { openWriter, type Stamp, type Writer } from '../../server/writer.ts'

// The writer's own promises, against a store in memory that keeps the contract of `Graph`: a write is one transaction,
// keys are unique. What the real store does is in report/submit.test.ts.

type Row = { act: { key: string; version: number } }

function openStore() {
  const stands = new Map<string, number>()
  const groups: string[][] = []
  const store = {
    stands,
    /** What is left in the outbox. */
    left: [] as string[],
    groups,
    /** Runs inside a write, before it stands. */
    during: async () => {},
    /** Loses the answer: once it stands, or before. */
    lose: null as null | 'BEFORE' | 'AFTER',
    /** How often a question after the outcome finds no store. */
    down: 0,
    questions: 0,
  }
  const graph: Graph = {
    read: () => Promise.reject(new Error('expected no read')),
    async write(_, params, __, changes) {
      const rows = (params as { rows: Row[] }).rows
      groups.push(rows.map(({ act }) => act.key))
      await store.during()
      if (rows.some(({ act }) => stands.has(act.key))) throw new Collision()
      if (store.lose !== 'BEFORE') for (const { act } of rows) stands.set(act.key, act.version)
      if (store.lose !== null) throw new Fault('OUTCOME_UNCONFIRMED', 'lost')
      store.left.push(...changes.map(({ ids: [key] }) => key!))
      // Neo4j promises no order.
      return rows.map(({ act }) => ({ id: act.key, notes: [] })).reverse() as never
    },
    async setup(_, params) {
      store.questions += 1
      if (store.questions <= store.down) throw new Fault('NEO4J_UNAVAILABLE', 'down')
      return [{ stands: [...stands.values()].includes((params as { version: number }).version) }]
    },
    errand: () => {
      throw new Error('expected no errand')
    },
    close: async () => {},
  }
  return { store, graph }
}

let store: ReturnType<typeof openStore>['store']
let versions: Versions
let writer: Writer

beforeEach(() => {
  const opened = openStore()
  store = opened.store
  versions = openVersions([], () => 1_700_000_000_000)
  writer = openWriter(opened.graph, versions)
})

const text = {
  id: '',
  body: '',
  report: '',
  chain: '',
  office: '',
  author: '',
  reason: null,
  release: null,
  ids: null,
}
const act = (key: string, stamp: Stamp) => ({
  ...text,
  ...stamp,
  key,
  officeKey: key,
  kind: 'SUBMIT' as const,
})
const submitRow = (key: string) => (stamp: Stamp) => ({
  act: act(key, stamp),
  report: {},
  notices: [],
  entities: [],
  relations: [],
  retracts: [],
})
const changeOf = (key: string): Change => ({
  ...{ asked: 0, leaf: '', country: 'NE', ids: [key], closed: false },
})
const submit = (key: string) => writer.write(reportSubmit, key, [changeOf(key)], submitRow(key))
const turn = () => new Promise((go) => setTimeout(go, 5))

describe('the writer', () => {
  it('gives each row its own answer and version, in the order in which they came', async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `key-${i}`)
    const written = await Promise.all(keys.map(submit))
    expect(written.map(({ row }) => row.id)).toEqual(keys)
    expect(written.map(({ stamp }) => stamp.version)).toEqual(keys.map((_, i) => i + 1))
    expect(versions.watermark()).toBe(60)
  })

  it('lets those that wait share a transaction, at most 25', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, i) => submit(`key-${i}`)))
    expect(store.groups.map(({ length }) => length)).toEqual([1, 25, 25, 9])
  })

  it('leaves each row in the outbox in the transaction in which it stands', async () => {
    await submit('taken')
    await Promise.allSettled([submit('a'), submit('b'), submit('taken'), submit('c')])
    expect(store.left).toEqual([...store.stands.keys()])
  })

  it('groups only rows of one statement, and keeps their order', async () => {
    const notice = {
      id: '',
      kind: '',
      report: '',
      chain: '',
      office: '',
      version: 1,
      compartments: [],
      lost: -1,
    }
    const erase = (key: string) =>
      writer.write(reportErase as Statement, key, [changeOf(key)], (stamp) => ({
        ...{ act: act(key, stamp), notice, chain: key },
      }))
    await Promise.all([submit('first'), submit('a'), submit('b'), erase('c'), submit('d')])
    expect(store.groups).toEqual([['first'], ['a', 'b'], ['c'], ['d']])
  })

  it('shows a version only when the store has confirmed it', async () => {
    let during = -1
    store.during = async () => {
      during = versions.watermark()
      await turn()
    }
    const asOf = versions.now()
    await submit('only')
    expect([during, versions.at(asOf), versions.watermark()]).toEqual([0, 0, 1])
  })

  it('fails only the row that collides: the others of its group stand', async () => {
    await submit('taken')
    const results = await Promise.allSettled([submit('a'), submit('b'), submit('taken'), submit('c')])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect((results[2] as PromiseRejectedResult).reason).toBeInstanceOf(Collision)
    expect([...store.stands.keys()]).toEqual(['taken', 'a', 'b', 'c'])
    // No version stands twice, and the last is the one that is seen.
    expect(new Set(store.stands.values()).size).toBe(4)
    expect(versions.watermark()).toBe(store.stands.get('c'))
  })

  it('fails a row that cannot even be made, and goes on', async () => {
    const bad = writer.write(reportSubmit, 'bad', [changeOf('bad')], () => ({ act: 'none' }))
    const good = submit('good')
    await expect(bad).rejects.toThrow()
    expect((await good).row.id).toBe('good')
  })

  it('after a lost answer shows what stands after all, and lets nothing pass before it knows', async () => {
    store.lose = 'AFTER'
    store.down = 1
    const lost = submit('lost')
    const later = submit('later')
    await expect(lost).rejects.toMatchObject({ code: 'OUTCOME_UNCONFIRMED' })
    expect(versions.watermark()).toBe(0)
    // Until the store has said so, every read is as of before.
    expect(versions.at(versions.now())).toBe(0)
    store.lose = null
    await later
    expect(store.questions).toBe(2)
    expect([...store.stands.keys()]).toEqual(['lost', 'later'])
    expect(versions.watermark()).toBe(2)
  })

  it('after a lost answer forgets what does not stand', async () => {
    store.lose = 'BEFORE'
    await expect(submit('lost')).rejects.toMatchObject({ code: 'OUTCOME_UNCONFIRMED' })
    store.lose = null
    await submit('again')
    expect([...store.stands]).toEqual([['again', 2]])
    expect(versions.watermark()).toBe(2)
  })
})
