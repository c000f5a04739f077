import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateWorld } from '../../../clients/scenario/world/world.ts'
import { profilesOf } from '../../../server/analysis/profiles.ts'
import {
  alarmsOf,
  EXPECTED,
  type Networks,
  successorsOf,
  TRACES,
  type Trace,
} from '../../../server/analysis/resurgence.ts'
import { measure, readWorld } from './world-networks.ts'

type Sets = Record<Trace, number[][]>
const KINDS = 6

function built(sets: Sets, begun: number[], kinds = KINDS): Networks {
  const of = (lists: number[][]) => {
    const pairs = lists.flatMap((list, network) => list.map((thing) => [network, thing] as const))
    return profilesOf(
      lists.length,
      kinds,
      pairs.map(([network]) => network),
      pairs.map(([, thing]) => thing),
    )
  }
  const profiles = Object.fromEntries(TRACES.map((trace) => [trace, of(sets[trace])])) as Record<
    Trace,
    ReturnType<typeof of>
  >
  return { ...profiles, begun: Int32Array.from(begun) }
}

const count = 5
const lists = fc.array(fc.uniqueArray(fc.nat(KINDS - 1)), { minLength: count, maxLength: count })
const drawn = fc.record({
  sets: fc.record({ members: lists, selectors: lists, places: lists, facets: lists }),
  begun: fc.array(fc.nat(20), { minLength: count, maxLength: count }),
  network: fc.nat(count - 1),
  ended: fc.nat(20),
})

/** The weights of record linkage, term by term over plain lists. */
function naive(sets: Sets, network: number, other: number): number {
  let bits = 0
  for (const trace of TRACES) {
    const all = sets[trace]
    if (all[other]!.length === 0) continue
    const mean = all.flat().length / all.length
    for (const thing of all[network]!) {
      const holders = all.filter(
        (list, one) => one !== network && one !== other && list.includes(thing),
      ).length
      const u = Math.min(0.95, (((holders + 0.5) / (count - 1)) * all[other]!.length) / mean)
      const m = Math.max(u, EXPECTED[trace])
      bits += all[other]!.includes(thing) ? Math.log2(m / u) : Math.log2((1 - m) / (1 - u))
    }
  }
  return bits
}

/**
 * Network 0 has ended on day 100; 1 has two of its men and its boat; 2 works alike; 3 is older; 4 has nothing in common. Forty
 * others of the same coast have men and boats of their own.
 */
const others = Array.from({ length: 40 }, (_, nth) => nth + 10)
const NAMED = built(
  {
    members: [[0, 1, 2], [0, 1, 4], [5], [0, 1, 2], [3], ...others.map((nth) => [nth])],
    selectors: [[0], [0], [1], [0], [2], ...others.map((nth) => [nth])],
    places: [[0, 1], [0, 2], [0, 1], [0, 1], [3], ...others.map((nth) => [nth % 4, 4 + (nth % 3)])],
    facets: [
      [0, 1, 2],
      [0, 1, 3],
      [0, 1, 2],
      [0, 1, 2],
      [4],
      ...others.map((nth) => [nth % 4, 5 + (nth % 3)]),
    ],
  },
  [0, 150, 150, 50, 150, ...others.map(() => 0)],
  50,
)

describe('later networks ranked for a dismantled one', () => {
  it('have the sum of the weights of record linkage, in a total order', () => {
    fc.assert(
      fc.property(drawn, ({ sets, begun, network, ended }) => {
        const found = successorsOf(built(sets, begun), { network, ended, most: 99 })
        const later = [...begun.keys()].filter((one) => one !== network && begun[one]! >= ended)
        const meets = (one: number) =>
          TRACES.some((trace) => sets[trace][network]!.some((thing) => sets[trace][one]!.includes(thing)))
        expect(found.map((one) => one.network).sort()).toEqual(later.filter(meets).sort())
        for (const [place, one] of found.entries()) {
          expect(one.bits).toBeCloseTo(naive(sets, network, one.network), 9)
          expect(one.odds).toBeCloseTo(one.bits - Math.log2(later.length), 9)
          const next = found[place + 1]
          if (next)
            expect(one.bits > next.bits || (one.bits === next.bits && one.network < next.network)).toBe(true)
        }
      }),
    )
  })

  it('carry their reasons: each thing of the dismantled one once, adding up to the bits', () => {
    fc.assert(
      fc.property(drawn, ({ sets, begun, network, ended }) => {
        for (const one of successorsOf(built(sets, begun), { network, ended })) {
          for (const trace of TRACES) {
            const reasons = one.reasons.filter((reason) => reason.trace === trace)
            const theirs = sets[trace][one.network]!
            // Of what nothing is known, nothing is said.
            const expected = theirs.length > 0 ? sets[trace][network]! : []
            expect(reasons.map(({ thing }) => thing).sort()).toEqual([...expected].sort())
            for (const { thing, shared, bits } of reasons) {
              expect(shared).toBe(theirs.includes(thing))
              expect(shared ? bits >= 0 : bits <= 0).toBe(true)
            }
            expect(reasons.reduce((sum, { bits }) => sum + bits, 0)).toBeCloseTo(one.byTrace[trace], 9)
          }
        }
      }),
    )
  })

  it('are first who have its men and its boat, then who works alike, and never who is older', () => {
    const found = successorsOf(NAMED, { network: 0, ended: 100 })
    expect(found.map(({ network }) => network)).toEqual([1, 2])
    expect(found[0]!.reasons.find(({ shared }) => !shared)).toBeDefined()
    expect(
      successorsOf(NAMED, { network: 0, ended: 100, before: 50 }).map(({ network }) => network),
    ).toContain(3)
    expect(alarmsOf(found, found[0]!.odds).map(({ network }) => network)).toEqual([1])
    expect(successorsOf(NAMED, { network: 0, ended: 100, most: 1 })).toHaveLength(1)
  })

  it('are none where nobody came later, nothing is shared or nothing is known', () => {
    expect(successorsOf(NAMED, { network: 0, ended: 999 })).toEqual([])
    expect(successorsOf(NAMED, { network: 4, ended: 100 })).toEqual([])
    const nothing = built(
      { members: [[], []], selectors: [[], []], places: [[], []], facets: [[], []] },
      [0, 1],
    )
    expect(successorsOf(nothing, { network: 0, ended: 0 })).toEqual([])
    expect(() => successorsOf(nothing, { network: 2, ended: 0 })).toThrow('expected a network below 2, got 2')
    const expected = { ...EXPECTED, places: 1 }
    expect(() => successorsOf(NAMED, { network: 0, ended: 0, expected })).toThrow('for places, got 1')
  })
})

describe('planted successors', () => {
  const world = generateWorld({ networks: 120, retold: 0.1, incidentsPerLegMonth: 0.01, seed: 21 })

  it('are all among the first three where every report is read, and hardly anything else raises an alarm', () => {
    const { planted, inThree, falseAlarms } = measure(readWorld(world))
    expect(planted).toBe(12)
    expect(inThree).toBe(planted)
    expect(falseAlarms).toBeLessThanOrEqual(2)
  })

  it('are found by single offices too, from what is released to them', () => {
    const views = world.offices.map((office) => measure(readWorld(world, office)))
    const sum = (of: 'planted' | 'inThree' | 'falseAlarms') => views.reduce((all, one) => all + one[of], 0)
    expect(sum('inThree') / sum('planted')).toBeGreaterThan(0.4)
    expect(sum('falseAlarms') / (2 * sum('planted'))).toBeLessThan(0.1)
  })
})
