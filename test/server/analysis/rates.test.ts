import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  betaQuantile,
  incompleteBeta,
  logGamma,
  normalAbove,
  normalTail,
} from '../../../server/analysis/chances.ts'
import { rateRatio, shareInterval, wilsonInterval } from '../../../server/analysis/rates.ts'

/** P(X ≥ count) of a binomial number, term by term. */
function naiveAtLeast(count: number, all: number, share: number): number {
  let [term, sum] = [(1 - share) ** all, 0]
  for (let x = 0; x <= all; x++) {
    if (x >= count) sum += term
    term *= ((all - x) / (x + 1)) * (share / (1 - share))
  }
  return sum
}

const counts = fc.record({ before: fc.nat(40), after: fc.nat(40) })
const lengths = fc.record({
  beforeLength: fc.double({ min: 0.5, max: 50, noNaN: true }),
  afterLength: fc.double({ min: 0.5, max: 50, noNaN: true }),
})

describe('the chances', () => {
  it('are those of binomial numbers, term by term', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(59),
        fc.integer({ min: 1, max: 99 }),
        (all, at, percent) => {
          const [count, share] = [1 + (at % all), percent / 100]
          expect(incompleteBeta(share, count, all - count + 1)).toBeCloseTo(
            naiveAtLeast(count, all, share),
            10,
          )
        },
      ),
    )
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1])
    // Half and half, of a hundred thousand: what a normal number says to five digits.
    expect(incompleteBeta(0.5, 50_100, 49_901)).toBeCloseTo(normalTail(99.5 / Math.sqrt(25_000)), 4)
  })

  it('have the quantiles of which they are the chances', () => {
    for (const [a, b] of [
      [1, 1],
      [3, 9],
      [0.5, 20],
      [300, 2],
    ] as const)
      for (const part of [0.001, 0.3, 0.975]) {
        expect(incompleteBeta(betaQuantile(part, a, b), a, b)).toBeCloseTo(part, 9)
        expect(normalTail(normalAbove(part))).toBeCloseTo(part, 12)
      }
  })

  it('know factorials, and the normal numbers of every table', () => {
    for (const [x, value] of [
      [1, 1],
      [2, 1],
      [5, 24],
      [11, 3_628_800],
    ] as const)
      expect(logGamma(x)).toBeCloseTo(Math.log(value), 12)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12)
    for (const [z, tail] of [
      [0, 0.5],
      [1, 0.15865525393145705],
      [1.959963984540054, 0.025],
      [6, 9.865876450376946e-10],
    ] as const) {
      expect(normalTail(z) / tail).toBeCloseTo(1, 10)
      expect(normalTail(-z)).toBeCloseTo(1 - tail, 12)
    }
  })
})

describe('a ratio of rates', () => {
  it('has an interval at whose ends the counts are as rare as it says', () => {
    fc.assert(
      fc.property(counts, lengths, ({ before, after }, length) => {
        const { low, high, ratio } = rateRatio({ before, after, ...length })
        const shareAt = (one: number) =>
          (one * length.afterLength) / (length.beforeLength + one * length.afterLength)
        const all = before + after
        if (after === 0) expect(low).toBe(0)
        else expect(naiveAtLeast(after, all, shareAt(low))).toBeCloseTo(0.025, 6)
        if (before === 0) expect(high).toBe(Number.POSITIVE_INFINITY)
        else expect(1 - naiveAtLeast(after + 1, all, shareAt(high))).toBeCloseTo(0.025, 6)
        if (all > 0) expect(low <= ratio && ratio <= high).toBe(true)
      }),
    )
  })

  it('is told exactly where its interval does not hold 1, and turned round with the sides', () => {
    fc.assert(
      fc.property(counts, lengths, ({ before, after }, length) => {
        const one = rateRatio({ before, after, ...length })
        const { beforeLength, afterLength } = length
        const other = rateRatio({
          before: after,
          after: before,
          beforeLength: afterLength,
          afterLength: beforeLength,
        })
        const turned = { ROSE: 'FELL', FELL: 'ROSE', NOT_SHOWN: 'NOT_SHOWN', TOO_FEW: 'TOO_FEW' } as const
        expect(other.reading).toBe(turned[one.reading])
        expect(other.chance).toBeCloseTo(one.chance, 9)
        const isOutside = one.low > 1 ? 'ROSE' : one.high < 1 ? 'FELL' : null
        if (one.reading === 'ROSE' || one.reading === 'FELL') expect(isOutside).toBe(one.reading)
        else expect(isOutside).toBeNull()
      }),
    )
  })

  it('cannot be told of so few that none of them would have been enough', () => {
    const even = { beforeLength: 12, afterLength: 12 }
    expect(rateRatio({ before: 0, after: 0, ...even })).toMatchObject({
      reading: 'TOO_FEW',
      low: 0,
      chance: 1,
    })
    expect(rateRatio({ before: 5, after: 0, ...even }).reading).toBe('TOO_FEW')
    expect(rateRatio({ before: 6, after: 0, ...even }).reading).toBe('FELL')
    expect(rateRatio({ before: 3, after: 3, ...even }).reading).toBe('NOT_SHOWN')
    expect(rateRatio({ before: 6, after: 24, ...even })).toMatchObject({ ratio: 4, reading: 'ROSE' })
    expect(rateRatio({ before: 6, after: 24, beforeLength: 3, afterLength: 12 })).toMatchObject({ ratio: 1 })
  })

  it.each([
    { before: -1 },
    { after: 0.5 },
    { beforeLength: 0 },
    { afterLength: Number.POSITIVE_INFINITY },
    { confidence: 1 },
  ])('is refused of %j', (wrong) => {
    const right = { before: 1, after: 2, beforeLength: 1, afterLength: 1 }
    expect(() => rateRatio({ ...right, ...wrong })).toThrow(RangeError)
  })
})

describe('an interval of a share', () => {
  it('is Wilson’s where the score is the normal bound, and Clopper and Pearson’s where the tails are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(79), (all, at) => {
        const count = at % (all + 1)
        const score = (share: number) =>
          Math.abs(count / all - share) / Math.sqrt((share * (1 - share)) / all)
        const { low, high } = wilsonInterval(count, all)
        if (count > 0) expect(score(low)).toBeCloseTo(1.959964, 5)
        if (count < all) expect(score(high)).toBeCloseTo(1.959964, 5)
        const exact = shareInterval(count, all)
        expect(exact.low <= count / all && count / all <= exact.high).toBe(true)
        if (count > 0) expect(naiveAtLeast(count, all, exact.low)).toBeCloseTo(0.025, 6)
      }),
    )
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 })
    expect(shareInterval(0, 0)).toEqual({ low: 0, high: 1 })
    expect(wilsonInterval(7, 7).high).toBe(1)
  })
})
