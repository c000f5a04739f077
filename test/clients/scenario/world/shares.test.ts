import { describe, expect, it } from 'vitest'
import { OFFICES } from '../../../../clients/scenario/world/offices.ts'
import { generateWorld } from '../../../../clients/scenario/world/world.ts'
import { EU_MEMBERS, KINDS } from '../../../../schema/wire/codes.ts'
import { describedAs, ofWord, related, relatedTo, said } from './read.ts'

// The shares are read from the reports. Each tolerance is at least three standard deviations of what it bounds.

const NETWORKS = 240
const world = generateWorld({ networks: NETWORKS, incidentsPerLegMonth: 0.5, retold: 0.1, seed: 11 })
const all = said(world)
const members = relatedTo(all, 'memberOf')
const levelOf = new Map(ofWord(all, 'memberOf').map(({ own }) => [own.from, own.level as string]))
const placeOf = new Map(ofWord(all, 'locatedAt').map(({ own }) => [own.from, own.to as string]))
const ties = related(all, 'worksWith')
const areTied = (one: string, other: string) =>
  ties.get(one)?.has(other) || ties.get(other)?.has(one) || false

const share = (list: Iterable<string>, of: string) => {
  const whole = [...list]
  return whole.filter((one) => one === of).length / whole.length
}

/** The common odds ratio of Mantel and Haenszel over networks and the other factor: tied or not, same or not. */
function oddsRatio(isSame: (pair: Pair) => boolean, stratum: (pair: Pair) => unknown): number {
  let [for_, against] = [0, 0]
  for (const pairs of pairsOf)
    for (const cell of Map.groupBy(pairs, stratum).values()) {
      const count = (same: boolean, tied: boolean) =>
        cell.filter((pair) => isSame(pair) === same && pair.tied === tied).length
      for_ += (count(true, true) * count(false, false)) / cell.length
      against += (count(true, false) * count(false, true)) / cell.length
    }
  return for_ / against
}
type Pair = { sameStage: boolean; sameRank: boolean; tied: boolean }
const pairsOf: Pair[][] = [...members.values()].map((who) => {
  const list = [...who].filter((one) => placeOf.has(one))
  return list.flatMap((one, i) =>
    list.slice(i + 1).map((other) => ({
      sameStage: placeOf.get(one) === placeOf.get(other),
      sameRank: levelOf.get(one) === levelOf.get(other),
      tied: areTied(one, other),
    })),
  )
})

