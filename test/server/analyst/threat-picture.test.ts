import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestPortolan } from '../../instance.ts'
import { threatOf } from '../../laws/analyses-players.ts'
import {
  actor,
  asking,
  entities,
  expectNotFound,
  expectRefused,
  NIGER,
  openPlayers,
  submit,
  tie,
  toNobody,
} from './players.ts'

let portolan: TestPortolan
let ids: Record<string, string>
const ask = asking('threatPicture', threatOf([]).fields)

const WEAK = { source: 'C', information: 'N3' }
const MEMBERS = ['a', 'b', 'c', 'child']

beforeAll(async () => {
  portolan = await openPlayers()
  ids = await submit(portolan, 'threat-picture-1', {
    entities: [
      ...entities('ACTOR', MEMBERS),
      ...entities('NETWORK', ['ring', 'quiet']),
      ...entities('ROUTE', ['way']),
      ...entities('LEG', ['one', 'two']),
      ...entities('PLACE', ['agadez', 'sabha', 'well']),
      ...entities('INCIDENT', ['wreck', 'clash']),
      ...entities('CRIME', ['trafficking', 'gold', 'bribes']),
      ...entities('MODUS_OPERANDI', ['convoy']),
    ],
    claims: [
      ...MEMBERS.map((name) => actor(name, name === 'child' ? { minor: true } : {})),
      { ...tie(['a', 'b']), handling: ['H2'], sensitivity: 'S3_HIGH' },
      { ...tie(['b', 'c']), handling: ['H1'], sensitivity: 'S2_SENSITIVE' },
      tie(['c', 'child']),
      { network: { entity: 'ring', label: 'Ring' } },
      { network: { entity: 'quiet', label: 'Quiet' } },
      { memberOf: { from: 'a', to: 'ring', level: 'L3', role: 'R40' }, observedFrom: '2013-05-01' },
      { memberOf: { from: 'a', to: 'ring', level: 'L2', role: 'R22' }, ...WEAK, observedFrom: '2012-01-01' },
      { memberOf: { from: 'b', to: 'ring', level: 'L1', role: 'R01' }, ...WEAK, observedFrom: '2014-01-01' },
      { memberOf: { from: 'c', to: 'ring', level: 'LX', role: 'R01' } },
      { memberOf: { from: 'child', to: 'ring', level: 'L1', role: 'R01' } },
      { operates: { from: 'ring', to: 'way' } },
      { hasLeg: { from: 'way', to: 'one', position: 1 } },
      { operates: { from: 'ring', to: 'two' }, ...WEAK },
      { departsFrom: { from: 'one', to: 'agadez' } },
      { arrivesAt: { from: 'one', to: 'sabha' } },
      { arrivesAt: { from: 'two', to: 'well' } },
      { place: { entity: 'agadez', country: 'NE' } },
      { place: { entity: 'sabha', country: 'LY' }, ...WEAK },
      { leg: { entity: 'one', feeMin: 100, feeMax: 150, currency: 'USD' } },
      { leg: { entity: 'one', feeMax: 300, currency: 'USD' }, ...WEAK },
      { involvedIn: { from: 'ring', to: 'wreck' }, observedFrom: '2014-08-01' },
      { involvedIn: { from: 'ring', to: 'clash' } },
      { incident: { entity: 'wreck', type: 'SHIPWRECK', dead: 20 } },
      { incident: { entity: 'wreck', type: 'SHIPWRECK', dead: 35 }, ...WEAK },
      { incident: { entity: 'clash', type: 'CLASH', injured: 3 } },
      ...[
        ['trafficking', 'LNK_01'],
        ['gold', 'LNK_08'],
        ['bribes', 'LNK_11'],
      ].flatMap(([crime, code]) => [
        { crime: { entity: crime, code } },
        { linkedTo: { from: 'ring', to: crime, code, link: 'SAME_ACTOR' } },
      ]),
      { uses: { from: 'ring', to: 'convoy' } },
      { modusOperandi: { entity: 'convoy', facets: ['HRM_01', 'COR_02', 'PAY_01', 'MON_02', 'TRN_02'] } },
    ],
  })
}, 300_000)
afterAll(() => portolan?.close())

type Shown = { indicator: string; parts: { code: string | null; value: number }[]; relations: object[] }
const indicators = (result: { networks: { indicators: Shown[] }[] }, at = 0) =>
  Object.fromEntries(result.networks[at]!.indicators.map((one) => [one.indicator, one]))

