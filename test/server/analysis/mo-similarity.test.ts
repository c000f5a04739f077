import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostSimilar, rarityOf, searchByFacets, similarity } from '../../../server/analysis/mo-similarity.ts'
import { profilesOf } from '../../../server/analysis/profiles.ts'

type World = { sets: Set<number>[]; kinds: number }

function built({ sets, kinds }: World) {
  const pairs = sets.flatMap((set, network) => [...set].map((thing) => [network, thing] as const))
  const profiles = profilesOf(
    sets.length,
    kinds,
    pairs.map(([network]) => network),
    pairs.map(([, thing]) => thing),
  )
  return { profiles, rarity: rarityOf(profiles) }
}

const KINDS = 8
const worlds = fc
  .array(fc.uniqueArray(fc.nat(KINDS - 1)), { minLength: 1, maxLength: 7 })
  .map((lists): World => ({ sets: lists.map((list) => new Set(list)), kinds: KINDS }))

/** The definition, written as it is read. */
function bits({ sets }: World, facet: number): number {
  const found = sets.filter((set) => set.has(facet)).length
  return Math.log((sets.length + 1) / (found + 1)) / Math.log(2)
}
function jaccard(world: World, one: Set<number>, other: Set<number>): number {
  const weight = (set: Set<number>) => [...set].reduce((sum, facet) => sum + bits(world, facet), 0)
  const either = weight(one.union(other))
  return either > 1e-12 ? weight(one.intersection(other)) / either : 0
}

/** Networks of one boat way, and one odd one out: facets 0 and 1 are common, 2 to 5 rarer. */
const NAMED: World = {
  sets: [new Set([0, 1, 2, 3]), new Set([0, 1, 2, 4]), new Set([0, 1, 5]), new Set([0, 1]), new Set()],
  kinds: 7,
}

describe('the similarity of two ways of working', () => {
  it('is the weighted Jaccard coefficient, whichever is asked first', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { profiles, rarity } = built(world)
        world.sets.forEach((one, i) => {
          world.sets.forEach((other, j) => {
            const { score } = similarity(profiles, rarity, i, j)
            expect(score).toBeCloseTo(jaccard(world, one, other), 9)
            expect(similarity(profiles, rarity, j, i).score).toBeCloseTo(score, 12)
          })
        })
      }),
    )
  })

  it('is explained facet by facet: what both have adds up to the score, and the rest to what is missing', () => {
    fc.assert(
      fc.property(worlds, fc.nat(), fc.nat(), (world, a, b) => {
        const { profiles, rarity } = built(world)
        const [i, j] = [a % world.sets.length, b % world.sets.length]
        const { facets, score, shared, whole } = similarity(profiles, rarity, i, j)
        const sum = (both: boolean) =>
          facets.filter(({ side }) => (side === 'BOTH') === both).reduce((all, { share }) => all + share, 0)
        expect(sum(true)).toBeCloseTo(score, 9)
        if (whole > 0) expect(-sum(false)).toBeCloseTo(1 - score, 9)
        expect(shared).toBeCloseTo(score * whole, 9)
        const sides = { BOTH: [i, j], ONE: [i], OTHER: [j] }
        for (const { facet, side } of facets)
          for (const network of [i, j])
            expect(world.sets[network]!.has(facet)).toBe(sides[side].includes(network))
      }),
    )
  })

  it('weighs a rare facet more than one that nearly all have', () => {
    const { profiles, rarity } = built(NAMED)
    expect(rarity[2]).toBeGreaterThan(3 * rarity[0]!)
    const [first, ...others] = similarity(profiles, rarity, 0, 1).facets
    expect(first).toMatchObject({ facet: 2, side: 'BOTH' })
    expect(others.map(({ facet, side }) => `${facet} ${side}`)).toEqual([
      '0 BOTH',
      '1 BOTH',
      '3 ONE',
      '4 OTHER',
    ])
  })

  it('finds nobody alike in what all have, in nothing at all, or where there is one network', () => {
    const all = built({ sets: [new Set([0]), new Set([0])], kinds: 1 })
    expect(similarity(all.profiles, all.rarity, 0, 1)).toMatchObject({ score: 0, whole: 0 })
    expect(mostSimilar(all.profiles, all.rarity, 0)).toEqual([])
    const one = built({ sets: [new Set()], kinds: 1 })
    expect(mostSimilar(one.profiles, one.rarity, 0)).toEqual([])
    expect(() => similarity(one.profiles, one.rarity, 0, 1)).toThrow('expected a network below 1, got 1')
  })
})

describe('the networks most like one', () => {
  it('come in a total order, without itself, each with its place among the others', () => {
    fc.assert(
      fc.property(worlds, fc.nat(), (world, a) => {
        const { profiles, rarity } = built(world)
        const network = a % world.sets.length
        const found = mostSimilar(profiles, rarity, network, 99)
        const scores = world.sets.map((set) => jaccard(world, world.sets[network]!, set))
        const others = [...scores.keys()].filter((one) => one !== network)
        expect(found.map((one) => one.network).sort()).toEqual(
          others.filter((one) => scores[one]! > 1e-12).sort(),
        )
        for (const [place, { score, place: share }] of found.entries()) {
          const next = found[place + 1]
          if (next)
            expect(score > next.score || (score === next.score && found[place]!.network < next.network)).toBe(
              true,
            )
          const alike = found.filter((one) => one.score >= score).length
          expect(share).toBeCloseTo(alike / others.length, 12)
        }
      }),
    )
  })
})

describe('a search by a partial description', () => {
  it('scores the share of the described weight that a network has, whatever else it does', () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.nat(KINDS - 1)), (world, described) => {
        const { profiles, rarity } = built(world)
        const wanted = new Set(described)
        const whole = [...wanted].reduce((sum, facet) => sum + bits(world, facet), 0)
        const found = searchByFacets(profiles, rarity, described, 99)
        for (const [network, set] of world.sets.entries()) {
          const has = [...wanted.intersection(set)].reduce((sum, facet) => sum + bits(world, facet), 0)
          const score = found.find((one) => one.network === network)?.score ?? 0
          expect(score).toBeCloseTo(whole > 1e-12 ? has / whole : 0, 9)
        }
        expect(searchByFacets(profiles, rarity, [...described, ...described].reverse(), 99)).toEqual(found)
      }),
    )
  })

  it('says which described facets a network is not known for, and cuts the list where it is told', () => {
    const { profiles, rarity } = built(NAMED)
    const found = searchByFacets(profiles, rarity, [2, 3])
    expect(found.map(({ network }) => network)).toEqual([0, 1])
    expect(found[0]).toMatchObject({ score: 1, place: 0.2 })
    expect(found[1]!.facets.map(({ facet, side }) => `${facet} ${side}`)).toEqual(['2 BOTH', '3 ONE'])
    expect(searchByFacets(profiles, rarity, [2], 1)).toHaveLength(1)
    expect(searchByFacets(profiles, rarity, [6])).toEqual([])
    expect(searchByFacets(profiles, rarity, [])).toEqual([])
    expect(() => searchByFacets(profiles, rarity, [7])).toThrow('expected facets below 7, got 7')
  })
})
