import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OfficeReport } from '../../../clients/cli/audit-report.ts'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { report, SUBMIT } from '../../report.ts'
import { openSite, type Site, WHY } from './site.ts'

// A month as an auditor reports on it, from a real log: counted on his own machine, and of his own state only.

const DAY = 86_400_000
const aicha = ['--as', 'ne-dst.aicha', ...WHY]
const OVERSIGHT = ['--purpose', 'OVERSIGHT', '--justification', 'monthly review of the log']
const mariama = ['--as', 'ne-audit.mariama', ...OVERSIGHT]

/** The first of next month, 09:00: no test day is in two months, and keys are in force. */
const today = new Date()
const START = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1, 9)
const MONTH = new Date(START).toISOString().slice(0, 7)

let site: Site
let now = START
let folder: string
let network: string

/** A command on a day of the month, by the clock of the server and the desk. */
const here = (args: string[], home = site.home) => site.here(args, { home, cwd: folder, clock: () => now })

async function reported(args: string[], home = site.home): Promise<OfficeReport[]> {
  const { code, out, err } = await here(['audit', 'report', '--month', MONTH, ...args, '--json'], home)
  if (code !== 0) throw new Error(err)
  return JSON.parse(out)
}

beforeAll(async () => {
  site = await openSite(
    { clock: () => now },
    { more: [{ office: 'it-audit', kind: 'AUDITOR', persons: { anna: 'AUDITOR' } }] },
  )
  folder = await mkdtemp(join(tmpdir(), 'portolan-report-'))
  const { json } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input: report('audit-report-1') })
  network = json.data.submitReport.ids[1].id
}, 1_500_000)
afterAll(async () => {
  await site?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('audit report', () => {
  it('counts by the kinds of Art. 25 what ran, for whom it was disclosed, and what was refused', async () => {
    expect((await here(['network', 'show', network, ...aicha])).code).toBe(0)
    expect((await here(['neighbourhood', network, ...aicha])).code).toBe(0)
    expect((await here(['audit', 'search', ...aicha])).code).toBe(4)
    const [found] = await reported(['--office', 'ne-dst', ...mariama])
    const kinds = Object.fromEntries(found!.kinds.map(({ kind, count }) => [kind, count]))
    expect(kinds).toMatchObject({ COLLECTION: 1, DISCLOSURE: 1, COMBINATION: 1, ERASURE: 0, ALTERATION: 0 })
    expect(kinds.CONSULTATION).toBeGreaterThanOrEqual(1)
    expect(found!.recipients).toEqual([{ office: 'it-sco', country: 'IT', count: 1 }])
    expect(found!.transfers).toBe(1)
    expect(found!.refusals).toEqual([{ outcome: 'NOT_ALLOWED', count: 1, persons: ['ne-dst.aicha'] }])
    expect(found!.entities.map(({ id }) => id)).toContain(network)
    expect(found!.unread).toEqual({ records: 0, periods: 0, periodsBefore: 0 })
    // Every request has its question and its answer on record.
    expect(found!.records!.count).toBe(2 * found!.requests)
  })

  it('tells to whom reports, cards and messages went, and that a withdrawal went to nobody', async () => {
    const [before] = await reported(['--office', 'ne-dst', ...mariama])
    const { json } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input: report('audit-report-2') })
    const { report: second, ids } = json.data.submitReport
    const done = async (...args: string[]) => {
      const { code, out, err } = await here([...args, ...aicha, '--json'])
      expect([code, err]).toEqual([0, expect.any(String)])
      return JSON.parse(out)
    }
    const mali = ['--to', 'country:ML', '--transfer', 'ML=SAFEGUARDS:MoU-2012']
    await done('report', 'release', second.id, ...mali)
    const message = ['--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--case', 'NE-2013/117', '--text', 'x']
    await done('message', 'send', ...message)
    await writeFile(join(folder, 'card.json'), (await here(['card', 'seal', '--draft'])).out)
    const { card } = await done('card', 'seal', ids[0].id, '--file', 'card.json', ...mali)
    await done('card', 'erase', card, '--reason', 'COURT_ORDER')
    await done('report', 'withdraw', second.id, '--reason', 'ERROR')
    const [after] = await reported(['--office', 'ne-dst', ...mariama])
    const countOf = (one: OfficeReport, kind: string) => one.kinds.find((row) => row.kind === kind)!.count
    const more = (kind: string) => countOf(after!, kind) - countOf(before!, kind)
    // Two collections, a release and a withdrawal, and four times another office was let see something.
    expect(['COLLECTION', 'ALTERATION', 'DISCLOSURE', 'ERASURE'].map(more)).toEqual([2, 2, 4, 1])
    expect(after!.recipients).toEqual([
      { office: 'it-sco', country: 'IT', count: 3 },
      { office: 'ml-dnlt', country: 'ML', count: 2 },
    ])
  })

  it('keeps a text and a table of each office of the state, for their owner only', async () => {
    const { code, err } = await here([
      'audit',
      'report',
      '--month',
      MONTH,
      '--out',
      'out',
      ...mariama,
      '--lang',
      'fr',
    ])
    expect([code, err]).toEqual([0, expect.stringContaining(`ne-dst-${MONTH}.csv`)])
    const files = (await readdir(join(folder, 'out'))).sort()
    expect(files).toEqual(
      ['ne-audit', 'ne-dst'].flatMap((office) => ['csv', 'md'].map((end) => `${office}-${MONTH}.${end}`)),
    )
    expect((await stat(join(folder, 'out', files[0]!))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, 'out', `ne-dst-${MONTH}.md`), 'utf8')).toContain('## Communiqué à')
    // The auditor's own reading is on record, and in the report on his office.
    const own = await readFile(join(folder, 'out', `ne-audit-${MONTH}.csv`), 'utf8')
    expect(own).toMatch(/"KIND","CONSULTATION","","OVERSIGHT",\d+,/)
  })

  it('says how many records it could not open, and not fewer', async () => {
    const stranger = await site.makeHome(['ne-audit.mariama'])
    // An office key that came after all these hours.
    await (await openKeyStore(join(stranger, 'keys'))).newKey({ person: 'office:ne-audit', passphrase: null })
    const seen = await reported(mariama)
    const read = seen.reduce((sum, one) => sum + one.records!.count, 0)
    const [found] = await reported(['--office', 'ne-dst', ...mariama], stranger)
    expect(found).toMatchObject({ records: null, requests: 0, unread: { periods: 1 } })
    expect(found!.unread.records).toBeGreaterThan(read)
  })

  it('leads to a day that is unlike the days before it, and to nothing on the others', async () => {
    for (let day = 0; day < 12; day++) {
      now = START + day * DAY
      expect((await here(['network', 'show', network, ...aicha])).code).toBe(0)
    }
    now = START + 12 * DAY
    for (let i = 0; i < 60; i++) expect((await here(['network', 'show', network, ...aicha])).code).toBe(0)
    const [found] = await reported(['--office', 'ne-dst', ...mariama])
    const days = new Set(found!.volumes.leads.map(({ day }) => day))
    expect(days).toEqual(new Set([new Date(now).toISOString().slice(0, 10)]))
    expect(found!.volumes.unmeasured).toHaveLength(10)
    expect(found!.volumes.leads[0]).toMatchObject({ person: null, measure: 'REQUESTS', of: 12 })
    // One reason for many sessions.
    expect(found!.justifications[0]).toMatchObject({ text: WHY[3], persons: ['ne-dst.aicha'] })
  }, 120_000)

  it('is the state’s own: an auditor of another finds none of it', async () => {
    const home = await site.makeHome(['it-audit.anna', 'office:it-audit'])
    const anna = ['--as', 'it-audit.anna', ...OVERSIGHT]
    const offices = (await reported(anna, home)).map(({ office }) => office)
    expect(offices).toEqual(['it-audit'])
    expect(await reported(['--office', 'ne-dst', ...anna], home)).toMatchObject([
      { requests: 0, records: null },
    ])
  })

  it('is refused to everybody else with exit code 4, and a month that is none with 2', async () => {
    expect((await here(['audit', 'report', '--month', MONTH, ...aicha])).code).toBe(4)
    for (const month of ['2026', '2026-13', '2026-1', 'x', '2026-10-01'])
      expect((await here(['audit', 'report', '--month', month, ...mariama])).code).toBe(2)
    expect((await here(['audit', 'report', ...mariama])).code).toBe(2)
  })
})

