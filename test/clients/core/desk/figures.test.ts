import { describe, expect, it } from 'vitest'
import { reportCsv } from '../../../../clients/cli/audit-report-csv.ts'
import { reportText } from '../../../../clients/cli/audit-report-text.ts'
import { openDeeds } from '../../../../clients/core/desk/deeds.ts'
import { openTally } from '../../../../clients/core/desk/figures.ts'
import { openVolumes } from '../../../../clients/core/desk/volumes.ts'
import type { RecordDetail } from '../../../../schema/wire/audit.ts'
import { deed } from './deed.ts'

const DAY = 86_400_000
const OCTOBER = Date.UTC(2026, 9, 5, 9)

function figures(...deeds: Parameters<typeof deed>[0][]) {
  const tally = openTally('2026-10', openVolumes())
  for (const one of deeds) tally.add(deed(one))
  return { tally, of: tally.figures('ne-dst') }
}

describe('a month of an office', () => {
  it('counts each request under each kind of what it did, by purpose', () => {
    const { of } = figures(
      { at: OCTOBER, kinds: ['CONSULTATION', 'COMBINATION'] },
      { at: OCTOBER, kinds: ['COLLECTION', 'DISCLOSURE'], disclosedTo: ['it-sco'], purpose: 'EXCHANGE' },
      { at: OCTOBER, kinds: [] },
    )
    const row = (kind: string) => of.kinds.find((one) => one.kind === kind)
    expect(of.kinds).toHaveLength(7)
    expect(row('CONSULTATION')).toEqual({ kind: 'CONSULTATION', count: 1, purposes: { OPERATIONAL: 1 } })
    expect(row('DISCLOSURE')).toEqual({ kind: 'DISCLOSURE', count: 1, purposes: { EXCHANGE: 1 } })
    expect(row('ERASURE')).toEqual({ kind: 'ERASURE', count: 0, purposes: {} })
    expect([row('OTHER')!.count, of.requests, of.recipients]).toEqual([
      1,
      3,
      [{ office: 'it-sco', count: 1 }],
    ])
  })

  it('counts what was refused as refused, and not as done', () => {
    const { of } = figures(
      { at: OCTOBER, outcome: 'NOT_ALLOWED' },
      { at: OCTOBER, outcome: 'BUDGET_EXHAUSTED' },
    )
    expect(of.refusals.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['BUDGET_EXHAUSTED', 1],
      ['NOT_ALLOWED', 1],
    ])
    expect(of.persons).toEqual([
      { person: 'ne-dst.aicha', requests: 2, kinds: {}, entities: 0, refused: 2, exports: 0 },
    ])
  })

  it('counts the pieces of an attachment as one export of it a day', () => {
    const chunk = { at: OCTOBER, operation: 'chunk', isExport: true, shown: ['m1', 'o1'] }
    const { of } = figures(chunk, chunk, chunk, { ...chunk, shown: ['m1', 'o2'] })
    expect(of.exports).toEqual([{ operation: 'chunk', person: 'ne-dst.aicha', count: 2 }])
  })

  it('lists a reason that was given in three sessions or by two persons, however it is typed', () => {
    const { of } = figures(
      ...['s1', 's2', 's3'].map((session, i) => ({
        at: OCTOBER + i * DAY,
        session,
        justification: 'Routine  check',
      })),
      { at: OCTOBER, session: 's4', justification: 'routine check ' },
      ...Array.from({ length: 50 }, () => ({ at: OCTOBER, session: 's5', justification: 'case NE-117' })),
    )
    expect(of.justifications).toEqual([
      { text: 'Routine  check', times: 4, sessions: 4, days: 3, persons: ['ne-dst.aicha'] },
    ])
  })

  it('names the records that it rests on', () => {
    const { of } = figures({ at: OCTOBER, records: [40, 41] }, { at: OCTOBER, records: [12, 90] })
    expect(of.records).toEqual({ count: 4, first: 12, last: 90 })
    expect(figures().of.records).toBeNull()
  })
})

