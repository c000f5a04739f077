import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parametersOf, TINY } from '../../../../clients/scenario/world/parameters.ts'
import {
  generateWorld,
  inputOf,
  ofClaims,
  streamWorld,
  type World,
} from '../../../../clients/scenario/world/world.ts'
import { checkReport } from '../../../../schema/wire/report.ts'
import { isReadBy } from './read.ts'

const SMALL = { networks: 24, routes: 8, months: 72, hubs: 60, seed: 7 }
const small = generateWorld(SMALL)
const bytes = (world: World) => JSON.stringify([world.offices, world.truth, world.reports])
const hash = (world: World) => createHash('sha256').update(bytes(world)).digest('hex')
const anId = '0'.repeat(26)
describe('the reports of a generated world', () => {
  it('are the same bytes for the same seed, on every machine', () => {
    expect(hash(generateWorld(SMALL))).toBe(hash(small))
    // Written down once: whoever changes the generator changes every figure that was measured with it.
    expect(hash(small)).toBe('ff97e70ac6065b0ecb52a1d517766476f93f96fd2aa12a95630f1556183c7beb')
  })

  it('are others for another seed, and the same one by one', () => {
    const other = generateWorld({ ...SMALL, seed: 8 })
    expect(other.truth).not.toEqual(small.truth)
    const claims = (world: World) => world.reports.map(({ input }) => input.claims)
    expect(JSON.stringify(claims(other))).not.toBe(JSON.stringify(claims(small)))
    const stream = streamWorld(SMALL)
    expect(bytes({ ...stream, reports: [...stream.reports] })).toBe(bytes(small))
  })

  it.each([
    ['a small world', small],
    ['a tiny one', generateWorld(TINY)],
    ['one of a single office', generateWorld({ ...TINY, offices: 1, seed: 2 })],
    ['one without networks', generateWorld({ ...TINY, networks: 0 })],
  ])('have no fault, and keys of their own: %s', (_, world) => {
    for (const report of world.reports) expect(checkReport(inputOf(report, () => anId)).faults).toEqual([])
    const keys = world.reports.map(({ input }) => input.key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it.each([
    ['a small world', small],
    ['one told in small pieces', generateWorld({ ...SMALL, seed: 3, claimsPerReport: 2, retold: 0 })],
    ['one of four offices', generateWorld({ ...SMALL, seed: 4, offices: 4, claimsPerReport: 3, retold: 0 })],
  ])(
    'introduce each entity once, and refer to nothing that their office cannot see: %s',
    (_, { reports }) => {
      const told = new Map<string, World['reports']>()
      const wrong: string[] = []
      for (const report of reports) {
        for (const { local } of report.input.entities) {
          const before = told.get(local)
          if (report.known.includes(local) !== (before !== undefined)) wrong.push(`${local} twice`)
          if (before && !before.some((one) => isReadBy(report.office, one))) wrong.push(`${local} unseen`)
        }
        for (const { local } of report.input.entities) told.set(local, [...(told.get(local) ?? []), report])
      }
      expect(wrong).toEqual([])
    },
  )

  it('come from every office, to all, to some and to nobody else', () => {
    expect(new Set(small.reports.map(({ office }) => office))).toEqual(new Set(small.offices))
    const kinds = Map.groupBy(small.reports, ({ office, input: { release } }) =>
      release.to[0] === 'all' ? 'all' : release.to[0] === `office:${office}` ? 'own' : 'some',
    )
    for (const kind of ['all', 'own', 'some'] as const)
      expect(kinds.get(kind)!.length, kind).toBeGreaterThan(10)
  })

  it('never say what was planted, nor call a coerced helmsman a suspect', () => {
    const text = bytes({ ...small, truth: {} as World['truth'] })
    expect(text).not.toMatch(/"succeeds"|"sameAs"/)
    const coerced = small.reports.flatMap(({ input }) =>
      input.claims.flatMap(({ actor }) => ((actor as { coerced?: boolean })?.coerced ? [actor] : [])),
    )
    expect(coerced.length).toBeGreaterThan(0)
    for (const actor of coerced) expect(actor).toMatchObject({ category: 'OTHER', benefit: 'NONE' })
  })
})

describe('the parameters of a world', () => {
  it('make a world of faultless reports whatever they are', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const few = (max: number) => fc.nat(max)
    const drawn = fc.record({
      ...{ seed: few(9_999), networks: few(6), hubs: few(40), routes: fc.integer({ min: 4, max: 9 }) },
      ...{ months: fc.integer({ min: 24, max: 40 }), members: fc.double({ min: 4, max: 9, noNaN: true }) },
      ...{ dismantled: share, succeeded: share, recognised: share, bridged: share, old: share, moved: share },
      ...{ displacements: few(2), decoys: few(1), offices: fc.integer({ min: 1, max: 24 }) },
      ...{ incidentsPerLegMonth: share, claimsPerReport: fc.integer({ min: 2, max: 60 }) },
    })
    fc.assert(
      fc.property(drawn, (changes) => {
        for (const report of streamWorld(changes).reports)
          expect(checkReport(inputOf(report, () => anId)).faults).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('may ask for a million claims, of which the first are there before the last are made', () => {
    const { reports, truth } = streamWorld(ofClaims(1_000_000))
    expect(truth.successors.length).toBeGreaterThan(100)
    expect(reports.next().value!.input.claims.length).toBeGreaterThan(10)
  })

  it('come to about as many claims as were asked for', () => {
    for (const wanted of [10_000, 40_000]) {
      let claims = 0
      for (const { input } of streamWorld(ofClaims(wanted, 3)).reports) claims += input.claims.length
      expect(claims / wanted).toBeGreaterThan(0.83)
      expect(claims / wanted).toBeLessThan(1.17)
    }
  })

  it.each([
    [{ networks: -1 }, 'networks'],
    [{ seed: 0.5 }, 'seed'],
    [{ male: 2 }, 'male'],
    [{ members: 3 }, '4 members'],
    [{ members: Number.NaN }, 'members'],
    [{ offices: 99 }, 'offices'],
    [{ from: '2010-02-30' }, 'first of a month'],
    [{ months: 12 }, 'months'],
    [{ routes: 2, decoys: 2 }, 'a route for each displacement'],
    [{ levels: { L1: 0, L2: 1, L3: 1 } }, 'levels'],
  ])('that make none are named: %j', (changes, name) => {
    expect(() => parametersOf(changes)).toThrow(RangeError)
    expect(() => parametersOf(changes)).toThrow(name)
  })
})