describe('audit search', () => {
  const search = async (...args: string[]) => {
    const { code, out, err } = await here(['audit', 'search', ...args, ...mariama, '--json'])
    if (code !== 0) throw new Error(err)
    return JSON.parse(out)
  }

  it('finds who consulted an entity by the name that he looked up, and says which it took', async () => {
    now = START + 13 * DAY
    expect((await here(['network', 'show', 'Agadez-transport', ...aicha])).code).toBe(0)
    const named = await here(['audit', 'search', '--entity', 'agadez-Transport', ...mariama, '--json'])
    expect(named.err).toContain(network)
    const rows = JSON.parse(named.out)
    expect(rows).toEqual(await search('--entity', network))
    expect(rows.at(-1)).toMatchObject({ person: 'ne-dst.aicha', kinds: ['CONSULTATION'], isExport: false })
    expect((await here(['audit', 'search', '--entity', 'Nobody-1', ...mariama])).code).toBe(1)
  })

  it('finds what was refused, what left as a file, and reasons given again and again', async () => {
    expect((await here(['audit', 'search', ...aicha])).code).toBe(4)
    const refused = await search('--refused', '--office', 'ne-dst')
    expect(refused.at(-1)).toMatchObject({ outcome: 'NOT_ALLOWED', operation: 'auditPeriods', shown: [] })
    expect(refused.filter(({ outcome }: { outcome: string }) => outcome === 'OK')).toEqual([])
    expect(await search('--exports')).toEqual([])
    expect((await here(['card', 'merge', network, '--out', 'package', ...aicha])).code).toBe(0)
    expect(await search('--exports')).toMatchObject([{ operation: 'cardMerge', isExport: true }])
    const reasons = await search('--repeated', '--office', 'ne-dst')
    expect(reasons[0]).toMatchObject({ text: WHY[3], persons: ['ne-dst.aicha'] })
    const french = await here(['audit', 'search', '--repeated', ...mariama, '--lang', 'fr'])
    expect(french.out).toContain('motif indiqué')
  })
})

describe('audit counts', () => {
  it('tells a focal point how often other offices saw what is his office’s, when the month is over', async () => {
    const paola = ['--as', 'it-sco.paola', ...WHY]
    for (let i = 0; i < 12; i++) expect((await here(['network', 'show', network, ...paola])).code).toBe(0)
    expect(await here(['audit', 'counts', '--month', MONTH, ...aicha])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^BAD_DATE/),
    })
    now = START + 35 * DAY
    const { code, out } = await here(['audit', 'counts', '--month', MONTH, ...aicha, '--json'])
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { month: MONTH, floor: 10, step: 10, offices: [{ office: 'it-sco', count: 10 }], others: 0 },
    ])
    const french = await here(['audit', 'counts', '--month', MONTH, ...aicha, '--lang', 'fr'])
    expect(french.out).toContain('Les services à moins de 10 ne sont pas nommés.')
    expect((await here(['audit', 'counts', '--month', MONTH, ...paola])).code).toBe(4)
  }, 120_000)
})