describe('a generated world', () => {
  it('has levels of 85, 13 and 2 %, and men of 95 %', () => {
    expect(Math.abs(share(levelOf.values(), 'L1') - 0.85)).toBeLessThan(0.015)
    expect(Math.abs(share(levelOf.values(), 'L2') - 0.13)).toBeLessThan(0.013)
    expect(Math.abs(share(levelOf.values(), 'L3') - 0.02)).toBeLessThan(0.006)
    const sexes = [...describedAs(all, 'actor').values()].map(({ sex }) => sex as string)
    expect(Math.abs(share(sexes, 'MALE') - 0.95)).toBeLessThan(0.01)
  })

  it('has roles that go with the level', () => {
    const groups: Record<string, RegExp> = {
      L1: /^(R0\d|COXEUR|VEHICLE_OWNER)$/,
      L2: /^(R2\d|R30|GHETTO_BOSS|FIXER)$/,
      L3: /^R4[0-3]$/,
    }
    for (const { own } of ofWord(all, 'memberOf')) expect(own.role).toMatch(groups[own.level]!)
    expect(new Set(ofWord(all, 'memberOf').map(({ own }) => own.role)).size).toBeGreaterThan(24)
  })

  it('ties pairs of one stage about seven times likelier and of one rank three times less, within a fifth', () => {
    const stage = oddsRatio(
      ({ sameStage }) => sameStage,
      ({ sameRank }) => sameRank,
    )
    const rank = oddsRatio(
      ({ sameRank }) => sameRank,
      ({ sameStage }) => sameStage,
    )
    expect(stage).toBeGreaterThan(7 * 0.8)
    expect(stage).toBeLessThan(7 * 1.2)
    expect(rank).toBeGreaterThan((1 / 3) * 0.8)
    expect(rank).toBeLessThan((1 / 3) * 1.2)
  })

  it('has a tail of degrees that attachment gives and chance does not', () => {
    const partners = new Map([...levelOf.keys()].map((actor) => [actor, new Set<string>()]))
    for (const { own } of ofWord(all, 'worksWith')) {
      partners.get(own.from)!.add(own.to)
      partners.get(own.to)!.add(own.from)
    }
    const degrees = [...partners.values()].map(({ size }) => size)
    const mean = degrees.reduce((sum, degree) => sum + degree, 0) / degrees.length
    expect(mean).toBeGreaterThan(3)
    expect(mean).toBeLessThan(4.2)
    // Poisson of the same mean has 0.1 % at three times the mean and beyond, and nobody at seven times.
    expect(degrees.filter((degree) => degree >= 3 * mean).length / degrees.length).toBeGreaterThan(0.015)
    expect(Math.max(...degrees)).toBeGreaterThan(7 * mean)
  })

  it('has networks of about thirty, of which a third is old', () => {
    const sizes = [...members.values()].map((who) => who.size)
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
    expect(mean).toBeGreaterThan(26)
    expect(mean).toBeLessThan(37)
    const begins = [...Map.groupBy(ofWord(all, 'network'), ({ own }) => own.entity)].map(
      ([, list]) => list.map(({ from }) => from).sort()[0]!,
    )
    const old = begins.filter((from) => from < '2012-01-01').length / NETWORKS
    expect(Math.abs(old - 1 / 3)).toBeLessThan(0.1)
  })

  it('has 250 hubs, 170 of them in the Union, and fees as the payment table has them', () => {
    const places = describedAs(all, 'place')
    const union = [...places.values()].filter(({ country }) => EU_MEMBERS.includes(country)).length
    expect([places.size, union]).toEqual([250, 170])
    const legs = describedAs(all, 'leg')
    for (const [name, { feeMin, feeMax, currency, perPerson }] of legs) {
      const [, route, position] = name.match(/^(?:Leg|Bypass)-(\d+)-(\d)$/)!
      const row = TABLE[`${(Number(route) - 1) % 8}-${position}`]
      expect([currency, perPerson], name).toEqual(row ? [row[0], true] : [undefined, undefined])
      if (!row) continue
      expect(feeMin).toBeGreaterThanOrEqual(row[1])
      expect(feeMax).toBeLessThanOrEqual(row[2])
      expect(feeMin).toBeLessThanOrEqual(feeMax)
    }
  })

  it('has as many incidents on a leg in a month as was asked for', () => {
    const closed = new Set(world.truth.displacements.flatMap(({ closed, grown }) => [closed, grown]))
    const odd = new Set([...closed, ...world.truth.decoys.flatMap(({ fallen, risen }) => [fallen, risen])])
    const counts = Map.groupBy(ofWord(all, 'incident'), ({ own }) => placeOf.get(own.entity))
    const legs = [...describedAs(all, 'leg').keys()].filter((leg) => leg.startsWith('Leg') && !odd.has(leg))
    const sum = legs.reduce((total, leg) => total + (counts.get(leg)?.length ?? 0), 0)
    expect(legs.length).toBeGreaterThan(30)
    expect(Math.abs(sum / legs.length / 144 - 0.5)).toBeLessThan(0.06)
  })

  it('speaks of every kind of thing, and links some 15 % of the networks to another crime', () => {
    const kinds = world.reports.flatMap(({ input }) => input.entities.map(({ kind }) => kind))
    expect(new Set(kinds)).toEqual(new Set(KINDS))
    expect(Math.abs(related(all, 'linkedTo').size / members.size - 0.15)).toBeLessThan(0.08)
  })

  it('knows every country of its offices', () => {
    expect(new Set(OFFICES).size).toBe(OFFICES.length)
    expect(OFFICES.length).toBeLessThanOrEqual(30)
  })
})

/** The note's §2, by way and leg: to Agadez, central sea, Greek islands, Pakistan, Channel, Afghanistan by land and air, Vietnam, Lisbon. */
const TABLE: Record<string, [currency: string, least: number, most: number]> = {
  '0-1': ['USD', 90, 345],
  '0-3': ['USD', 2_000, 5_000],
  '2-2': ['USD', 1_000, 8_000],
  '3-1': ['USD', 3_000, 8_000],
  '3-3': ['EUR', 1_000, 3_500],
  '4-1': ['USD', 10_000, 10_000],
  '5-1': ['USD', 10_000, 15_000],
  '6-1': ['EUR', 18_000, 35_000],
  '7-2': ['EUR', 250, 250],
}
