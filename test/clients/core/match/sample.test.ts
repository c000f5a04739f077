import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  draw,
  entriesOf,
  isDrawn,
  partOf,
  Sample,
  type SampleEntry,
} from '../../../../clients/core/match/sample.ts'
import { AICHA, type Month, openMonth, phones, SALIF, SEED, sampled } from './month.ts'

let month: Month
beforeAll(async () => {
  month = await openMonth()
  for (let i = 0; i < 30; i++) month.ask(AICHA, phones(20, 90_000_000 + 20 * i))
  month.ask(SALIF, phones(1), { case: 'NE-2' })
})

const entry = (person: string, order: number, position = 0): SampleEntry => ({
  ...{ person, office: 'ne-dst', case: 'NE-1', time: '2026-11-10T10:00:00.000Z', position },
  order: String(order).padStart(22, '0'),
  commitment: Buffer.from(`${order} ${position}`.padEnd(32)).toString('base64url'),
})

describe('the draw', () => {
  it('takes a share of all, and of every officer at least one', () => {
    const { entries, orders, commitments } = sampled(month.orders)
    expect([orders, commitments]).toEqual([31, 601])
    expect(entries.map(({ person }) => person)).toContain(SALIF)
    expect(entries.filter(({ person }) => person === AICHA).length).toBeGreaterThanOrEqual(6)
    expect(entries.length).toBeLessThanOrEqual(8)
    expect(sampled(month.orders, { share: 100 }).entries).toHaveLength(601)
    expect(Sample.parse(sampled(month.orders))).toEqual(sampled(month.orders))
  })

  it('is never less than its share and never leaves an officer out, whoever asked how much', () => {
    const officers = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 })
    const share = fc.integer({ min: 1_000, max: 100_000 }).map((thousandths) => thousandths / 1_000)
    fc.assert(
      fc.property(officers, share, fc.string(), (counts, percent, seed) => {
        const all = counts.flatMap((count, officer) =>
          Array.from({ length: count }, (_, at) => entry(`o${officer}`, officer, at)),
        )
        const drawn = draw(all, { seed, share: percent })
        expect(drawn.length * 100).toBeGreaterThanOrEqual(all.length * percent - 1e-6)
        expect(drawn.length).toBeLessThanOrEqual(Math.ceil((all.length * percent) / 100) + counts.length)
        expect(new Set(drawn.map(({ person }) => person)).size).toBe(counts.length)
        expect(new Set(drawn).size).toBe(drawn.length)
      }),
    )
  })

  it('follows from the seed and the records, and from nothing else', () => {
    const all = entriesOf(month.orders)
    const once = draw(all, { seed: SEED, share: 1 })
    expect(draw(all, { seed: SEED, share: 1 })).toEqual(once)
    expect(new Set(draw(all.toReversed(), { seed: SEED, share: 1 }))).toEqual(new Set(once))
    expect(draw(all, { seed: `${SEED.slice(1)}A`, share: 1 })).not.toEqual(once)
    // Each is drawn as often as any other.
    const times = new Map<SampleEntry, number>()
    const some = Array.from({ length: 100 }, (_, at) => entry('o', at))
    for (let i = 0; i < 400; i++)
      for (const one of draw(some, { seed: `${i}`, share: 10 })) times.set(one, (times.get(one) ?? 0) + 1)
    expect(times.size).toBe(100)
    expect(Math.max(...times.values())).toBeLessThan(70)
    expect(Math.min(...times.values())).toBeGreaterThan(15)
  })
})

describe('a second auditor', () => {
  it('draws the same of the same records, also of a month that was not over', () => {
    const sample = sampled(month.orders)
    expect(isDrawn(sample, month.orders)).toBe(true)
    const early = sampled(month.orders, { until: '2026-11-20T00:00:00.000Z' })
    const later = { ...month.orders[0]!, at: Date.parse('2026-11-25T10:00:00.000Z') }
    expect(isDrawn(early, [...month.orders, later])).toBe(true)
  })

  it.each<[string, (sample: Sample) => Sample]>([
    ['another seed', (sample) => ({ ...sample, seed: `A${SEED.slice(1)}` })],
    ['an entry less', (sample) => ({ ...sample, entries: sample.entries.slice(1) })],
    ['one officer alone', (sample) => partOf(sample, AICHA)],
    [
      'another entry in its place',
      (sample) => ({ ...sample, entries: [entriesOf(month.orders)[3]!, ...sample.entries.slice(1)] }),
    ],
    ['another count', (sample) => ({ ...sample, commitments: sample.commitments - 1 })],
  ])('finds out %s', (_, bend) => {
    expect(isDrawn(bend(sampled(month.orders)), month.orders)).toBe(false)
  })

  it('finds out that the draw left orders out', () => {
    expect(isDrawn(sampled(month.orders.slice(3)), month.orders)).toBe(false)
  })
})

it('an officer is handed his own entries and no colleague’s', () => {
  const part = partOf(sampled(month.orders), SALIF)
  expect(JSON.stringify(part)).not.toContain(AICHA)
  expect(part.entries).toHaveLength(1)
})
