import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BypassQuestion, bypassesOf, type LegNetwork } from '../../../server/analysis/bypass.ts'

const PLACES = 5
type Leg = { from: number; to: number; weight: number; before: number; since: number }

function networkOf(legs: Leg[], places = PLACES): LegNetwork {
  const column = (of: keyof Leg) => legs.map((leg) => leg[of])
  return {
    ...{ places, from: column('from'), to: column('to'), weight: column('weight') },
    ...{ rank: legs.map((_, at) => at), before: column('before'), since: column('since') },
  }
}

/** Every way from one place to another that passes none twice, with the cheapest leg of each hop, over plain lists. */
function naive(legs: Leg[], from: number, to: number, isOpen: (leg: number) => boolean) {
  const found: { places: number[]; weight: number }[] = []
  const go = (places: number[], weight: number) => {
    const here = places.at(-1)!
    if (here === to) return void found.push({ places, weight })
    for (let next = 0; next < PLACES; next++) {
      const open = legs.filter((leg, at) => leg.from === here && leg.to === next && isOpen(at))
      if (places.includes(next) || open.length === 0) continue
      go([...places, next], weight + Math.min(...open.map((leg) => leg.weight)))
    }
  }
  go([from], 0)
  return found
}

const place = fc.nat(PLACES - 1)
const drawnLegs = fc.array(
  fc.record({ from: place, to: place, weight: fc.nat(9), before: fc.nat(1), since: fc.nat(1) }),
  { minLength: 1, maxLength: 16 },
)

describe('ways round a controlled leg', () => {
  it('are all that there are, the cheapest first, with what they cost more', async () => {
    await fc.assert(
      fc.asyncProperty(drawnLegs, fc.nat(15), fc.option(place), async (legs, nth, shut) => {
        const closed = nth % legs.length
        const { from, to } = legs[closed]!
        const places = shut === null || shut === from || shut === to ? [] : [shut]
        const isOpen = (at: number) =>
          at !== closed && !places.includes(legs[at]!.from) && !places.includes(legs[at]!.to)
        const answer = await bypassesOf(networkOf(legs), { legs: [closed], places, from, to, most: 99 })
        const all = naive(legs, from, to, isOpen)
        const usual = naive(legs, from, to, () => true).sort((a, b) => a.weight - b.weight)[0]!
        expect(answer.usual!.weight).toBe(usual.weight)
        expect(answer.bypasses.map(({ weight }) => weight)).toEqual(
          all.map(({ weight }) => weight).sort((a, b) => a - b),
        )
        const key = ({ places: passed }: { places: number[] }) => passed.join()
        expect(answer.bypasses.map(key).sort()).toEqual(all.map(key).sort())
        for (const { weight, more, hops, places: passed } of answer.bypasses) {
          expect(more).toBe(weight - usual.weight)
          expect(hops.flat().every(isOpen)).toBe(true)
          hops.forEach((hop, at) => {
            for (const leg of hop)
              expect([legs[leg]!.from, legs[leg]!.to]).toEqual([passed[at], passed[at + 1]])
          })
        }
      }),
    )
  })

  // Agadez 0, Dirkou 1, Séguédine 2, Sebha 3: the main axis, a way past the wells, another car along the same leg.
  const AXIS: Leg[] = [
    { from: 0, to: 1, weight: 20, before: 9, since: 0 },
    { from: 1, to: 3, weight: 20, before: 9, since: 1 },
    { from: 0, to: 2, weight: 30, before: 0, since: 4 },
    { from: 2, to: 3, weight: 25, before: 2, since: 3 },
    { from: 0, to: 3, weight: 90, before: 0, since: 0 },
    { from: 0, to: 1, weight: 26, before: 0, since: 2 },
    { from: 3, to: 0, weight: 1, before: 5, since: 5 },
  ]

  it('say which are travelled already, which are new, and which nobody has told of', async () => {
    const { usual, bypasses } = await bypassesOf(networkOf(AXIS), { legs: [0], from: 0, to: 3 })
    expect(usual).toMatchObject({ places: [0, 1, 3], weight: 40, hops: [[0, 5], [1]] })
    expect(
      bypasses.map(({ places, hops, more, activity, isNew }) => [places, hops, more, activity, isNew]),
    ).toEqual([
      [[0, 1, 3], [[5], [1]], 6, 'USED', true],
      [[0, 2, 3], [[2], [3]], 15, 'USED', true],
      [[0, 3], [[4]], 50, 'UNSEEN', false],
    ])
  })

  it('go round a place too, from where to where is asked', async () => {
    const { bypasses } = await bypassesOf(networkOf(AXIS), { places: [1], from: 0, to: 3, most: 1 })
    expect(bypasses.map(({ places, more }) => [places, more])).toEqual([[[0, 2, 3], 15]])
    const shut = await bypassesOf(networkOf(AXIS), { places: [1, 2], legs: [4], from: 0, to: 3 })
    expect(shut.bypasses).toEqual([])
    const half = AXIS.map((leg, at) => (at === 3 ? { ...leg, since: 0 } : leg))
    const partly = await bypassesOf(networkOf(half), { places: [1], from: 0, to: 3, most: 1 })
    expect(partly.bypasses[0]).toMatchObject({ activity: 'PARTLY', isNew: true })
  })

  it('are none where there is none, and take the ends of the leg where no others are given', async () => {
    const only = networkOf(AXIS.slice(0, 1), 4)
    expect(await bypassesOf(only, { legs: [0] })).toMatchObject({ usual: { weight: 20 }, bypasses: [] })
    const away = await bypassesOf(networkOf(AXIS), { places: [1], from: 1, to: 4 })
    expect(away).toEqual({ usual: null, bypasses: [] })
    const unpriced = AXIS.map((leg, at) => (at === 4 ? { ...leg, weight: Number.POSITIVE_INFINITY } : leg))
    expect((await bypassesOf(networkOf(unpriced), { legs: [0], to: 3 })).bypasses).toHaveLength(2)
  })

  it.each([
    [{ legs: [99] }],
    [{ legs: [-1] }],
    [{ places: [9], from: 0, to: 1 }],
    [{ places: [1], from: 0 }],
    [{ legs: [0, 1] }],
    [{}],
    [{ legs: [0], from: 77 }],
    [{ legs: [0], most: -1 }],
  ] as [BypassQuestion][])('are not looked for with %j', async (question) => {
    await expect(bypassesOf(networkOf(AXIS), question)).rejects.toThrow(RangeError)
  })
})
