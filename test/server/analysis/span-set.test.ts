import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addKnown, type Known } from '../../../server/analysis/cover.ts'
import { addSpan, noSpans, type Span } from '../../../server/analysis/span-set.ts'

const timesOf = (spans: Span[]) =>
  spans.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at))

const span = fc.tuple(fc.nat(30), fc.nat(8)).map(([from, length]) => ({ from, to: from + length }))

describe('a set of spans', () => {
  it('gives the times that are new, and keeps as few spans as can be', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 30 }), (spans) => {
        const set = noSpans()
        const held = new Set<number>()
        for (const one of spans) {
          const fresh = timesOf([one]).filter((time) => !held.has(time))
          expect(timesOf(addSpan(set, one))).toEqual(fresh)
          for (const time of fresh) held.add(time)
        }
        const times = [...held].sort((a, b) => a - b)
        expect(timesOf(set.from.map((from, at) => ({ from, to: set.to[at]! })))).toEqual(times)
        expect(set.from.length).toBe(times.filter((time) => !held.has(time - 1)).length)
      }),
    )
  })
})

describe('what is known of a node', () => {
  it('gives the arrivals at which one can have started later than was known', () => {
    const known = fc
      .tuple(span, fc.nat(20), fc.nat(10))
      .map(([one, start, length]): Known => ({ ...one, start, length }))
    fc.assert(
      fc.property(fc.array(known, { maxLength: 12 }), (list) => {
        const all: Known[] = []
        const best = new Map<number, number>()
        for (const one of list) {
          const startAt = (time: number) => Math.min(one.start, time - one.length)
          const better = timesOf([one]).filter(
            (time) => startAt(time) > (best.get(time) ?? Number.NEGATIVE_INFINITY),
          )
          expect(timesOf(addKnown(all, { ...one })).sort((a, b) => a - b)).toEqual(better)
          for (const time of better) best.set(time, startAt(time))
        }
      }),
      { numRuns: 500 },
    )
  })
})