const caller = { person: 'ne-dst.aicha', country: 'NE', office: 'ne-dst', session: 's1' }
const asked = (): RecordDetail => ({ kind: 'ASKED', at: 1, salt: '', caller, request: '', detail: {} })
const answered = (of: number): RecordDetail => ({
  ...{ kind: 'ANSWERED', at: 2, asked: of, salt: '', caller, status: 200 },
  detail: { outcome: 'OK', statements: [{ name: 'entity/open', digest: '' }], shown: ['e1'] },
})
const interrupted = (of: number): RecordDetail => ({
  ...{ kind: 'INTERRUPTED', at: 3, asked: of, salt: '' },
  detail: { outcome: 'INTERRUPTED', statements: [], shown: [] },
})

describe('records', () => {
  const take = (...details: RecordDetail[]) => {
    const deeds = openDeeds()
    const found = details.flatMap(
      (detail, index) =>
        deeds.take({ index, leaf: Buffer.alloc(0), leafHash: Buffer.alloc(0), detail }) ?? [],
    )
    return [...found, ...deeds.unanswered()].map(({ records, outcome, office }) => [records, outcome, office])
  }

  it('of a question and its answer are one request', () => {
    expect(take(asked(), asked(), answered(1), answered(0))).toEqual([
      [[1, 2], 'OK', 'ne-dst'],
      [[0, 3], 'OK', 'ne-dst'],
    ])
  })

  it('of a stream are one for each event, and its interruption is its caller’s', () => {
    expect(take(asked(), answered(0), answered(0), interrupted(0))).toEqual([
      [[0, 1], 'OK', 'ne-dst'],
      [[2], 'OK', 'ne-dst'],
      [[3], 'INTERRUPTED', 'ne-dst'],
    ])
  })

  it('without an answer, and answers whose question was not read, are counted too', () => {
    expect(take(asked(), answered(77), interrupted(78))).toEqual([
      [[1], 'OK', 'ne-dst'],
      [[2], 'INTERRUPTED', ''],
      [[0], 'ASKED', 'ne-dst'],
    ])
  })
})

describe('the report', () => {
  const hostile = '=HYPERLINK("https://evil.example")|`x`\n# [click](https://evil.example) <b>'
  const whole = () => {
    const { of } = figures(
      ...['s1', 's2', 's3'].map((session) => ({ at: OCTOBER, session, justification: hostile })),
    )
    return {
      ...of,
      made: '2026-11-02T08:00:00.000Z',
      isOver: true,
      unread: { records: 3, periods: 1, periodsBefore: 2 },
      erased: 4,
      pruned: {
        ...{ index: 77, leaf: Buffer.alloc(0) },
        pruning: { order: 70, from: 64, before: OCTOBER, signature: '' },
      },
      recipients: [{ office: 'it-sco', country: 'IT', count: 2 }],
      transfers: 2,
    }
  }

  it('says how many records it rests on and how many could not be opened, in both languages', () => {
    expect(reportText('en', whole())).toContain('3 records of your state in this month could not be opened')
    expect(reportText('fr', whole())).toContain('3 traces de votre État n’ont pas pu être ouvertes')
    expect(reportCsv(whole())).toContain('"BASIS","NOT_OPENED_IN_STATE","","",3,"periods 1"')
    expect(reportText('en', whole())).toContain('4 records of your state in this month were erased')
    expect(reportText('fr', whole())).toContain('4 traces de votre État ont été effacées')
    expect(reportText('en', whole())).toContain('Details of records before 64 were removed')
    expect(reportCsv(whole())).toContain('"BASIS","DETAILS_FROM","","",64,""')
    expect(reportCsv(whole())).toContain('"BASIS","ERASED_IN_STATE","","",4,""')
  })

  it('judges nobody', () => {
    for (const language of ['en', 'fr'] as const)
      expect(reportText(language, whole())).not.toMatch(/guilt|suspect|misuse|abuse|coupable|fautif|abus/i)
  })

  it('is steered by nothing that an officer wrote', () => {
    const text = reportText('en', whole())
    const [row] = text.split('\n').filter((line) => line.includes('HYPERLINK'))
    expect(row).toMatch(/^\| =HYPERLINK/)
    expect(text).not.toMatch(/^# \[click/m)
    expect(text).not.toContain('https://evil')
    expect(row!.replace(/\\./g, '').match(/[|<`[]/g)).toEqual(['|', '|', '|', '|', '|', '|'])
    expect(reportCsv(whole())).toContain(`"'=HYPERLINK(""https://evil.example"")`)
  })
})
