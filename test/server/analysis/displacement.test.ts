import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateWorld } from '../../../clients/scenario/world/world.ts'
import { type DisplacementQuestion, type Shift, shiftsOf } from '../../../server/analysis/displacement.ts'
import { fitOf } from '../../../server/analysis/mix.ts'
import { firstDayOf } from '../../../server/analysis/months.ts'
import { profilesOf } from '../../../server/analysis/profiles.ts'
import { type Random, seeded } from '../../../server/analysis/random.ts'
import { columnsOf, type Told } from './incidents-drawn.ts'
import { dayOf, measureShifts, readIncidents } from './world-incidents.ts'

const KINDS = 8
const monthAt = (date: string) => (Number(date.slice(0, 4)) - 1970) * 12 + Number(date.slice(5, 7)) - 1
const FROM = monthAt('2009-01-01')
const MONTHS = 96

type Mix = { nationalities: number[]; facets: number[] }
type Corridor = (month: number) => { mean: number; mix: Mix }[]

/** Each mean is of a Poisson number, about: the sum of twenty chances. */
function drawn(corridors: Corridor[], random: Random): Told[] {
  return corridors.flatMap((levels, leg) =>
    Array.from({ length: MONTHS }, (_, month) =>
      levels(month).flatMap(({ mean, mix }) => {
        const count = Array.from({ length: 20 }, () => random.unit() < mean / 20).filter(Boolean).length
        return Array.from({ length: count }, (): Told => {
          const day = firstDayOf(FROM + month) + random.below(28)
          const one = (list: number[]) => list[random.below(list.length)]!
          const facets = [...new Set([one(mix.facets), one(mix.facets)])]
          return { day, leg, persons: -1, nationalities: [one(mix.nationalities)], facets }
        })
      }),
    ).flat(),
  )
}
const LAND: Mix = { nationalities: [0, 0, 1], facets: [0, 1, 2] }
const OTHERS: Mix = { nationalities: [4, 5], facets: [5, 6, 7] }
const UNKNOWN: Mix = { nationalities: [], facets: [0, 1, 2] }

const ask = (list: Partial<Told>[], more: Partial<DisplacementQuestion> = {}) =>
  shiftsOf(columnsOf(list, KINDS), {
    ...{ from: FROM, to: FROM + MONTHS, corridors: 3, corridorOf: [0, 1, 2], ...more },
  })
const readings = (shifts: Shift[]) =>
  shifts.map(({ fell, rose, reading }) => [fell.corridor, rose.corridor, reading])
const steady: Corridor = () => [{ mean: 5, mix: OTHERS }]
/** The fence of 2012: the land way falls, and the sea beside it takes its people. */
const FENCE: Corridor[] = [
  (month) => [{ mean: month < 44 ? 8 : 1, mix: LAND }],
  (month) => [{ mean: month < 44 ? 1 : 8, mix: LAND }],
  steady,
]
/** 2018: the centre falls while the west rises fourfold, with other people, carried in no other way. */
const NO_SHIFT: Corridor[] = [
  (month) => [{ mean: month < 60 ? 9 : 2, mix: LAND }],
  (month) => [{ mean: month < 60 ? 2 : 8, mix: { ...LAND, nationalities: OTHERS.nationalities } }],
  steady,
]

