import { describe, expect, it } from 'vitest'
import { generateWorld } from '../../../../clients/scenario/world/world.ts'
import { describedAs, ofWord, related, relatedTo, said } from './read.ts'

// What was planted is found again in the reports, read without the generator's own knowledge.

const world = generateWorld({ networks: 160, incidentsPerLegMonth: 3, retold: 0.2, seed: 5 })
const { truth } = world
const all = said(world)
const membersOf = relatedTo(all, 'memberOf')
const usedBy = related(all, 'uses')
const placesOf = related(all, 'locatedAt')
const facetsOf = describedAs(all, 'modusOperandi')
const statuses = Map.groupBy(ofWord(all, 'network'), ({ own }) => own.entity as string)
const begunOn = (network: string) =>
  ofWord(all, 'memberOf')
    .filter(({ own }) => own.to === network)
    .map(({ from }) => from)
    .sort()[0]!

type Incident = { name: string; from: string; nationalities: string[]; networks: string[] }
const involved = relatedTo(all, 'involvedIn')
const incidentsOn = Map.groupBy(
  ofWord(all, 'incident').flatMap(({ own, from }): (Incident & { leg: string })[] => {
    const [leg] = placesOf.get(own.entity) ?? []
    const who = [...(involved.get(own.entity) ?? [])]
    const nationalities: string[] = own.nationalities ?? []
    const networks = who.filter((one) => /^N\d+$/.test(one))
    return leg ? [{ name: own.entity, from, leg, nationalities, networks }] : []
  }),
  ({ leg }) => leg,
)

/** Incidents on a leg in the months before a day and from it on, for as many months on either side. */
function around(leg: string, day: string, months: number): [before: Incident[], after: Incident[]] {
  const month = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
  const list = incidentsOn.get(leg) ?? []
  const at = (from: number, to: number) =>
    list.filter((one) => month(one.from) - month(day) >= from && month(one.from) - month(day) < to)
  return [at(-months, 0), at(0, months)]
}

function mixOf(incidents: Incident[]): Record<string, number> {
  const list = incidents.flatMap(({ nationalities }) => nationalities)
  return Object.fromEntries(
    [...Map.groupBy(list, (one) => one)].map(([one, of]) => [one, of.length / list.length]),
  )
}

/** Total variation distance, 0 to 1. */
function apart(one: Record<string, number>, other: Record<string, number>): number {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return keys.reduce((sum, key) => sum + Math.abs((one[key] ?? 0) - (other[key] ?? 0)), 0) / 2
}

describe('a planted successor', () => {
  it('has the members, vehicles, places and facets that the truth names, and begins when the former has ended', () => {
    expect(truth.successors.length).toBeGreaterThanOrEqual(14)
    for (const {
      former,
      successor,
      survivors,
      renamed,
      vehicles,
      places,
      facets,
      ...when
    } of truth.successors) {
      expect(survivors.length + renamed.length, successor).toBeGreaterThanOrEqual(2)
      for (const [was, now] of renamed) {
        expect([membersOf.get(former)!.has(was), membersOf.get(successor)!.has(now)]).toEqual([true, true])
        expect([membersOf.get(former)!.has(now), membersOf.get(successor)!.has(was)]).toEqual([false, false])
      }
      expect([...membersOf.get(former)!]).toEqual(expect.arrayContaining(survivors))
      expect([...membersOf.get(successor)!].filter((one) => membersOf.get(former)!.has(one)).sort()).toEqual(
        expect.arrayContaining([...survivors].sort()),
      )
      expect(vehicles.length).toBeGreaterThan(0)
      for (const network of [former, successor]) {
        expect([...usedBy.get(network)!]).toEqual(expect.arrayContaining(vehicles))
        expect([...placesOf.get(network)!]).toEqual(expect.arrayContaining(places))
        expect(facetsOf.get(`${network}-MO`).facets).toEqual(expect.arrayContaining(facets))
      }
      expect(facets.length / facetsOf.get(`${former}-MO`).facets.length).toBeGreaterThan(0.5)
      expect(places.length, successor).toBeGreaterThan(0)
      expect(begunOn(successor) >= when.begun && when.begun > when.dismantled, successor).toBe(true)
    }
  })

  it('sits at most of the former places, works by most of the former facets, and is half unrecognised', () => {
    const mean = (of: (one: (typeof truth.successors)[number]) => number) =>
      truth.successors.reduce((sum, one) => sum + of(one), 0) / truth.successors.length
    expect(mean(({ former, places }) => places.length / placesOf.get(former)!.size)).toBeGreaterThan(0.7)
    expect(
      mean(({ former, facets }) => facets.length / facetsOf.get(`${former}-MO`).facets.length),
    ).toBeGreaterThan(0.75)
    const known = mean(({ survivors, renamed }) => survivors.length / (survivors.length + renamed.length))
    expect(Math.abs(known - 0.5)).toBeLessThan(0.2)
  })

  it('is no part of what was dismantled and ended there, and all that is dismantled is told of as such', () => {
    const ended = [
      ...truth.successors.map(({ former }) => former),
      ...truth.unsucceeded.map(({ network }) => network),
    ]
    expect(truth.unsucceeded.length).toBeGreaterThanOrEqual(14)
    const toldAsEnded = [...statuses].filter(([, list]) =>
      list.some(({ own }) => own.status === 'DISMANTLED'),
    )
    expect(toldAsEnded.map(([name]) => name).sort()).toEqual(ended.sort())
    const bridges = new Set(truth.bridges.map(({ actor }) => actor))
    for (const { network } of truth.unsucceeded)
      for (const member of membersOf.get(network)!)
        for (const [other, who] of membersOf)
          if (other !== network && who.has(member)) expect(bridges, `${member} in ${other}`).toContain(member)
  })
})

