import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alike, areAlike, type Comparable, commonFacets } from '../../../server/match/alike.ts'

// When two networks are alike enough.

const some = (office: string, network: string, ...traits: string[]): Comparable => ({
  ...{ office, network },
  traits: new Set(traits),
})
const FACETS = ['FACET:REC_01', 'FACET:TRN_02', 'FACET:PAY_02']
const LEG = 'LEG:N16E007-N18E007:2026-H1'
const [HERE, THERE] = ['PLACE:N16E007:2026-H1', 'PLACE:N18E007:2026-H1']
const LATER = 'PLACE:N18E007:2026-H2'
const NONE = new Set<string>()
const both = (...traits: string[]) => areAlike(some('a', '1', ...traits), some('b', '2', ...traits), NONE)

describe('two networks', () => {
  it('are alike by a leg or two places of one half-year, and three facets', () => {
    expect(both(LEG, ...FACETS)).toBe(true)
    expect(both(HERE, THERE, ...FACETS)).toBe(true)
    expect(both(HERE, ...FACETS)).toBe(false)
    expect(both(HERE, LATER, ...FACETS)).toBe(false)
    expect(both(LEG, HERE, THERE, ...FACETS.slice(1))).toBe(false)
    expect(both(...FACETS, 'FACET:COM_01')).toBe(false)
  })

  it('are not alike within an office, nor one with itself', () => {
    const traits = [LEG, ...FACETS]
    expect(areAlike(some('a', '1', ...traits), some('a', '2', ...traits), NONE)).toBe(false)
    expect(areAlike(some('a', '1', ...traits), some('b', '1', ...traits), NONE)).toBe(false)
  })

  it('are found each once, as by looking at every two', () => {
    const trait = fc.constantFrom(LEG, HERE, THERE, LATER, ...FACETS, 'FACET:COM_01')
    const one = fc.record({ office: fc.constantFrom('a', 'b', 'c'), traits: fc.uniqueArray(trait) })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (drawn) => {
        const watched = drawn.map(({ office, traits }, nth) => some(office, String(nth), ...traits))
        const expected = watched.flatMap((first, nth) =>
          watched
            .slice(nth + 1)
            .flatMap((second) => (areAlike(first, second, NONE) ? [[first, second]] : [])),
        )
        const keys = (pairs: Comparable[][]) =>
          pairs.map((pair) => pair.map(({ network }) => network).join(' ')).sort()
        expect(keys(alike(watched, NONE))).toEqual(keys(expected))
      }),
    )
  })
})

describe('a facet that more than half have', () => {
  const many = (office: string, count: number, ...traits: string[]) =>
    Array.from({ length: count }, (_, nth) => some(office, `${office}${nth}`, ...traits))

  it('counts for nothing', () => {
    const common = commonFacets([...many('a', 6, ...FACETS), ...many('b', 3, ...FACETS), ...many('c', 3)])
    expect([...common].sort()).toEqual([...FACETS].sort())
    const traits = [LEG, ...FACETS]
    expect(areAlike(some('a', '1', ...traits), some('b', '2', ...traits), common)).toBe(false)
    expect(commonFacets([...many('a', 6, ...FACETS), ...many('b', 6)])).toEqual(NONE)
  })

  it('is none of fewer than ten networks', () => {
    expect(commonFacets([...many('a', 5, ...FACETS), ...many('b', 4, ...FACETS)])).toEqual(NONE)
  })

  it('is made so by no office alone, however many networks it puts on watch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20 }), (loud, others) => {
        expect(commonFacets([...many('a', loud, ...FACETS), ...many('b', others)])).toEqual(NONE)
      }),
    )
  })

  it('is never a place or a leg', () => {
    expect(commonFacets([...many('a', 9, LEG, HERE), ...many('b', 9, LEG, HERE)])).toEqual(NONE)
  })
})
