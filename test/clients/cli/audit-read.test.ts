import type { PrivateKey } from 'openpgp'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Part, readLog, type Wanted } from '../../../clients/cli/audit-read.ts'
import type { AuditPage, AuditQuestion } from '../../../schema/wire/audit.ts'
import { decodeHeader } from '../../../schema/wire/audit-frame.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import { patient } from '../../server/audit/erasing.ts'
import { aicha, converse, moussa, newAuditor, question } from '../../server/audit/fixture.ts'
import { newHome } from '../../server/audit/home.ts'

// How an auditor's machine reads a real log, and what a server that cheats does not get past it.

const HOUR = 3_600_000
const NOON = Date.UTC(2026, 2, 3, 12, 10)
const SPAN = { from: NOON - HOUR, to: NOON + 40 * 24 * HOUR }
let first: { privateKey: PrivateKey; armored: string }
let second: typeof first
let auditor: typeof first
let audit: Audit
let store: string
let now: number

beforeAll(async () => {
  first = await newAuditor('ne-hacpd')
  second = await newAuditor('ne-hacpd-2')
})
beforeEach(async () => {
  store = newHome()
  now = NOON
  auditor = first
  audit = await open()
})
afterEach(() => audit.close())
const open = (segmentLeaves = 65_536) =>
  openAudit({ store, clock: () => now, auditorsOf: () => [auditor.armored], segmentLeaves, timer: patient })

/** The server's side of the questions; `cheat` changes a page on its way. */
const shellOf = (cheat: (page: AuditPage) => AuditPage | Promise<AuditPage> = (page) => page) => ({
  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const { from, to, question: asked } = variables as { from: string; to: string; question: AuditQuestion }
    if (query.includes('auditPeriods'))
      return { auditPeriods: await audit.periods('NE', Date.parse(from), Date.parse(to)) } as T
    return { auditEntries: await cheat(await audit.search('NE', asked)) } as T
  },
})

async function read(wanted: Wanted, shell = shellOf(), keys = [first.privateKey]) {
  const parts: Part[] = []
  for await (const part of readLog(shell, keys, { wanted, span: SPAN, countUnread: true })) parts.push(part)
  return {
    records: parts.flatMap(({ records }) => records),
    erased: parts.flatMap(({ erased }) => erased.map(({ index }) => index)),
    pruned: parts.findLast(({ pruned }) => pruned)?.pruned?.pruning ?? null,
    unread: parts.reduce((sum, { unread }) => sum + unread.records, 0),
    periods: parts.reduce((sum, { unread }) => sum + unread.periods, 0),
  }
}
const kinds = ({ records }: Awaited<ReturnType<typeof read>>) => records.map(({ detail }) => detail.kind)

describe('a search by person', () => {
  it('finds a question that the server did not live to answer, and what closed it', async () => {
    await converse(audit, aicha, NOON, 1)
    await audit.asked(question(aicha, NOON))
    await audit.close()
    audit = await open()
    expect(kinds(await read({ person: aicha.person }))).toEqual(['ASKED', 'ANSWERED', 'ASKED', 'INTERRUPTED'])
    // Asked for without a person, it comes once as well.
    expect(kinds(await read({}))).toEqual(['ASKED', 'ANSWERED', 'ASKED', 'INTERRUPTED'])
  })

  it('is not padded with another’s records', async () => {
    await converse(audit, aicha, NOON, 1)
    await converse(audit, { ...moussa, country: 'NE' }, NOON, 1)
    const everything = () => audit.search('NE', { periods: [{ id: 0, all: [] }], ...SPAN, first: 200 })
    await expect(read({ person: aicha.person }, shellOf(everything))).rejects.toMatchObject({ code: 'SEAL' })
  })

  it('is not padded with another’s interruption', async () => {
    await audit.asked(question({ ...moussa, country: 'NE' }, NOON))
    await audit.close()
    audit = await open()
    await converse(audit, aicha, NOON, 1)
    const periods = (await audit.periods('NE', SPAN.from, SPAN.to)).map(({ id }) => ({ id, all: [] }))
    const cheat = async (page: AuditPage): Promise<AuditPage> => {
      const all = await audit.search('NE', { periods, ...SPAN, first: 200 })
      const strange = all.records.filter(
        ({ index }) => index > 1 && !page.records.some((one) => one.index === index),
      )
      return { records: [...page.records, ...strange], after: null }
    }
    await expect(read({ person: aicha.person }, shellOf(cheat))).rejects.toMatchObject({ code: 'SEAL' })
  })
})

