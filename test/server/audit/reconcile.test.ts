import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openPeriods, questionOf, readRecords } from '../../../clients/core/audit.ts'
import type { Change } from '../../../cypher/outbox/outbox.ts'
import { type Audit, type Open, openAudit } from '../../../server/audit/log.ts'
import { intentOf } from '../../../server/outbox.ts'
import { patient } from './erasing.ts'
import { aicha, answer, moussa, newAuditor, question } from './fixture.ts'
import { newHome } from './home.ts'

// What a start says of the changes that it finds in the outbox.

const NOON = Date.UTC(2026, 2, 3, 12, 10)
const EVER = { from: 0, to: NOON * 2 }
let auditor: Awaited<ReturnType<typeof newAuditor>>

beforeAll(async () => {
  auditor = await newAuditor('ne')
})

const open = (store: string, left: Change[] = [], segmentLeaves = 65_536) =>
  openAudit({
    store,
    left,
    clock: () => NOON,
    auditorsOf: () => [auditor.armored],
    segmentLeaves,
    timer: patient,
  })
const changeOf = (asked: Open, ids: string[]): Change => ({
  ...intentOf(asked),
  ...{ ids, closed: false },
})

/** The closing records of a state, as its auditor reads them. */
async function closings(audit: Audit, country = 'NE') {
  const keys = await openPeriods(await audit.periods(country, EVER.from, EVER.to), auditor.privateKey)
  const { records } = await audit.search(country, questionOf(keys, EVER, { first: 200 }))
  const read = new Map(readRecords(records, keys).records.map((one) => [one.index, one]))
  return [...read.values()]
    .map(({ detail }) => detail)
    .filter(({ kind }) => kind === 'INTERRUPTED')
    .map((detail) => detail as { asked: number; detail: { outcome: string; committed?: string[] } })
    .map(({ asked, detail: { outcome, committed } }) => ({ asked, outcome, committed }))
    .sort((one, other) => one.asked - other.asked)
}

describe('a start', () => {
  it('says of each open question what it committed, and of an answered one that it was still in the outbox', async () => {
    const store = newHome()
    const first = await open(store)
    const [nothing, committed, answered] = [
      await first.asked(question(aicha, NOON)),
      await first.asked(question(aicha, NOON)),
      await first.asked(question(moussa, NOON)),
    ]
    await first.answered(answered, { ...answer, changed: true })
    await first.close()
    const left = [changeOf(committed, ['r1', 'e1']), changeOf(answered, ['m1'])]
    const again = await open(store, left)
    expect(await closings(again)).toEqual([
      { asked: nothing.index, outcome: 'INTERRUPTED', committed: undefined },
      { asked: committed.index, outcome: 'INTERRUPTED', committed: ['r1', 'e1'] },
    ])
    expect(await closings(again, 'ML')).toEqual([
      { asked: answered.index, outcome: 'RECONCILED', committed: ['m1'] },
    ])
    await again.close()
  })

  it('that died before the outbox was emptied says it again, and nothing else', async () => {
    const store = newHome()
    const first = await open(store)
    const committed = await first.asked(question(aicha, NOON))
    await first.close()
    for (let nth = 0; nth < 2; nth++) await (await open(store, [changeOf(committed, ['r1'])])).close()
    const last = await open(store)
    const said = await closings(last)
    expect(said).toContainEqual({ asked: committed.index, outcome: 'RECONCILED', committed: ['r1'] })
    expect(said.every(({ asked }) => asked === committed.index)).toBe(true)
    await last.close()
  })

  it('says nothing of a change whose question is not in this log, or is another record there', async () => {
    const store = newHome()
    const first = await open(store)
    const asked = await first.asked(question(aicha, NOON))
    await first.answered(asked, answer)
    await first.close()
    const change = changeOf(asked, ['r1'])
    const left = [
      { ...change, asked: 5_000 },
      { ...change, leaf: hash('sha256', 'other') },
    ]
    const again = await open(store, left)
    expect(await closings(again)).toEqual([])
    await again.close()
  })
})

describe('the last question that changed the graph', () => {
  it('is known over restarts and segments, also from an index of before it was kept', async () => {
    const store = newHome()
    const first = await open(store, [], 4)
    expect(first.progress.changed()).toBe(-1)
    const changed = await first.asked(question(aicha, NOON))
    await first.answered(changed, { ...answer, changed: true })
    for (let nth = 0; nth < 6; nth++) await first.answered(await first.asked(question(aicha, NOON)), answer)
    expect(first.progress.changed()).toBe(changed.index)
    await first.close()
    const again = await open(store, [], 4)
    expect(again.progress.changed()).toBe(changed.index)
    expect(await again.progress.leafAt(changed.index)).toBe(hash('sha256', changed.leaf))
    expect(await again.progress.leafAt(5_000)).toBe(null)
    await again.close()
    const index = JSON.parse(readFileSync(join(store, '00000000.index'), 'utf8'))
    expect(index.changed).toBe(changed.index)
  })
})