describe('a planted displacement', () => {
  it('takes a leg most of its incidents and gives them to another, worked by the same networks and nationalities', () => {
    expect(truth.displacements).toHaveLength(3)
    for (const { closed, grown, from, networks, nationalities } of truth.displacements) {
      const [closedBefore, closedAfter] = around(closed, from, 12)
      const [grownBefore, grownAfter] = around(grown, from, 12)
      expect(closedBefore.length).toBeGreaterThan(20)
      expect(closedAfter.length).toBeLessThan(closedBefore.length * 0.45)
      expect(grownBefore.length).toBeLessThan(closedBefore.length * 0.3)
      expect(grownAfter.length).toBeGreaterThan(closedBefore.length * 0.55)
      const before = closedBefore.flatMap((one) => one.networks)
      const after = grownAfter.flatMap((one) => one.networks)
      for (const one of networks) expect([...before, ...after], closed).toContain(one)
      expect(before.filter((one) => networks.includes(one)).length / before.length).toBeGreaterThan(0.6)
      expect(after.filter((one) => networks.includes(one)).length / after.length).toBeGreaterThan(0.6)
      expect(apart(mixOf(grownAfter), nationalities)).toBeLessThan(0.35)
      expect(apart(mixOf(closedBefore), nationalities)).toBeLessThan(0.35)
    }
  })
})

describe('a decoy', () => {
  it('falls and rises in the same month as a displacement does, with other networks and nationalities', () => {
    expect(truth.decoys).toHaveLength(1)
    for (const { fallen, risen, from, nationalitiesFallen, nationalitiesRisen } of truth.decoys) {
      const [fallenBefore, fallenAfter] = around(fallen, from, 12)
      const [risenBefore, risenAfter] = around(risen, from, 12)
      expect(fallenAfter.length).toBeLessThan(fallenBefore.length * 0.6)
      expect(risenAfter.length).toBeGreaterThan(risenBefore.length * 2.5)
      expect(apart(mixOf(fallenBefore), nationalitiesFallen)).toBeLessThan(0.35)
      expect(apart(mixOf(risenAfter), nationalitiesRisen)).toBeLessThan(0.35)
      expect(apart(mixOf(fallenBefore), mixOf(risenAfter))).toBeGreaterThan(0.6)
      const before = new Set(fallenBefore.flatMap(({ networks }) => networks))
      expect(risenAfter.flatMap(({ networks }) => networks).filter((one) => before.has(one))).toEqual([])
    }
  })
})

describe('a bridge', () => {
  it('is a member of both networks, and has ties in both', () => {
    const ties = [...ofWord(all, 'worksWith')].map(({ own }) => [own.from, own.to] as [string, string])
    expect(truth.bridges.length).toBeGreaterThanOrEqual(8)
    for (const { actor, networks } of truth.bridges)
      for (const network of networks) {
        expect(membersOf.get(network), `${actor} in ${network}`).toContain(actor)
        const partners = ties.filter((pair) => pair.includes(actor)).flat()
        expect(partners.some((one) => one !== actor && membersOf.get(network)!.has(one))).toBe(true)
      }
  })
})
