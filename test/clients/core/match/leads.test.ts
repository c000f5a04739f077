import { beforeEach, describe, expect, it } from 'vitest'
import { checkSample } from '../../../../clients/core/match/check.ts'
import { type MatchLead, matchLeads } from '../../../../clients/core/match/leads.ts'
import { type Openings, openingsOf } from '../../../../clients/core/match/openings.ts'
import type { Selector } from '../../../../clients/core/match/selectors.ts'
import { runsIn } from '../../../../clients/core/match/sequence.ts'
import type { SelectorType } from '../../../../schema/wire/match.ts'
import { AICHA, type Month, openMonth, phones, sampled } from './month.ts'

let month: Month
beforeEach(async () => {
  month = await openMonth()
})

type Options = { share?: number; cases?: string[]; placed?: number; zone?: string; opened?: boolean }

/** The leads of a month all of which was opened, by an officer who knows the case. */
async function leads({
  share = 100,
  cases = ['NE-1'],
  placed = 0,
  zone = 'UTC',
  opened = true,
}: Options = {}) {
  const sample = sampled(month.orders, { share })
  const log = { get: async (order: string) => month.logs.get(order) ?? null }
  const sent: Openings = {
    ...{ format: 'portolan.match-openings.1', instance: 'test-instance', month: '2026-11', padding: '' },
    ...{ auditor: 'ne-audit', person: AICHA, made: '2026-12-02T08:00:00.000Z' },
    ...(await openingsOf(sample, AICHA, log)),
  }
  const known = {
    orders: month.orders,
    cases: new Map([[AICHA, new Set(cases)]]),
    placed: new Map([[AICHA, new Set(Array.from({ length: placed }, (_, at) => `${at}`))]]),
  }
  return matchLeads(known, checkSample(sample, month.orders, opened ? [sent] : []), zone)
}

/** Telephones of which none is near another. */
const apart = (count: number, nth = 0) => phones(count, 10_000_000 + nth * 20 * 3_001, 3_001)
const lead = (kind: MatchLead['lead'], count: number, of: number, examples: string[]): MatchLead => ({
  ...{ person: AICHA, lead: kind, count, of, examples },
})

describe('leads', () => {
  it('are none where somebody asks about what a case brings', async () => {
    for (const day of ['03', '04', '05', '06'])
      month.ask(AICHA, apart(20, Number(day)), { at: `2026-11-${day}T14:00:00.000Z` })
    month.ask(AICHA, apart(9, 7), { at: '2026-11-07T23:30:00.000Z' })
    month.ask(AICHA, phones(4))
    expect(await leads()).toEqual([])
  })

  it('tell of what was not opened, and of what was opened wrongly', async () => {
    month.ask(AICHA, apart(3))
    expect(await leads({ opened: false })).toEqual([lead('MISSING', 3, 3, ['NE-1'])])
    const [[id, all]] = [...month.logs] as [[string, NonNullable<ReturnType<typeof month.logs.get>>]]
    month.logs.set(id, [{ ...all[0]!, normal: '+22711111111' }, ...all.slice(1)])
    expect(await leads()).toEqual([lead('WRONG', 1, 3, ['NE-1'])])
  })

  it('tell of a case that the officer worked on nowhere else', async () => {
    for (const reference of ['NE-1', 'NE-3', 'NE-2']) month.ask(AICHA, apart(1), { case: reference })
    expect(await leads()).toEqual([lead('CASE_UNKNOWN', 2, 3, ['NE-2', 'NE-3'])])
  })

  it('tell of a commitment that stands twice, in one order or in two', async () => {
    const { order } = month.ask(AICHA, apart(3))
    order.commitments[2] = order.commitments[0]!
    month.logs.get(order.id)!.splice(2)
    expect(await leads({ opened: false })).toContainEqual(lead('REPEATED', 1, 3, ['NE-1']))
    month.ask(AICHA, apart(1)).order.commitments[0] = order.commitments[0]!
    expect(await leads({ opened: false })).toContainEqual(lead('REPEATED', 2, 4, ['NE-1']))
  })

  it('tell of a budget that is nearly spent day after day, and of no single busy day', async () => {
    const busy = (day: number) => {
      for (let i = 0; i < 9; i++)
        month.ask(AICHA, apart(20, 9 * day + i), { at: `2026-11-${10 + day}T14:00:00.000Z` })
    }
    busy(0)
    busy(1)
    expect(await leads()).toEqual([])
    busy(2)
    expect(await leads()).toEqual([lead('NEAR_BUDGET', 3, 3, ['2026-11-10', '2026-11-11', '2026-11-12'])])
    for (const day of ['21', '22', '23', '24'])
      month.ask(AICHA, apart(1, Number(day) + 100), { at: `2026-11-${day}T14:00:00.000Z` })
    expect(await leads()).toEqual([])
  })

  it('tell of nights, where the officer is', async () => {
    month.ask(AICHA, apart(10), { at: '2026-11-10T21:30:00.000Z' })
    month.ask(AICHA, apart(5, 1), { at: '2026-11-11T05:30:00.000Z' })
    expect(await leads({ zone: 'UTC' })).toEqual([])
    expect(await leads({ zone: 'Africa/Niamey' })).toEqual([lead('NIGHT', 10, 15, ['2026-11-10'])])
    month.ask(AICHA, apart(5, 2), { at: '2026-11-12T00:00:00.000Z' })
    expect(await leads({ zone: 'UTC' })).toContainEqual(lead('NIGHT', 10, 20, ['2026-11-11', '2026-11-12']))
  })

  it('tell of renewals of which no card has the tokens', async () => {
    month.ask(AICHA, apart(12), { aim: 'SEAL' })
    expect(await leads()).toEqual([])
    month.ask(AICHA, [...apart(20, 1), ...apart(10, 2)], { aim: 'RENEW', at: '2026-11-10T02:00:00.000Z' })
    expect(await leads({ placed: 42 })).toEqual([])
    expect(await leads({ placed: 12 })).toEqual([lead('RENEWED_WITHOUT_CARDS', 30, 42, ['NE-1'])])
  })

  it('tell of numbers that are asked through, also where one in five was opened', async () => {
    for (let i = 0; i < 25; i++) month.ask(AICHA, phones(20, 90_000_000 + 20 * i))
    expect(await leads()).toEqual([lead('SEQUENCE', 500, 500, ['+22790000000 – +22790000499'])])
    month.ask(AICHA, phones(6, 80_000_000))
    const both = ['+22790000000 – +22790000499', '+22780000000 – +22780000005']
    expect(await leads()).toEqual([lead('SEQUENCE', 506, 506, both)])
    const [found] = await leads({ share: 20 })
    expect(found).toMatchObject({ lead: 'SEQUENCE', of: 102 })
    expect(found!.count).toBeGreaterThanOrEqual(5)
  })
})

