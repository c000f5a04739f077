import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flowOf, type LegSays } from '../../../server/analysis/flow.ts'
import { monthsIn } from '../../../server/analysis/incidents.ts'
import { beforeAndAfter } from '../../../server/analysis/intervention.ts'
import { firstDayOf, monthOf, monthsLater } from '../../../server/analysis/months.ts'
import { profilesOf } from '../../../server/analysis/profiles.ts'
import { columnsOf, drawnIncidents } from './incidents-drawn.ts'

type Says = {
  leg: number
  from: number
  to: number
  means: number[]
  unit: number
  feeMin: number
  feeMax: number
}
function saysOf(list: Says[]): LegSays {
  const pairs = list.flatMap(({ means }, at) => means.map((one) => [at, one] as const))
  const column = (of: Exclude<keyof Says, 'means'>) => list.map((one) => one[of])
  return {
    ...{
      count: list.length,
      leg: column('leg'),
      from: column('from'),
      to: column('to'),
      unit: column('unit'),
    },
    ...{ feeMin: column('feeMin'), feeMax: column('feeMax') },
    means: profilesOf(
      list.length,
      9,
      pairs.map(([at]) => at),
      pairs.map(([, one]) => one),
    ),
  }
}
const NOTHING = saysOf([])
const day = (date: string) => Date.parse(date) / 86_400_000
const month = (date: string) => monthOf(day(date))
const open = fc.oneof(fc.integer({ min: 15_900, max: 17_100 }), fc.constant(Number.NaN))
const drawnSays = fc.array(
  fc.record({
    leg: fc.nat(3),
    from: open,
    to: open,
    means: fc.uniqueArray(fc.nat(8), { maxLength: 2 }),
    unit: fc.integer({ min: -1, max: 1 }),
    feeMin: fc.oneof(fc.nat(50), fc.constant(Number.NaN)),
    feeMax: fc.oneof(fc.integer({ min: 50, max: 90 }), fc.constant(Number.NaN)),
  }),
  { maxLength: 6 },
)

describe('months', () => {
  it('are those of the calendar, and a day keeps its number where the month has it', () => {
    expect([month('1970-01-31'), month('1969-12-31'), month('2016-02-29')]).toEqual([0, -1, 553])
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (one) => {
        expect(firstDayOf(monthOf(one)) <= one && one < firstDayOf(monthOf(one) + 1)).toBe(true)
        expect(monthOf(monthsLater(one, 7))).toBe(monthOf(one) + 7)
      }),
    )
    expect(monthsLater(day('2015-01-31'), 1)).toBe(day('2015-02-28'))
    expect(monthsLater(day('2016-03-15'), -12)).toBe(day('2015-03-15'))
  })
})

