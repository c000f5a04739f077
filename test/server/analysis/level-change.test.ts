import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type LevelChange,
  levelChanges,
  type Scanning,
  type Series,
} from '../../../server/analysis/level-change.ts'
import { type Random, seeded } from '../../../server/analysis/random.ts'

const FIRST = 540
function seriesOf(rows: number[][]): Series {
  return {
    ...{ corridors: rows.length, months: rows[0]?.length ?? 0, first: FIRST },
    counts: Uint32Array.from(rows.flat()),
  }
}

/** A Poisson number, drawn. */
function poisson(mean: number, random: Random): number {
  let [count, left] = [0, random.unit()]
  for (let term = Math.exp(-mean); left >= term && count < 500; term *= mean / ++count) left -= term
  return count
}
const months = (count: number, mean: (month: number) => number, random: Random) =>
  Array.from({ length: count }, (_, month) => poisson(mean(month), random))

/** The likeliest change of one corridor by two Poisson levels, looked for over plain lists. */
function naive(row: number[], { spans, margin }: { spans: number[]; margin: number }) {
  const mean = row.map((_, month) => {
    const same = row.filter((__, other) => (other - month) % 12 === 0)
    return same.reduce((sum, one) => sum + one, 0) / same.length
  })
  const sum = (list: number[], from: number, to: number) =>
    list.slice(from, to).reduce((all, one) => all + one, 0)
  /** ln of the chance of these months under one level each for two parts, less what no level changes. */
  const likelihood = (from: number, to: number) => {
    const [count, expected] = [sum(row, from, to), sum(mean, from, to)]
    return count === 0 ? 0 : count * Math.log(count / expected) - count
  }
  let best = { month: -1, strength: 0, span: 0 }
  for (const span of spans)
    for (let month = margin; month <= row.length - margin; month++) {
      const [from, to] = [Math.max(0, month - span), Math.min(row.length, month + span)]
      const strength = likelihood(from, month) + likelihood(month, to) - likelihood(from, to)
      if (strength > best.strength + 1e-9) best = { month, strength, span }
    }
  return best
}

describe('changes of level', () => {
  it('are where two Poisson levels are likelier than one', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(9), { minLength: 30, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (row, margin) => {
          const spans = [12, 24]
          const { month, strength } = naive(row, { spans, margin })
          // With every change named, the first cut is the strongest; the others lie on either side.
          const found = await levelChanges(seriesOf([row]), { alpha: 0.999, rounds: 9, spans, margin })
          if (strength > 1e-9 && found.length > 0) {
            expect(found.map((one) => one.month - FIRST)).toContain(month)
            compared += 1
          }
          for (const one of found) expectWhole(row, one)
        },
      ),
      { numRuns: 60 },
    )
    expect(compared).toBeGreaterThan(30)
  })

  it('are named, with when they may have been, where a level halves, and not where only the season turns', async () => {
    const random = seeded(7)
    const season = (month: number) => 6 * (1 + 0.9 * Math.sin((month / 6) * Math.PI))
    const rows = [
      months(96, season, random),
      months(96, (month) => season(month) * (month < 50 ? 1.4 : 0.3), random),
      months(96, (month) => season(month) * (month < 40 ? 0.2 : 1), random),
      Array.from({ length: 96 }, () => 0),
    ]
    const found = await levelChanges(seriesOf(rows))
    expect(found.map(({ corridor, rose }) => [corridor, rose])).toEqual([
      [1, false],
      [2, true],
    ])
    const true_ = [0, 50, 40]
    for (const { corridor, earliest, latest, chance } of found) {
      expect(earliest - FIRST).toBeLessThanOrEqual(true_[corridor]! + 1)
      expect(latest - FIRST).toBeGreaterThanOrEqual(true_[corridor]! - 1)
      expect(latest - earliest).toBeLessThan(8)
      expect(chance).toBeLessThanOrEqual(0.05)
    }
    // The season itself is a change of level to whoever leaves it out of account within a year.
    const blind = await levelChanges(seriesOf(rows.slice(0, 1)), { season: false, spans: [6], margin: 3 })
    expect(blind.length).toBeGreaterThan(0)
  })

  it('are named without cause as seldom as the rate says, in seasons and bursts too', async () => {
    const [questions, alpha] = [200, 0.1]
    let named = 0
    for (let question = 0; question < questions; question++) {
      const random = seeded(11, question)
      const rows = Array.from({ length: 5 }, (_, corridor) => {
        const season = (month: number) => (1 + corridor) * (1 + 0.7 * Math.sin((month / 6) * Math.PI))
        // Bursts: some months have three times as many.
        return months(60, (month) => season(month) * (random.unit() < 0.2 ? 3 : 1), random)
      })
      const found = await levelChanges(seriesOf(rows), { alpha, rounds: 39, seed: question })
      named += found.length > 0 ? 1 : 0
    }
    // Three standard deviations above 20.
    expect(named).toBeLessThanOrEqual(32)
    expect(named).toBeGreaterThanOrEqual(7)
  })

  it('are the same for the same seed, and none of nothing, of one incident, or of a year', async () => {
    const rows = [months(60, (month) => (month < 30 ? 5 : 1), seeded(3))]
    expect(await levelChanges(seriesOf(rows), { seed: 4 })).toEqual(
      await levelChanges(seriesOf(rows), { seed: 4 }),
    )
    expect(await levelChanges(seriesOf([]))).toEqual([])
    expect(await levelChanges(seriesOf([Array(60).fill(0)]))).toEqual([])
    expect(await levelChanges(seriesOf([[...Array(59).fill(0), 1]]))).toEqual([])
    expect(await levelChanges(seriesOf([[...Array(6).fill(40), ...Array(6).fill(0)]]))).toEqual([])
    expect(await levelChanges(seriesOf([[...Array(30).fill(0), 500, ...Array(29).fill(0)]]))).toEqual([])
  })

  it('are not looked for with options that make no sense, nor after an abort', async () => {
    const series = seriesOf([Array(40).fill(1)])
    for (const wrong of [{ alpha: 0 }, { rounds: 18 }, { margin: 0 }, { spans: [0.5] }] as Scanning[])
      await expect(levelChanges(series, wrong)).rejects.toThrow(RangeError)
    await expect(levelChanges({ ...series, months: 3 })).rejects.toThrow(RangeError)
    await expect(levelChanges(series, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    )
    const seen: number[] = []
    await levelChanges(series, { progress: (fraction) => seen.push(fraction) })
    expect(seen).toEqual([0, 1])
  })
})

function expectWhole(row: number[], one: LevelChange): void {
  const count = (from: number, to: number) =>
    row.slice(from - FIRST, to - FIRST).reduce((all, month) => all + month, 0)
  expect([one.before, one.after]).toEqual([count(one.from, one.month), count(one.month, one.to)])
  expect(one.expectedBefore + one.expectedAfter).toBeCloseTo(one.before + one.after, 6)
  expect(one.rose).toBe(one.before < one.expectedBefore)
  expect(one.earliest <= one.month && one.month <= one.latest).toBe(true)
}