describe('a sequence', () => {
  const of = (type: SelectorType, ...normals: string[]): Selector[] =>
    normals.map((normal) => ({ type, normal }))
  const five = (normal: (at: number) => string) => Array.from({ length: 5 }, (_, at) => normal(at))

  it.each<[SelectorType, (at: number) => string]>([
    ['PHONE', (at) => `+2279012345${at}`],
    ['PLATE', (at) => `NE:8B${1230 + at}`],
    ['PLATE', (at) => `FR:AB${123 + at}CD`],
    ['IMEI', (at) => `35693803564380${at}${(7 * at) % 10}`.slice(-15)],
    ['IMO', (at) => `90747${20 + at}${(3 * at) % 10}`],
    ['IBAN', (at) => `NE${90 - 7 * at}NE058010010013050460868${0 + at}`],
    ['VIN', (at) => `1M8GDM9A${at}KP04278${at}`],
    ['HANDLE', (at) => `telegram:driver${at + 20}`],
    ['DOCUMENT', (at) => `NE:P1234${at}`],
    ['MMSI', (at) => `61412345${at}`],
  ])('of %s is seen, whatever the check digits', (type, normal) => {
    const [run] = runsIn(of(type, ...five(normal).toReversed()), 1)
    expect(run).toEqual({ type, first: normal(0), last: normal(4), count: 5 })
  })

  it('is none of four, of one number five times, of two types, or of what no number orders', () => {
    expect(runsIn(phones(4), 1)).toEqual([])
    expect(runsIn([...phones(1), ...phones(1), ...phones(4, 95_000_000)], 1)).toEqual([])
    expect(runsIn([...phones(3), ...of('MMSI', '90000003', '90000004')], 1)).toEqual([])
    expect(runsIn(phones(5, 90_000_000, 2), 1)).toEqual([])
    expect(runsIn(of('WALLET', ...five((at) => `bc1q${at}`)), 1)).toEqual([])
    expect(runsIn(of('HANDLE', 'telegram:abc'), 1)).toEqual([])
  })

  it('of a hundredth of what was asked has gaps, and numbers far apart are none', () => {
    const every = (step: number) => phones(6, 90_000_000, step)
    expect(runsIn(every(100), 0.01)).toHaveLength(1)
    expect(runsIn(every(299), 0.01)).toHaveLength(1)
    expect(runsIn(every(301), 0.01)).toEqual([])
    expect(runsIn(every(100), 0.5)).toEqual([])
    // Of four digits sixty plates lie near each other by chance.
    const plates = Array.from({ length: 60 }, (_, at) => `NE:AA${String(at * 160).padStart(4, '0')}`)
    expect(runsIn(of('PLATE', ...plates), 0.01)).toEqual([])
  })
})
