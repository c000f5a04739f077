import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { profilesOf, thingsOf, walk } from '../../../server/analysis/profiles.ts'

const NETWORKS = 5
const KINDS = 7
const pairs = fc.array(fc.tuple(fc.nat(NETWORKS - 1), fc.nat(KINDS - 1)), { maxLength: 40 })
const built = (list: [number, number][]) =>
  profilesOf(
    NETWORKS,
    KINDS,
    list.map(([network]) => network),
    list.map(([, thing]) => thing),
  )

describe('profiles', () => {
  it('hold the set of each network in order, however the pairs come, and count in how many each thing is found', () => {
    fc.assert(
      fc.property(pairs, fc.func(fc.nat()), (list, mix) => {
        const profiles = built(list)
        for (let network = 0; network < NETWORKS; network++) {
          const naive = new Set(list.flatMap(([of, thing]) => (of === network ? [thing] : [])))
          expect([...thingsOf(profiles, network)]).toEqual([...naive].sort((a, b) => a - b))
        }
        for (let thing = 0; thing < KINDS; thing++) {
          const naive = new Set(list.flatMap(([of, one]) => (one === thing ? [of] : [])))
          expect(profiles.found[thing]).toBe(naive.size)
        }
        expect(built([...list, ...list].sort((a, b) => mix(a) - mix(b)))).toEqual(profiles)
      }),
    )
  })

  it('are walked side by side, each thing once', () => {
    const set = fc.uniqueArray(fc.nat(20)).map((list) => Uint32Array.from(list).sort())
    fc.assert(
      fc.property(set, set, (one, other) => {
        const naive = [...new Set([...one, ...other])]
          .sort((a, b) => a - b)
          .map((thing) => ({ thing, inOne: one.includes(thing), inOther: other.includes(thing) }))
        const met: typeof naive = []
        walk(one, other, (thing, inOne, inOther) => met.push({ thing, inOne, inOther }))
        expect(met).toEqual(naive)
      }),
    )
  })

  it('may be empty, and name what is no network or no thing', () => {
    expect(profilesOf(0, 0, [], []).offsets).toEqual(Uint32Array.of(0))
    expect(() => profilesOf(2, 2, [2], [0])).toThrow(
      'expected a network below 2 and a thing below 2, got 2 and 0',
    )
    expect(() => profilesOf(2, 2, [0], [Number.NaN])).toThrow(RangeError)
    expect(() => profilesOf(2, 2, [0], [-1])).toThrow(RangeError)
    expect(() => thingsOf(profilesOf(2, 2, [], []), 2)).toThrow('expected a network below 2, got 2')
  })
})
