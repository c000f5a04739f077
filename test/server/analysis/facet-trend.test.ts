import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { facetTrends, slopeOf } from '../../../server/analysis/facet-trend.ts'
import { firstDayOf, monthOf } from '../../../server/analysis/months.ts'
import { wilsonInterval } from '../../../server/analysis/rates.ts'
import { columnsOf, drawnIncidents } from './incidents-drawn.ts'

const FROM = 530
/** So many incidents on leg 0 in each quarter, of which so many have facet 1 and the others facet 2. */
const quartersOf = (all: number[], having: number[]) =>
  columnsOf(
    all.flatMap((count, quarter) =>
      Array.from({ length: count }, (_, nth) => ({
        ...{ day: firstDayOf(FROM + 3 * quarter) + nth, leg: 0 },
        facets: [nth < having[quarter]! ? 1 : 2],
      })),
    ),
  )

describe('the trend of a facet on a corridor', () => {
  it('is the shares of each quarter, by a plain count', () => {
    const span = { from: monthOf(16_050), to: monthOf(16_700) }
    fc.assert(
      fc.property(drawnIncidents, (list) => {
        const trends = facetTrends(columnsOf(list), { legs: [0, 1], ...span })
        const here = list.filter(
          (one) =>
            (one.leg === 0 || one.leg === 1) &&
            one.facets.length > 0 &&
            monthOf(one.day) >= span.from &&
            monthOf(one.day) < span.to,
        )
        expect(trends.map(({ facet }) => facet)).toEqual(
          [...new Set(here.flatMap(({ facets }) => facets))].sort((a, b) => a - b),
        )
        for (const { facet, quarters } of trends)
          quarters.forEach((quarter, at) => {
            const within = here.filter(
              ({ day }) => monthOf(day) >= span.from + 3 * at && monthOf(day) < span.from + 3 * at + 3,
            )
            const having = within.filter(({ facets }) => facets.includes(facet)).length
            expect(quarter).toEqual({
              ...{ month: span.from + 3 * at, all: within.length, having, share: having / within.length },
              ...wilsonInterval(having, within.length),
            })
          })
      }),
    )
  })

  it('has the slope of the least squares over single incidents, and the chance of their correlation', () => {
    const quarter = fc.record({ all: fc.nat(12), part: fc.nat(100) })
    fc.assert(
      fc.property(fc.array(quarter, { minLength: 2, maxLength: 8 }), (list) => {
        const all = list.map((one) => one.all)
        const having = list.map((one) => Math.round((one.all * one.part) / 100))
        const points = list.flatMap((one, at) =>
          Array.from({ length: one.all }, (_, nth) => [at, nth < having[at]! ? 1 : 0] as const),
        )
        const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length
        const [x, y] = [mean(0), mean(1)]
        const product = (a: 0 | 1, b: 0 | 1) =>
          points.reduce((sum, point) => sum + (point[a] - [x, y][a]!) * (point[b] - [x, y][b]!), 0)
        const { slope, chance, reading } = slopeOf(having, all, 0.95)
        const few = Math.min(y, 1 - y) * points.length < 4.5
        if (points.length === 0 || product(0, 0) < 1e-9 || few) {
          expect([reading, chance]).toEqual(['TOO_FEW', Number.NaN])
          return
        }
        expect(slope.value).toBeCloseTo(product(0, 1) / product(0, 0), 9)
        // Armitage 1955: n r² is the statistic.
        const z = Math.sqrt(points.length * (product(0, 1) ** 2 / (product(0, 0) * product(1, 1))))
        if (Math.abs(z - 1.959964) > 1e-6) expect(reading !== 'NOT_SHOWN').toBe(z > 1.959964)
        expect(slope.low <= slope.value && slope.value <= slope.high).toBe(true)
      }),
    )
  })

  it('is told where it rises or falls, and not where it stays or is rare', () => {
    const rising = facetTrends(quartersOf([20, 20, 20, 20], [2, 6, 11, 16]), {
      legs: [0],
      from: FROM,
      to: FROM + 12,
    })
    expect(rising.map(({ facet, reading }) => [facet, reading])).toEqual([
      [1, 'ROSE'],
      [2, 'FELL'],
    ])
    expect(rising[0]!.slope.value).toBeCloseTo(0.235, 3)
    expect(rising[0]!.slope.low).toBeGreaterThan(0)
    const asked = { legs: [0], from: FROM, to: FROM + 12 }
    expect(facetTrends(quartersOf([20, 20, 20, 20], [10, 9, 11, 10]), asked)[0]!.reading).toBe('NOT_SHOWN')
    expect(facetTrends(quartersOf([20, 20, 20, 20], [0, 0, 1, 3]), asked)[0]!.reading).toBe('TOO_FEW')
  })

  it('is none of nothing, of one, of one quarter alone, of one without facets or on another leg', () => {
    const asked = { legs: [0], from: FROM, to: FROM + 12 }
    const day = firstDayOf(FROM)
    expect(facetTrends(columnsOf([]), asked)).toEqual([])
    expect(
      facetTrends(
        columnsOf([
          { day, leg: 0 },
          { day, leg: 1, facets: [1] },
          { leg: 0, facets: [1] },
        ]),
        asked,
      ),
    ).toEqual([])
    const [one] = facetTrends(columnsOf([{ day, leg: 0, facets: [1] }]), asked)
    expect(one).toMatchObject({ reading: 'TOO_FEW', slope: { value: Number.NaN } })
    expect(one!.quarters.map(({ all, low, high }) => [all, low > 0, high])).toEqual([
      [1, true, 1],
      ...Array(3).fill([0, false, 1]),
    ])
    expect(facetTrends(quartersOf([40], [20]), asked).map(({ reading }) => reading)).toEqual([
      'TOO_FEW',
      'TOO_FEW',
    ])
    expect(() => facetTrends(columnsOf([]), { ...asked, confidence: 2 })).toThrow(RangeError)
    expect(() => facetTrends(columnsOf([]), { ...asked, to: FROM })).toThrow(RangeError)
  })
})
