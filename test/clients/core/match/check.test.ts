import { beforeAll, describe, expect, it } from 'vitest'
import { checkSample, countsOf, type Flaw, type Verdict } from '../../../../clients/core/match/check.ts'
import type { Commitment } from '../../../../clients/core/match/commitments.ts'
import { type Opening, type Openings, openingsOf } from '../../../../clients/core/match/openings.ts'
import type { Ordered } from '../../../../clients/core/match/records.ts'
import type { Sample } from '../../../../clients/core/match/sample.ts'
import { Fault } from '../../../../schema/wire/fault.ts'
import { AICHA, type Month, openMonth, phones, SALIF, sampled } from './month.ts'

let month: Month
let sample: Sample
beforeAll(async () => {
  month = await openMonth()
  month.ask(AICHA, phones(4))
  month.ask(SALIF, phones(2, 80_000_000), { case: 'NE-2' })
  sample = sampled(month.orders, { share: 100 })
})

const log = (logs = month.logs) => ({ get: async (order: string) => logs.get(order) ?? null })

async function sentBy(person: string, bend: (opening: Opening) => Opening = (one) => one): Promise<Openings> {
  const { openings, missing } = await openingsOf(sample, person, log())
  return {
    ...{ format: 'portolan.match-openings.1', instance: 'test-instance', month: '2026-11', padding: '' },
    ...{ auditor: 'ne-audit', person, made: '2026-12-02T08:00:00.000Z', missing },
    openings: openings.map(bend),
  }
}

type Said = [Verdict, Flaw[]]
const said = (sent: Openings[], orders: Ordered[] = month.orders, of = sample): Said[] =>
  checkSample(of, orders, sent).map(({ verdict, flaws }) => [verdict, flaws])

/** What is said of the first entry, where only that one is bent. */
async function saidOfFirst(bend: (opening: Opening) => Opening): Promise<Said> {
  const first = sample.entries[0]!.commitment
  const all = said([await sentBy(AICHA, (one) => (one.commitment === first ? bend(one) : one))])
  expect(all.slice(1, 4)).toEqual(Array(3).fill(['AGREES', []]))
  return all[0]!
}

describe('what an officer opens', () => {
  it('agrees where it is what he committed to, what was evaluated, and what is on record', async () => {
    const checked = checkSample(sample, month.orders, [await sentBy(AICHA), await sentBy(SALIF)])
    expect(checked.map(({ verdict }) => verdict)).toEqual(Array(6).fill('AGREES'))
    expect(checked.map(({ selector }) => selector)).toEqual([...phones(4), ...phones(2, 80_000_000)])
    expect(countsOf(month.orders, checked)).toEqual([
      { person: AICHA, asked: 4, drawn: 4, AGREES: 4, WRONG: 0, MISSING: 0, UNSENT: 0 },
      { person: SALIF, asked: 2, drawn: 2, AGREES: 2, WRONG: 0, MISSING: 0, UNSENT: 0 },
    ])
  })

  it.each<[string, (one: Opening) => Opening, Flaw[]]>([
    ['another selector', (one) => ({ ...one, normal: '+22799999999' }), ['commitment', 'element']],
    ['another type', (one) => ({ ...one, type: 'IMO' }), ['commitment', 'element']],
    ['another salt', (one) => ({ ...one, salt: 'A'.repeat(43) }), ['commitment']],
    ['another blind', (one) => ({ ...one, blind: `A${'B'.repeat(41)}A` }), ['element']],
    ['a blind that is none', (one) => ({ ...one, blind: 'A'.repeat(43) }), ['element']],
    ['another case', (one) => ({ ...one, case: 'NE-9' }), ['case']],
    ['another aim', (one) => ({ ...one, aim: 'RENEW' }), ['about']],
    ['another time', (one) => ({ ...one, at: '2026-11-10T10:00:01.000Z' }), ['about']],
    ['another year', (one) => ({ ...one, epoch: 2027 }), ['about', 'commitment', 'element']],
  ])('and has %s does not agree', async (_, bend, flaws) => {
    expect(await saidOfFirst(bend)).toEqual(['WRONG', flaws])
  })

  it('is found out where he committed to one selector and had another evaluated', async () => {
    const [mine, other] = month.orders as [Ordered, Ordered]
    const elements = [other.order.elements[0]!, ...mine.order.elements.slice(1)]
    const bent = [{ ...mine, order: { ...mine.order, elements } }, other]
    expect(said([await sentBy(AICHA)], bent)[0]).toEqual(['WRONG', ['element']])
  })

  it('is missing where his log does not have it, or cannot be read, and he says so', async () => {
    const kept = new Map([...month.logs].map(([order, all]) => [order, all.slice(1)]))
    const { openings, missing } = await openingsOf(sample, AICHA, log(kept))
    expect([openings.length, missing.length]).toEqual([3, 1])
    const sent = { ...(await sentBy(AICHA)), openings, missing }
    expect(said([sent])).toEqual([
      ['MISSING', []],
      ...Array(3).fill(['AGREES', []]),
      ...Array(2).fill(['UNSENT', []]),
    ])
    const broken = (fault: Error) => ({ get: (): Promise<Commitment[]> => Promise.reject(fault) })
    const gone = await openingsOf(sample, AICHA, broken(new Fault('SEAL', 'damaged')))
    expect(gone.missing).toHaveLength(4)
    await expect(openingsOf(sample, AICHA, broken(new Error('disk')))).rejects.toThrow('disk')
  })

  it('is his own: a colleague opens nothing in his place, and spoils nothing', async () => {
    const mine = await sentBy(AICHA)
    const theirs = { ...mine, person: SALIF }
    expect(said([theirs])[0]).toEqual(['WRONG', ['person']])
    const spoilt = { ...theirs, openings: theirs.openings.map((one) => ({ ...one, case: 'NE-9' })) }
    expect(said([mine, spoilt])[0]).toEqual(['AGREES', []])
    expect(said([{ ...theirs, openings: [], missing: mine.openings }])[0]).toEqual(['UNSENT', []])
  })
})

it('a sample that no record gave is told', async () => {
  const [first, ...rest] = sample.entries
  const bent = { ...sample, entries: [{ ...first!, case: 'NE-9' }, ...rest] }
  expect(said([await sentBy(AICHA)], month.orders, bent)[0]).toEqual(['WRONG', ['record']])
  expect(said([], [month.orders[1]!])[0]).toEqual(['WRONG', ['record']])
})