describe('flow over legs and time', () => {
  const span = { from: month('2014-01-01'), to: month('2016-01-01') }

  it('is, leg by leg and month by month, what a plain count gives', () => {
    fc.assert(
      fc.property(drawnIncidents, drawnSays, (list, says) => {
        const { flows, undated, nowhere } = flowOf(columnsOf(list), saysOf(says), span)
        const cells = Array.from({ length: 4 }, (_, leg) =>
          Array.from({ length: span.to - span.from }, (_, at) => ({ leg, month: span.from + at })),
        ).flat()
        const naive = cells.flatMap((cell) => {
          const here = list.filter((one) => one.leg === cell.leg && monthOf(one.day) === cell.month)
          if (here.length === 0) return []
          const holds = says.filter(
            ({ leg, from, to }) =>
              leg === cell.leg && !(monthOf(from) > cell.month) && !(monthOf(to) < cell.month),
          )
          const fees = [0, 1].flatMap((unit) => {
            const known = holds
              .filter((one) => one.unit === unit)
              .flatMap(({ feeMin, feeMax }) => [feeMin, feeMax])
              .filter((fee) => !Number.isNaN(fee))
            return known.length > 0 ? [{ unit, least: Math.min(...known), most: Math.max(...known) }] : []
          })
          const counted = here.filter(({ persons }) => persons >= 0)
          return [
            {
              ...{ ...cell, incidents: here.length, uncounted: here.length - counted.length, fees },
              persons: counted.reduce((sum, { persons }) => sum + persons, 0),
              means: [...new Set(holds.flatMap(({ means }) => means))].sort((a, b) => a - b),
            },
          ]
        })
        expect(flows).toEqual(naive)
        expect(undated).toBe(list.filter((one) => Number.isNaN(one.day)).length)
        expect(nowhere).toBe(list.filter(({ leg }) => leg < 0).length)
      }),
    )
  })

  it('of nothing is nothing, and of one without a number says so', () => {
    expect(flowOf(columnsOf([]), NOTHING, span)).toEqual({ flows: [], undated: 0, nowhere: 0 })
    expect(monthsIn(columnsOf([{ leg: 1 }]))).toBeNull()
    const [only] = flowOf(columnsOf([{ day: day('2015-05-05'), leg: 2 }]), NOTHING, span).flows
    expect(only).toEqual({
      ...{ leg: 2, month: month('2015-05-01'), incidents: 1, persons: 0, uncounted: 1, means: [], fees: [] },
    })
    expect(monthsIn(columnsOf([{ day: day('2015-05-05') }]))).toEqual({
      ...{ from: month('2015-05-01'), to: month('2015-06-01') },
    })
  })

  it('refuses columns and months that are none', () => {
    const one = columnsOf([{ day: 16_000, leg: 0 }])
    expect(() => flowOf({ ...one, count: 2 }, NOTHING, span)).toThrow('expected columns of 2')
    expect(() => flowOf({ ...one, leg: [-2] }, NOTHING, span)).toThrow(RangeError)
    expect(() => flowOf({ ...one, persons: [0.5] }, NOTHING, span)).toThrow(RangeError)
    expect(() => flowOf({ ...one, day: [Number.POSITIVE_INFINITY] }, NOTHING, span)).toThrow(RangeError)
    expect(() => flowOf(one, NOTHING, { from: 5, to: 5 })).toThrow(RangeError)
  })
})

describe('before and after an intervention', () => {
  const at = day('2015-06-15')
  const asked = { day: at, legs: [0, 2, 2], before: 5, after: 7 }

  it('counts each month from the day, on its legs alone', () => {
    fc.assert(
      fc.property(drawnIncidents, (list) => {
        const answer = beforeAndAfter(columnsOf(list), asked)
        const between = (from: number, to: number) =>
          list.filter(
            (one) =>
              (one.leg === 0 || one.leg === 2) &&
              one.day >= monthsLater(at, from) &&
              one.day < monthsLater(at, to),
          ).length
        expect(answer.monthsBefore).toEqual([-5, -4, -3, -2, -1].map((from) => between(from, from + 1)))
        expect(answer.monthsAfter).toEqual([0, 1, 2, 3, 4, 5, 6].map((from) => between(from, from + 1)))
        expect(answer.daysBefore + answer.daysAfter).toBe(monthsLater(at, 7) - monthsLater(at, -5))
      }),
    )
  })

  it('says what it cannot tell: of few, of none, of bursts, and of half a year', () => {
    const days = (count: number, from: number, step: number) =>
      Array.from({ length: count }, (_, nth) => ({ day: from + nth * step, leg: 0 }))
    const even = beforeAndAfter(columnsOf([...days(36, at - 360, 10), ...days(6, at + 1, 60)]), {
      day: at,
      legs: [0],
    })
    expect(even).toMatchObject({ reading: 'FELL', wholeYears: true })
    expect(even.dispersion).toBeLessThan(1)
    const burst = beforeAndAfter(columnsOf(days(36, at - 300, 0)), { day: at, legs: [0], after: 6 })
    expect(burst).toMatchObject({ reading: 'FELL', wholeYears: false, low: 0 })
    expect(burst.dispersion).toBeGreaterThan(30)
    const none = beforeAndAfter(columnsOf([]), { day: at, legs: [0] })
    expect(none).toMatchObject({ reading: 'TOO_FEW', dispersion: Number.NaN, ratio: Number.NaN })
    expect(beforeAndAfter(columnsOf(days(1, at, 0)), { day: at, legs: [0] }).reading).toBe('TOO_FEW')
    expect(() => beforeAndAfter(columnsOf([]), { day: at, legs: [], before: 0 })).toThrow(RangeError)
    expect(() => beforeAndAfter(columnsOf([]), { day: Number.NaN, legs: [] })).toThrow(RangeError)
  })
})
