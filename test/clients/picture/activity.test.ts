import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ActivityPicture, drawActivity } from '../../../clients/picture/activity.ts'
import { monthNumber, monthOf, niceStep } from '../../../clients/picture/activity-months.ts'
import { hostile, STAMP } from './parts.ts'
import { count, faultsOfXml } from './xmllint.ts'

const main = [
  ...[40, 47, 54, 61].map((count, i) => ({ month: `2016-0${i + 4}`, count })),
  ...[3, 0, 5].map((count, i) => ({ month: `2016-${String(i + 8).padStart(2, '0')}`, count })),
]
const whole: ActivityPicture = {
  ...{ language: 'en', title: 'Activity over time: Agadez-Sabha', stamp: STAMP },
  series: [
    { name: 'Agadez-Sabha', months: main, band: main.map(({ month }) => ({ month, low: 30, high: 75 })) },
    {
      name: 'Agadez-Sabha-bypass',
      months: [
        { month: '2016-09', count: 12 },
        { month: '2017-01', count: 20 },
      ],
    },
  ],
  interventions: [{ at: '2016-08-15', label: 'Systematic controls' }],
}
const draw = (more: Partial<ActivityPicture> = {}) => drawActivity({ ...whole, ...more })
const bars = (svg: string) => count(svg, '//*[local-name()="rect"][@fill="#0b5394"]')

describe('activity over time', () => {
  it('is a bar for each month that was reported on, none for one that was not', () => {
    const svg = draw()
    expect(bars(svg)).toBe(main.length + 2)
    expect(svg).toContain('No bar: no report of that month, which does not say that nothing happened')
    expect(svg).toContain('<title>Sept 2016: 0</title>')
    expect(svg).toContain(
      'Agadez-Sabha: 210 in all, most in Jul 2016 (61); Agadez-Sabha-bypass: 32 in all, most in Jan 2017 (20)',
    )
  })

  it('shows interventions and what was to be expected, and says so', () => {
    const svg = draw()
    expect(svg).toContain('>Systematic controls (2016-08-15)<')
    expect(svg).toContain('Band: where counts were to be expected')
    expect(draw({ interventions: [], series: [whole.series[1]!] })).not.toContain('Legend')
  })

  it('adds up what one month was given several times, and is the same octets in any order', () => {
    const split = [
      { month: '2016-08', count: 1 },
      { month: '2016-08', count: 2 },
    ]
    const months = [...main.filter(({ month }) => month !== '2016-08'), ...split]
    const once = draw()
    fc.assert(
      fc.property(fc.shuffledSubarray(months, { minLength: months.length }), fc.boolean(), (some, turned) => {
        const [first, second] = [{ ...whole.series[0]!, months: some }, whole.series[1]!]
        expect(draw({ series: turned ? [second, first] : [first, second] }) === once).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('is drawn of nothing, of one month and of many years', () => {
    const many = Array.from({ length: 600 }, (_, i) => ({
      month: monthOf(monthNumber('1980-01') + i),
      count: i * i,
    }))
    const svgs = [
      draw({ series: [], interventions: [] }),
      draw({ series: [{ name: 'one', months: [{ month: '2016-08', count: 3 }] }], interventions: [] }),
      draw({ series: [{ name: 'none', months: [] }] }),
      draw({ series: [{ name: 'many', months: many }], interventions: [] }),
    ]
    expect(faultsOfXml([...svgs, draw({ language: 'fr' })])).toBe('')
    expect(svgs[0]).toContain('Nothing to draw')
    expect(bars(svgs[3]!)).toBe(600)
  })

  it('refuses what is no month and no count', () => {
    for (const month of ['2016-13', '2016', '16-08', '2016-08-01', ''])
      expect(() => draw({ series: [{ name: 'x', months: [{ month, count: 1 }] }] }), month).toThrow(
        RangeError,
      )
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => draw({ series: [{ name: 'x', months: [{ month: '2016-08', count: bad }] }] })).toThrow(
        RangeError,
      )
  })

  it('keeps hostile names as text', () => {
    const svgs = fc.sample(hostile, { numRuns: 30, seed: 6 }).map((name) =>
      draw({
        title: name,
        series: [{ name, months: main }],
        interventions: [{ at: '2016-08', label: name }],
      }),
    )
    expect(faultsOfXml(svgs)).toBe('')
    expect(new Set(svgs.map(bars))).toEqual(new Set([main.length]))
  })

  it('has steps that people count in', () => {
    expect([1, 4, 61, 75, 77_777].map((top) => niceStep(top, 5))).toEqual([1, 1, 20, 20, 20_000])
  })
})