describe('a threat picture of what a caller may see', () => {
  it('has every indicator with what good claims alone would give, and its claims', async () => {
    const result = await ask(portolan, { networks: [ids.ring], most: 100 })
    const of = indicators(result)
    const figures = (value: number, low: number, high: number, unknown = 0) => ({ value, low, high, unknown })
    expect(of.REACH_ROUTES).toMatchObject(figures(1, 1, 1))
    expect(of.REACH_LEGS).toMatchObject(figures(2, 1, 2))
    expect(of.REACH_PLACES).toMatchObject(figures(3, 2, 3))
    expect(of.REACH_COUNTRIES).toMatchObject({ ...figures(2, 1, 2, 1), claimCount: 2 })
    expect(of.MEMBERS).toMatchObject({ ...figures(3, 2, 3), claimCount: 4 })
    expect(of.LEVELS).toMatchObject({ ...figures(3, 1, 3, 1), claimCount: 3 })
    expect(of.LEVELS!.parts.map(({ code, value }) => [code, value])).toEqual([
      ['L1', 1],
      ['L2', 1],
      ['L3', 1],
      ['LX', 1],
    ])
    expect(of.HARMS).toMatchObject({
      ...figures(1, 1, 1),
      parts: [{ code: 'HRM_01', value: 1 }],
      claimCount: 2,
    })
    expect(of.DEAD).toMatchObject({ ...figures(20, 20, 35, 1), parts: [{ node: { id: ids.wreck } }] })
    expect(of.MISSING).toMatchObject({ value: null, low: null, high: null, unknown: 2, parts: [] })
    expect(of.INJURED).toMatchObject(figures(3, 3, 3, 1))
    expect(of.FEES).toMatchObject({
      ...figures(1, 1, 1, 1),
      parts: [{ code: 'USD', value: null, low: 100, high: 300 }],
    })
    expect(of.PAYMENT).toMatchObject(figures(2, 2, 2))
    expect(of.NEW_MEMBERS).toMatchObject({ ...figures(2, 1, 2, 1), parts: [{ year: 2012 }, { year: 2014 }] })
    expect(of.NEW_INCIDENTS).toMatchObject({ ...figures(1, 1, 1, 1), parts: [{ year: 2014, value: 1 }] })
    expect(of.GROUPS!).toMatchObject({ value: 1, claimCount: 2 })
    // The child joins nobody; b and c hold him and a.
    expect(of.CUT_POINTS).toMatchObject({ value: 2 })
    for (const one of ['GROUPS', 'CUT_POINTS', 'WORST_LOSS'])
      expect(of[one]).toMatchObject({ low: expect.any(Number), high: expect.any(Number) })
  }, 60_000)

  it('keeps trafficking apart from every other link, and adds it to nothing', async () => {
    const of = indicators(await ask(portolan, { networks: [ids.ring] }))
    expect(of.TRAFFICKING_LINKS).toMatchObject({ value: 1, relations: [{ crime: 'LNK_01' }] })
    expect(of.CORRUPTION_LINKS).toMatchObject({ value: 1, parts: [{ code: 'SAME_ACTOR' }] })
    expect(of.LINKED_CRIMES).toMatchObject({ value: 1, parts: [{ code: 'LNK_08', value: 1 }] })
    for (const [name, { relations }] of Object.entries(of))
      if (name !== 'TRAFFICKING_LINKS') expect(JSON.stringify(relations)).not.toContain('LNK_01')
  }, 60_000)

  it('counts nobody who is protected, and lists no claim of his', async () => {
    const { networks } = await ask(portolan, { networks: [ids.ring], most: 100 })
    expect(networks[0].leftOut).toBe(1)
    expect(JSON.stringify(networks)).not.toContain(ids.child)
  }, 60_000)

  it('says how all of it may be handled, also where a claim is not listed', async () => {
    const { networks } = await ask(portolan, { networks: [ids.ring, ids.quiet], most: 1 })
    expect(networks[0]).toMatchObject({ handling: ['H0', 'H1', 'H2'], sensitivity: 'S3_HIGH' })
    expect(networks[1]).toMatchObject({ handling: [], sensitivity: null })
  }, 60_000)

  it('says of a network of which nothing is known that all is unknown, never 0', async () => {
    const of = indicators(await ask(portolan, { networks: [ids.ring, ids.quiet] }), 1)
    expect(Object.keys(of)).toHaveLength(21)
    for (const one of Object.values(of))
      expect(one).toMatchObject({ value: null, low: null, high: null, parts: [], claimCount: 0 })
  }, 60_000)

  it('is the same with hidden reports that would change it', async () => {
    const asked = { networks: [ids.ring], most: 100 }
    const before = await ask(portolan, asked)
    await submit(portolan, 'threat-picture-2', {
      release: toNobody,
      entities: [
        ...entities('ACTOR', ['a', 'secret'], ids),
        ...entities('NETWORK', ['ring'], ids),
        ...entities('INCIDENT', ['wreck'], ids),
        ...entities('ROUTE', ['way'], ids),
        ...entities('LEG', ['three']),
      ],
      claims: [
        actor('a', { coerced: true }),
        actor('secret'),
        tie(['a', 'secret']),
        {
          memberOf: { from: 'secret', to: 'ring', level: 'L3', role: 'R41' },
          source: 'A',
          information: 'N1',
        },
        { incident: { entity: 'wreck', type: 'SHIPWRECK', dead: 90 }, source: 'A', information: 'N1' },
        { hasLeg: { from: 'way', to: 'three', position: 2 } },
      ],
    })
    expect(await ask(portolan, asked)).toEqual(before)
    const own = await ask(portolan, asked, { by: NIGER })
    expect(own.networks[0].leftOut).toBe(2)
    expect(indicators(own).DEAD).toMatchObject({ value: 90, low: 20, high: 90 })
  }, 60_000)

  it('refuses what is no network of the view, and no network or too many', async () => {
    await expectNotFound(portolan, { threatPicture: { networks: [ids.a] } })
    await expectNotFound(portolan, { threatPicture: { networks: [ids.ring, 'no-such-id'] } })
    await expectRefused(portolan, { threatPicture: { networks: [] } })
    await expectRefused(portolan, { threatPicture: { networks: Array(21).fill(ids.ring) } })
    const early = { asOf: '2001-01-01T00:00:00Z' }
    await expectNotFound(portolan, { threatPicture: { networks: [ids.ring] } }, early)
  }, 60_000)
})
