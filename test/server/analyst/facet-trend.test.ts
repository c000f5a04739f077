import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTE_FIELDS } from '../../laws/analyses-routes.ts'
import { analysed } from './analyses.ts'
import {
  faultOf,
  incident,
  leg,
  openRoutes,
  parts,
  place,
  READER,
  REPORTER,
  type RoutePortolan,
  route,
  saying,
  toNobody,
} from './routes.ts'

let world: RoutePortolan
const trend = (asked: Record<string, unknown> = {}, person = READER) => {
  const fields = `... on FacetTrendResult ${ROUTE_FIELDS.facetTrend}`
  return analysed(world.portolan, person, { facetTrend: { things: [world.ids.Way], ...asked } }, fields)
}

/** Of ten incidents a quarter, so many by those who pay by mobile money; the others pay by hawala. */
const MOBILE = [1, 3, 5, 7, 9]
const told = MOBILE.flatMap((count, quarter) =>
  Array.from({ length: 10 }, (_, nth) => {
    const month = 1 + 3 * quarter + (nth % 3)
    const day = `${2016 + Math.floor((month - 1) / 12)}-${String(((month - 1) % 12) + 1).padStart(2, '0')}-1${nth}`
    const name = `I-${quarter}-${nth}`
    const by = nth < count ? 'Ring' : 'Band'
    return parts(
      incident(name, day, 'Leg'),
      saying({ [by]: 'NETWORK', [name]: 'INCIDENT' }, { involvedIn: { from: by, to: name } }),
    )
  }),
)

beforeAll(async () => {
  world = await openRoutes()
  await world.submit(
    'trend-1',
    parts(
      place('Home', 'NE'),
      place('Gate', 'LY'),
      leg('Leg', 'Home', 'Gate'),
      route('Way', 'Leg'),
      saying(
        { Ring: 'NETWORK', Band: 'NETWORK', 'MO-1': 'MODUS_OPERANDI', 'MO-2': 'MODUS_OPERANDI' },
        { modusOperandi: { entity: 'MO-1', label: 'MO-1', facets: ['PAY_01', 'REC_01'] } },
        { modusOperandi: { entity: 'MO-2', label: 'MO-2', facets: ['PAY_02', 'REC_01'] } },
        { uses: { from: 'Ring', to: 'MO-1' } },
        { uses: { from: 'Band', to: 'MO-2' } },
      ),
      ...told,
      incident('Unknown', '2016-02-02', 'Leg'),
      incident('Undated', null, 'Leg'),
    ),
  )
}, 300_000)
afterAll(() => world?.portolan.close())

describe('the trend of facets on a corridor', () => {
  it('is each share by quarter, and its slope with an interval', async () => {
    const result = await trend()
    expect(result).toMatchObject({
      ...{ from: '2016-01', to: '2017-03', incidents: 51, known: 50, undated: 1, tried: 3 },
      evidence: { claims: 50 },
    })
    const of = Object.fromEntries(result.trends.map((one: { facet: string }) => [one.facet, one]))
    expect(Object.keys(of)).toEqual(['PAY_01', 'PAY_02', 'REC_01'])
    expect(
      of.PAY_01.quarters.map(({ month, having, all, share }: Record<string, unknown>) => [
        month,
        having,
        all,
        share,
      ]),
    ).toEqual([
      ['2016-01', 1, 10, 0.1],
      ['2016-04', 3, 10, 0.3],
      ['2016-07', 5, 10, 0.5],
      ['2016-10', 7, 10, 0.7],
      ['2017-01', 9, 10, 0.9],
    ])
    expect(of.PAY_01).toMatchObject({ reading: 'ROSE', slope: expect.closeTo(0.2, 12) })
    // Cochran and Armitage: the slope over its error is √(50 · 2) · 0.2 / 0.5.
    const half = (1.959963984540054 * 0.5) / Math.sqrt(100)
    expect(of.PAY_01.low).toBeCloseTo(0.2 - half, 9)
    expect(of.PAY_02).toMatchObject({ reading: 'FELL', slope: expect.closeTo(-0.2, 12) })
    // All have it: there is nothing to tell, and no slope of nought.
    expect(of.REC_01).toMatchObject({ reading: 'TOO_FEW', slope: null, low: null, chance: null })
  }, 60_000)

  it('is of the groups and months that are asked about', async () => {
    const result = await trend({ groups: ['REC'], from: '2016-04', to: '2016-06', claims: 2 })
    expect(result).toMatchObject({ incidents: 10, tried: 1, trends: [{ facet: 'REC_01' }] })
    expect(result.claims).toHaveLength(2)
    expect(await trend({ from: '2030-01' })).toMatchObject({ from: null, trends: [], incidents: 0 })
  }, 60_000)

  it('is the same with a hidden way of working', async () => {
    const before = await trend()
    await world.submit(
      'trend-2',
      saying({ 'MO-1': 'MODUS_OPERANDI' }, { modusOperandi: { entity: 'MO-1', facets: ['PAY_03'] } }),
      toNobody,
    )
    expect(await trend()).toEqual(before)
    expect((await trend({}, REPORTER)).tried).toBe(4)
  }, 60_000)

  it('turns away what is no question, and what may not be seen', async () => {
    for (const id of [world.ids.Home, 'x', world.ids['MO-1']])
      expect(await faultOf(world, { facetTrend: { things: [id] } })).toBe('NOT_FOUND')
    expect(await faultOf(world, { facetTrend: { things: [] } })).toBe('BAD_INPUT')
  }, 60_000)
})
