import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OwnClaim, Said } from '../../../cypher/match/structure.ts'
import { Trait } from '../../../schema/wire/structure.ts'
import { traitsOf } from '../../../server/match/traits.ts'

// The coarse features of a network, of what one office's reports say.

let made = 0
const claim = (type: string, from: string, to: string, more: Partial<OwnClaim> = {}): OwnClaim => ({
  ...{ type, from, to, claim: `c${++made}`, report: 'r1', observedFrom: '2026-02-01', observedTo: null },
  ...more,
})
const place = (entity: string, more: Partial<Said> = {}): Said => ({
  ...{ entity, latitude: 16.97, longitude: 7.99, precision: 5_000, locode: null, facets: null },
  ...more,
})
const names = (claims: OwnClaim[], said: Said[]) =>
  traitsOf({ id: 'n', claims, said }).map(({ trait }) => trait)
const at = (said: Partial<Said>, more: Partial<OwnClaim> = {}) =>
  names([claim('LOCATED_AT', 'n', 'p', more)], [place('p', said)])

describe('the cell of a place', () => {
  it.each([
    [0, 0, 'N00E000'],
    [-0.1, -0.1, 'S01W001'],
    [16.97, 7.99, 'N16E007'],
    [-33.92, 18.42, 'S34E018'],
    [90, 180, 'N89W180'],
    [-90, -180, 'S90W180'],
    [35, 12, 'N35E012'],
  ])('of %d, %d is %s', (latitude, longitude, cell) => {
    expect(at({ latitude, longitude })).toEqual([`PLACE:${cell}:2026-H1`])
  })

  it('is its UN/LOCODE where nobody says so near where it is, and else none', () => {
    for (const said of [
      { precision: 50_001 },
      { precision: null },
      { latitude: null },
      { longitude: null },
    ]) {
      expect(at({ ...said, locode: 'NEAJY' })).toEqual(['PLACE:NEAJY:2026-H1'])
      expect(at(said)).toEqual([])
    }
    expect(at({ precision: 50_000, locode: 'NEAJY' })).toEqual(['PLACE:N16E007:2026-H1'])
  })

  it('says nothing nearer than a degree', () => {
    const degree = fc.double({ min: 0, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(degree, degree, (north, east) => {
        expect(at({ latitude: 16 + north, longitude: 7 + east })).toEqual(['PLACE:N16E007:2026-H1'])
      }),
    )
  })
})

describe('the half-years of a claim', () => {
  const halves = (observedFrom: string | null, observedTo: string | null) =>
    at({}, { observedFrom, observedTo }).map((trait) => trait.slice(-7))

  it.each([
    ['2026-06-30', null, ['2026-H1']],
    ['2026-07-01', null, ['2026-H2']],
    [null, '2025-12-31', ['2025-H2']],
    ['2025-11-01', '2026-01-01', ['2025-H2', '2026-H1']],
    ['2024-02-29', '2026-02-28', ['2024-H1', '2024-H2', '2025-H1', '2025-H2', '2026-H1']],
    ['2024-02-29', '2026-03-01', []],
    [null, null, []],
  ])('from %s to %s are %s', (from, to, expected) => {
    expect(halves(from, to)).toEqual(expected)
  })
})

describe('what leads to a place or a leg', () => {
  const ends = (leg: string) => [
    claim('DEPARTS_FROM', leg, 'p', { observedFrom: '2010-01-01' }),
    claim('ARRIVES_AT', leg, 'q', { observedFrom: null }),
  ]
  const said = [place('p'), place('q', { latitude: 18.7 })]
  const all = ['LEG:N16E007-N18E007:2026-H1', 'PLACE:N16E007:2026-H1', 'PLACE:N18E007:2026-H1']

  it('is a leg that it operates, or one of a route; the days are those of the network’s own claim', () => {
    expect(names([claim('OPERATES', 'n', 'leg'), ...ends('leg')], said)).toEqual(all)
    const route = [claim('OPERATES', 'n', 'way'), claim('HAS_LEG', 'way', 'leg', { observedFrom: null })]
    expect(names([...route, ...ends('leg')], said)).toEqual(all)
  })

  it('is where an incident was that it was involved in, and nothing that others were involved in', () => {
    const incident = [claim('LOCATED_AT', 'i', 'p', { observedFrom: '2020-01-01' })]
    expect(names([claim('INVOLVED_IN', 'n', 'i'), ...incident], said)).toEqual(['PLACE:N16E007:2026-H1'])
    expect(names(incident, said)).toEqual([])
    expect(names([claim('LOCATED_AT', 'n', 'leg'), ...ends('leg')], said)).toEqual([])
  })

  it('is no leg within one cell', () => {
    const near = [place('p'), place('q', { latitude: 16.1 })]
    expect(names([claim('OPERATES', 'n', 'leg'), ...ends('leg')], near)).toEqual(['PLACE:N16E007:2026-H1'])
  })

  it('stands in both cells where two reports differ', () => {
    expect(at({}).length).toBe(1)
    const both = names([claim('LOCATED_AT', 'n', 'p')], [place('p'), place('p', { latitude: 17.1 })])
    expect(both).toEqual(['PLACE:N16E007:2026-H1', 'PLACE:N17E007:2026-H1'])
  })
})

describe('too few', () => {
  const counts = (reports: string[]) =>
    traitsOf({
      id: 'n',
      claims: reports.map((report) => claim('LOCATED_AT', 'n', 'p', { report })),
      said: [place('p')],
    })[0]!

  it('are less than three claims of the network, or all of them in one report', () => {
    expect(counts(['r1', 'r1', 'r1', 'r1'])).toMatchObject({ claims: 4, reports: 1, counts: false })
    expect(counts(['r1', 'r2'])).toMatchObject({ claims: 2, reports: 2, counts: false })
    expect(counts(['r1', 'r2', 'r2'])).toMatchObject({ claims: 3, reports: 2, counts: true })
  })

  it('stay too few where one observation is told in many claims', () => {
    const claims = [
      claim('INVOLVED_IN', 'n', 'i'),
      ...['r1', 'r2', 'r3'].map((report) => claim('LOCATED_AT', 'i', 'p', { report })),
    ]
    const [found] = traitsOf({ id: 'n', claims, said: [place('p')] })
    expect(found).toMatchObject({ claims: 1, reports: 1, counts: false })
  })

  it('do not keep facets: how somebody works says nothing of where', () => {
    const facets = { ...place('m'), latitude: null, facets: ['REC_01'] }
    const found = traitsOf({ id: 'n', claims: [claim('USES', 'n', 'm')], said: [facets] })
    expect(found).toEqual([{ trait: 'FACET:REC_01', claims: 1, reports: 1, counts: true }])
  })
})

it('every trait is one that a watch takes, each once and in order, however the claims come', () => {
  const spot = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  fc.assert(
    fc.property(
      fc.array(spot, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      (spots, draw) => {
        const said = spots.map((one, nth) => place(`p${nth}`, one))
        const claims = spots.flatMap((_, nth) => [
          claim('OPERATES', 'n', `l${nth}`),
          claim('DEPARTS_FROM', `l${nth}`, `p${nth}`),
          claim('ARRIVES_AT', `l${nth}`, `p${(nth + 1) % spots.length}`),
        ])
        const found = traitsOf({ id: 'n', claims, said })
        const listed = found.map(({ trait }) => trait)
        expect(listed).toEqual([...new Set(listed)].sort())
        for (const trait of listed) expect(Trait.safeParse(trait).success, trait).toBe(true)
        const order = new Map(claims.map((one) => [one, draw.next().value]))
        const mixed = [...claims].sort((one, other) => order.get(one)! - order.get(other)!)
        expect(traitsOf({ id: 'n', claims: mixed, said: [...said].reverse() })).toEqual(found)
      },
    ),
  )
})
