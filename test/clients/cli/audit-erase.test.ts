import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AuditRow } from '../../../clients/cli/audit-search.ts'
import { halfYearOf } from '../../../server/audit/tree/shard.ts'
import { recordsAt } from '../../audit-leaves.ts'
import { openSite, type Site, WHY } from './site.ts'

// An auditor has records erased; and then everybody who held something against the log finds that it still fits.

const HALF = halfYearOf(Date.now())
const aicha = ['--as', 'ne-dst.aicha', ...WHY]
const mariama = [
  '--as',
  'ne-audit.mariama',
  '--purpose',
  'OVERSIGHT',
  '--justification',
  'a request of 3 May',
]
let site: Site
let folder: string
let desk: string
let ahead = 0
/** Aicha's answers before any was erased. */
let before: AuditRow[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-erase-'))
  site = await openSite({ clock: () => Date.now() + ahead, home: join(folder, 'server') })
  desk = await site.makeHome(['ne-dst.aicha'])
  for (let turn = 0; turn < 3; turn++) await site.data(['network', 'list', ...aicha], { home: desk })
  before = await site.data(['audit', 'search', '--person', 'ne-dst.aicha', ...mariama])
}, 1_500_000)
afterAll(async () => {
  await site?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The log that the server publishes, once all that it has on record is below its checkpoint. */
async function served(): Promise<string> {
  const dir = join(site.portolan.home, 'log/audit', HALF)
  const { length } = await recordsAt(site.portolan.home)
  await vi.waitFor(
    async () => {
      const size = Number((await readFile(join(dir, 'checkpoint'), 'utf8')).split('\n')[1])
      expect(size).toBeGreaterThanOrEqual(length)
    },
    { timeout: 60_000, interval: 50 },
  )
  return dir
}
const KEY = () => ['--key', join(site.portolan.home, `keys/audit-${HALF}.vkey`)]
const report = async () => {
  const month = new Date(Date.now() + ahead).toISOString().slice(0, 7)
  const all = await site.data(['audit', 'report', '--month', month, '--office', 'ne-dst', ...mariama])
  return all[0]
}

describe('audit erase', () => {
  it('takes indexes and a reason, and of an officer neither', async () => {
    const usage = async (...args: string[]) => (await site.run(['audit', 'erase', ...args])).code
    expect(await usage('first', '--reason', 'COURT_ORDER', ...mariama)).toBe(2)
    expect(await usage(String(before[0]!.index), ...mariama)).toBe(2)
    expect(
      await site.run(['audit', 'erase', '1', '--reason', 'COURT_ORDER', ...aicha], { home: desk }),
    ).toMatchObject({
      code: 4,
      err: expect.stringContaining('NOT_ALLOWED'),
    })
  })

  it('leaves the proofs, the receipts and everything else that was on record as they are', async () => {
    const stood = await site.data(['audit', 'search', '--person', 'ne-dst.aicha', ...mariama])
    const { erased: none, requests } = await report()
    const [one, two] = before.map(({ index }) => index)
    // The second one’s question is the record before it.
    const named = [one!, two! - 1, two!].map(String)
    const { code, out } = await site.run([
      'audit',
      'erase',
      ...named,
      '--reason',
      'SUBJECT_REQUEST',
      ...mariama,
    ])
    expect([code, out]).toEqual([0, expect.stringContaining(`Record ${one} is erased.`)])
    const rows: AuditRow[] = await site.data(['audit', 'search', '--person', 'ne-dst.aicha', ...mariama])
    const gone = rows.filter(({ outcome }) => outcome === 'ERASED')
    expect(gone.map(({ index }) => String(index))).toEqual(named)
    expect(gone.map(({ erased }) => erased)).toEqual(
      Array(3).fill({ by: expect.any(Number), reason: 'SUBJECT_REQUEST' }),
    )
    // The question of the first still says who asked; of the second nothing does.
    expect(gone.map(({ person }) => person)).toEqual(['ne-dst.aicha', '', ''])
    expect(rows.length).toBe(stood.length + 1)
    const after = await report()
    expect([none, after.erased]).toEqual([0, 3])
    expect(after.requests).toBe(requests - 2)
    ahead += 600_000
    const log = await served()
    expect(await site.data(['audit', 'verify', log, ...KEY()])).toMatchObject({ erasures: 1, pruned: null })
    for (const index of named) {
      const proof = join(folder, `proof-${index}`)
      expect((await site.run(['audit', 'prove', index, '--log', log, ...KEY(), '--out', proof])).code).toBe(0)
      expect((await site.run(['audit', 'verify', proof, ...KEY()])).code).toBe(0)
    }
    const reconciled = await site.run([
      ...['audit', 'reconcile', '--office', 'ne-dst', '--receipts', join(desk, 'receipts'), '--json'],
      ...['--log', log, ...KEY(), ...mariama],
    ])
    expect(JSON.parse(reconciled.out)).toMatchObject({ desk: { erased: 3 }, findings: [] })
    expect(reconciled.code).toBe(0)
  })

  it('says which record tells of it, and who ordered it, under the name of each', async () => {
    const { index } = before[0]!
    const again = await site.data(['audit', 'erase', String(index), '--reason', 'COURT_ORDER', ...mariama])
    const rows: AuditRow[] = await site.data(['audit', 'search', '--entity', `record:${index}`, ...mariama])
    const orders = rows.filter(({ operation }) => operation === 'auditErase')
    expect(orders.map(({ person, kinds }) => [person, kinds])).toEqual(
      Array(2).fill(['ne-audit.mariama', ['ERASURE']]),
    )
    // Ordered twice, it was erased once.
    expect(rows.find((row) => row.index === index)!.erased!.by).toBe(again[0].by)
    expect(orders[0]!.justification).toBe('a request of 3 May')
  })
})