describe('a displacement', () => {
  it('is shown where the sea takes what a fence keeps from the land, with how much of the rise fits', async () => {
    const [shift, ...others] = await ask(drawn(FENCE, seeded(1)))
    expect(others).toEqual([])
    expect(readings([shift!])).toEqual([[0, 1, 'FITS']])
    expect(Math.abs(shift!.fell.month - FROM - 44)).toBeLessThanOrEqual(2)
    expect(shift!.fell.ratio).toMatchObject({ reading: 'FELL' })
    expect(shift!.rose.ratio).toMatchObject({ reading: 'ROSE' })
    const { nationalities } = shift!.profiles
    expect(nationalities.value).toBeGreaterThan(0.85)
    expect(nationalities.ofRise.value).toBeGreaterThan(0.7)
    expect(nationalities.low).toBeLessThanOrEqual(nationalities.value)
    expect(Math.max(shift!.fell.chance, shift!.rose.chance)).toBeLessThanOrEqual(0.05)
  })

  it('is not shown in 2018, when the west rose fourfold with other people', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const shifts = await ask(drawn(NO_SHIFT, seeded(seed)))
      expect(readings(shifts)).toEqual([[0, 1, 'OTHER_PROFILE']])
      expect(shifts[0]!.rose.ratio.ratio).toBeGreaterThan(2.5)
      expect(shifts[0]!.profiles.nationalities.ofRise.high).toBeLessThan(0.1)
      // Whoever asks for no profile would be told of one.
      const blind = await ask(drawn(NO_SHIFT, seeded(seed)), {
        fit: { nationalities: 0, facets: 0 },
        explained: 0,
      })
      expect(readings(blind)).toEqual([[0, 1, 'FITS']])
    }
  })

  it('is not shown by the same nationalities carried otherwise, nor by other nationalities carried alike', async () => {
    for (const mix of [
      { nationalities: LAND.nationalities, facets: OTHERS.facets },
      { nationalities: OTHERS.nationalities, facets: LAND.facets },
    ]) {
      const sea: Corridor = (month) => [{ mean: month < 44 ? 1 : 8, mix }]
      expect(readings(await ask(drawn([FENCE[0]!, sea, steady], seeded(2))))).toEqual([
        [0, 1, 'OTHER_PROFILE'],
      ])
    }
  })

  it('is not shown where too little fell for what rose', async () => {
    const land: Corridor = (month) => [{ mean: month < 44 ? 2.5 : 0.7, mix: LAND }]
    const sea: Corridor = (month) => [{ mean: month < 44 ? 1 : 15, mix: LAND }]
    const list = drawn([land, sea, steady], seeded(4))
    expect(readings(await ask(list))).toEqual([[0, 1, 'TOO_LITTLE']])
    expect(readings(await ask(list, { explained: 0.05 }))).toEqual([[0, 1, 'FITS']])
  })

  it('cannot be told where nobody says who was carried', async () => {
    const sea: Corridor = (month) => [{ mean: month < 44 ? 1 : 8, mix: UNKNOWN }]
    const list = drawn([FENCE[0]!, sea, steady], seeded(2)).map((one) => ({
      ...one,
      nationalities: one.leg === 1 ? [] : one.nationalities,
    }))
    const [shift] = await ask(list)
    expect(shift).toMatchObject({ reading: 'CANNOT_TELL', profiles: { nationalities: { low: 0, high: 1 } } })
    expect(shift!.profiles.nationalities.unknown).toBeGreaterThan(100)
  })

  it('is not shown where the rise comes years after, or alone', async () => {
    const late: Corridor = (month) => [{ mean: month < 75 ? 1 : 8, mix: LAND }]
    expect(await ask(drawn([FENCE[0]!, late, steady], seeded(3)))).toEqual([])
    expect(await ask(drawn([FENCE[0]!, steady, steady], seeded(3)))).toEqual([])
    expect(await ask(drawn([steady, FENCE[1]!, steady], seeded(3)))).toEqual([])
  })

  it('is between groups of legs as well as legs, and what is in no group is not looked at', async () => {
    const list = drawn([...FENCE, FENCE[0]!], seeded(5))
    const shifts = await ask(list, { corridors: 2, corridorOf: [1, 0, -1, 1] })
    expect(readings(shifts)).toEqual([[1, 0, 'FITS']])
    expect(shifts[0]!.fell.before).toBeGreaterThan(400)
    // Within one group what moves from leg to leg is no shift.
    expect(await ask(list, { corridors: 1, corridorOf: [0, 0, -1, 0], alpha: 0.01 })).toEqual(
      expect.not.arrayContaining([expect.anything()]),
    )
  })

  it('is none of nothing, of one, of all on the same day, without days or legs', async () => {
    const day = firstDayOf(FROM + 30)
    for (const list of [
      [],
      [{ day, leg: 0 }],
      Array.from({ length: 80 }, (_, nth) => ({ day, leg: nth % 3, nationalities: [1], facets: [1] })),
      Array.from({ length: 80 }, () => ({ leg: 1 })),
      Array.from({ length: 80 }, (_, nth) => ({ day: day + nth })),
    ])
      expect(await ask(list)).toEqual([])
    await expect(ask([{ day, leg: 0 }], { corridorOf: [7] })).rejects.toThrow(RangeError)
    await expect(ask([], { to: FROM })).rejects.toThrow(RangeError)
  })

  it('is the same whatever the order of the incidents, and their numbers', async () => {
    const list = drawn(FENCE, seeded(6))
    const plain = (shifts: Shift[]) =>
      shifts.map(({ fell, rose, reading, profiles }) => [
        fell,
        rose,
        reading,
        profiles.nationalities.value.toFixed(9),
      ])
    expect(plain(await ask([...list].reverse()))).toEqual(plain(await ask(list)))
  })
})

