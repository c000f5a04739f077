import { createHash } from 'node:crypto'
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
    expect(hash(small)).toBe('5f841814d0d0bd849a05c5b16ac19bcd0930e3f27e795601c1d532842ac665bf')
  })

  it('are others for another seed, and the same one by one', () => {
    expect(hash(generateWorld({ ...SMALL, seed: 8 }))).not.toBe(hash(small))
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

  it('introduce each entity once, and refer to nothing that their office cannot see', () => {
    const told = new Map<string, World['reports']>()
    for (const report of small.reports) {
      for (const { local } of report.input.entities) {
        const before = told.get(local)
        expect(report.known.includes(local), local).toBe(before !== undefined)
        if (before)
          expect(
            before.some((one) => isReadBy(report.office, one)),
            local,
          ).toBe(true)
      }
      for (const { local } of report.input.entities) told.set(local, [...(told.get(local) ?? []), report])
    }
  })

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