describe('what no key here opens', () => {
  it('is counted, record by record, and never left out in silence', async () => {
    await converse(audit, aicha, NOON, 3)
    auditor = second
    now += HOUR
    await converse(audit, aicha, now, 130)
    const found = await read({ person: aicha.person })
    expect([found.records.length, found.unread, found.periods]).toEqual([6, 260, 1])
    const both = await read({}, shellOf(), [first.privateKey, second.privateKey])
    expect([both.records.length, both.unread, both.periods]).toEqual([266, 0, 0])
  })
})

describe('what was erased', () => {
  const erase = (...records: number[]) => audit.erase('NE', { records, reason: 'COURT_ORDER' }, 9_999)

  it('comes whatever is looked for, once, over pages and hours, also under keys that are not here', async () => {
    await converse(audit, aicha, NOON, 1)
    await converse(audit, { ...moussa, country: 'NE' }, NOON, 120)
    await erase(2, 6, 230)
    now += HOUR
    auditor = second
    await converse(audit, aicha, now, 1)
    const closed = (await audit.periods('NE', now, now + HOUR))[0]!.id
    await erase(closed + 1)
    const found = await read({ person: aicha.person })
    expect(found.records.map(({ index }) => index)).toEqual([1])
    expect(found.erased).toEqual([2, 6, 230, closed + 1])
    // What no key here opens is another thing.
    expect([found.unread, found.periods]).toEqual([1, 1])
    expect((await read({})).erased).toEqual([2, 6, 230, closed + 1])
  })

  it('is not believed of a record that the log does not say it of', async () => {
    await converse(audit, aicha, NOON, 1)
    await erase(2)
    const cheat = (page: AuditPage): AuditPage => ({
      ...page,
      records: page.records.filter(
        ({ frame }) => decodeHeader(Buffer.from(frame, 'base64'))!.kind !== 'ERASED',
      ),
    })
    await expect(read({}, shellOf(cheat))).rejects.toMatchObject({ code: 'SEAL' })
  })
})

describe('what was pruned', () => {
  it('is told wherever its time is asked for, also where nothing else is', async () => {
    await audit.close()
    audit = await open(8)
    await converse(audit, aicha, NOON, 8)
    now = NOON + 30 * 24 * HOUR
    await converse(audit, aicha, now, 3)
    expect((await read({})).pruned).toBeNull()
    const before = NOON + 20 * 24 * HOUR
    await audit.prune(before, 7)
    expect(await read({ person: aicha.person })).toMatchObject({ pruned: { from: 16, before } })
    // Windows are of 31 days: nothing of this one is left.
    const parts: Part[] = []
    const span = { from: NOON - HOUR, to: NOON + HOUR }
    for await (const part of readLog(shellOf(), [first.privateKey], { wanted: {}, span })) parts.push(part)
    expect(parts.map(({ records, pruned }) => [records, pruned?.pruning.from])).toEqual([[[], 16]])
  })
})

describe('a long time', () => {
  it('is read in windows, each record once', async () => {
    for (let day = 0; day < 36; day += 5) {
      now = NOON + day * 24 * HOUR
      await converse(audit, aicha, now, 1)
    }
    const { records } = await read({ office: 'ne-dst' })
    expect(records).toHaveLength(16)
    expect(new Set(records.map(({ index }) => index)).size).toBe(16)
  })
})