describe('what two changes have in common', () => {
  it('is, per thing, the lesser of what fell and what rose', () => {
    const set = fc.uniqueArray(fc.nat(3), { maxLength: 3 })
    const side = fc.array(set, { maxLength: 6 })
    fc.assert(
      fc.property(fc.tuple(side, side, side, side), ([a, b, c, d]) => {
        const sets = [...a, ...b, ...c, ...d]
        const pairs = sets.flatMap((one, at) => one.map((thing) => [at, thing] as const))
        const profiles = profilesOf(
          sets.length,
          4,
          pairs.map(([at]) => at),
          pairs.map(([, thing]) => thing),
        )
        const at = [0, a.length, a.length + b.length, a.length + b.length + c.length, sets.length]
        const numbers = (nth: number) =>
          Array.from({ length: at[nth + 1]! - at[nth]! }, (_, i) => at[nth]! + i)
        const fit = fitOf(
          profiles,
          { before: numbers(0), after: numbers(1), monthsBefore: 2, monthsAfter: 3 },
          { before: numbers(2), after: numbers(3), monthsBefore: 4, monthsAfter: 1 },
          { rounds: 5 },
        )
        const rate = (list: number[][], thing: number, months: number) =>
          list.reduce((sum, one) => sum + (one.includes(thing) ? 1 / one.length : 0), 0) / months
        const lost = [0, 1, 2, 3].map((one) => Math.max(0, rate(a, one, 2) - rate(b, one, 3)))
        const gained = [0, 1, 2, 3].map((one) => Math.max(0, rate(d, one, 1) - rate(c, one, 4)))
        const sum = (list: number[]) => list.reduce((all, one) => all + one, 0)
        const common = sum(lost.map((one, thing) => Math.min(one / sum(lost), gained[thing]! / sum(gained))))
        if (sum(lost) === 0 || sum(gained) === 0) {
          expect(fit).toMatchObject({ value: Number.NaN, low: 0, high: 1 })
          return
        }
        expect(fit.value).toBeCloseTo(common, 9)
        const matched = sum(lost.map((one, thing) => Math.min(one, gained[thing]!)))
        expect(fit.ofRise.value).toBeCloseTo(matched / sum(gained), 9)
        expect(fit.ofFall.value).toBeCloseTo(matched / sum(lost), 9)
        expect(fit.known + fit.unknown).toBe(sets.length)
      }),
    )
  })
})

describe('in a world of known truth', () => {
  it('most of what was planted is claimed, no decoy, and nothing else', async () => {
    const sizes = {
      networks: 60,
      members: 6,
      retold: 0,
      displacements: 3,
      decoys: 3,
      incidentsPerLegMonth: 4,
    }
    const world = generateWorld({ seed: 3, routes: 16, ...sizes })
    const read = readIncidents(world)
    expect(read.incidents.count).toBeGreaterThan(10_000)
    expect(dayOf('1970-01-02')).toBe(1)
    const measured = await measureShifts(read)
    expect(measured).toMatchObject({ planted: 3, decoys: 3, decoysClaimed: 0, falseAlarms: 0 })
    expect(measured.found).toBeGreaterThanOrEqual(2)
  })
})
