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
const displacement = (asked: Record<string, unknown> = {}, person = READER) => {
  const fields = `... on DisplacementResult ${ROUTE_FIELDS.displacement}`
  return analysed(world.portolan, person, { displacement: asked }, fields)
}

const dayOf = (month: number, nth: number) =>
  `${2012 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-${String(nth + 1).padStart(2, '0')}`

/** So many incidents a month on a leg, by a network, of people from these countries by turns. */
function series(
  name: string,
  on: string,
  by: string,
  nationalities: string[],
  level: (month: number) => number,
) {
  const months = Array.from({ length: 48 }, (_, month) => month)
  return months.flatMap((month) =>
    Array.from({ length: level(month) }, (_, nth) => {
      const own = `${name}-${month}-${nth}`
      const whence = nationalities.length > 0 && {
        nationalities: [nationalities[(month + nth) % nationalities.length]],
      }
      return parts(
        incident(own, dayOf(month, nth), on, { ...whence }),
        saying({ [by]: 'NETWORK', [own]: 'INCIDENT' }, { involvedIn: { from: by, to: own } }),
      )
    }),
  )
}

type Shift = {
  fell: { corridor: { thing: { label: string } | null; country: string | null }; month: string }
  rose: Shift['fell']
  reading: string
}
const called = ({ corridor: { thing, country } }: Shift['fell']) => thing?.label ?? country
const readings = ({ shifts }: { shifts: Shift[] }) =>
  shifts.map(({ fell, rose, reading }) => [called(fell), called(rose), reading])

/** The land way falls from four to one in 2014 while the sea takes its people; elsewhere others rise at the same time. */
const FELL = (month: number) => (month < 24 ? 4 : 1)
const ROSE = (month: number) => (month < 24 ? 1 : 4)

beforeAll(async () => {
  world = await openRoutes()
  await world.submit(
    'displacement-1',
    parts(
      place('Home', 'NE'),
      place('Gate', 'ES'),
      place('Coast', 'IT'),
      leg('Land', 'Home', 'Gate'),
      leg('Sea', 'Home', 'Coast'),
      leg('Other', 'Gate', 'Coast'),
      route('Way', 'Land', 'Sea'),
      saying(
        { Ring: 'NETWORK', Band: 'NETWORK', 'MO-1': 'MODUS_OPERANDI', 'MO-2': 'MODUS_OPERANDI' },
        { network: { entity: 'Ring', label: 'Ring' } },
        { network: { entity: 'Band', label: 'Band' } },
        { modusOperandi: { entity: 'MO-1', label: 'MO-1', facets: ['REC_01', 'PAY_01'] } },
        { modusOperandi: { entity: 'MO-2', label: 'MO-2', facets: ['REC_02', 'PAY_02'] } },
        { uses: { from: 'Ring', to: 'MO-1' } },
        { uses: { from: 'Band', to: 'MO-2' } },
      ),
    ),
  )
  await world.submit('displacement-2', parts(...series('L', 'Land', 'Ring', ['NG', 'ML'], FELL)))
  await world.submit('displacement-3', parts(...series('S', 'Sea', 'Ring', ['NG', 'ML'], ROSE)))
}, 300_000)
afterAll(() => world?.portolan.close())

describe('displacement', () => {
  it('fits where what rose has the people and the ways of what fell', async () => {
    const result = await displacement()
    expect(result).toMatchObject({
      ...{ from: '2012-01', to: '2015-12', isEnough: true, falseAlarms: 0.05 },
      ...{ corridors: 2, incidents: 240 },
    })
    expect(readings(result)).toEqual([['Land', 'Sea', 'FITS']])
    const [{ fell, rose, nationalities, facets }] = result.shifts
    expect(fell.month).toBe('2014-01')
    expect(fell.chance).toBeLessThanOrEqual(0.05)
    expect(fell.ratio).toBeLessThan(0.5)
    expect(rose.ratio).toBeGreaterThan(2)
    expect(nationalities.common.value).toBeGreaterThan(0.9)
    expect(facets).toMatchObject({ common: { value: 1, low: 1, high: 1 }, unknown: 0 })
    expect(fell.evidence).toMatchObject({ claims: 120, reports: 1 })
    expect(fell.claims).toHaveLength(5)
  }, 60_000)

  it('is of routes or of countries as well, and of those months alone that are asked about', async () => {
    expect(readings(await displacement({ by: 'DESTINATION' }))).toEqual([['ES', 'IT', 'FITS']])
    expect(readings(await displacement({ by: 'ROUTE' }))).toEqual([])
    const short = await displacement({ to: '2013-06' })
    expect(short).toMatchObject({ isEnough: false, shifts: [], to: '2013-06' })
  }, 60_000)

  it('is not claimed where others rose, or where nobody says who and how', async () => {
    await world.submit('displacement-4', parts(...series('O', 'Other', 'Band', ['SY', 'IQ'], ROSE)))
    expect(readings(await displacement())).toEqual([
      ['Land', 'Sea', 'FITS'],
      ['Land', 'Other', 'OTHER_PROFILE'],
    ])
    await world.submit(
      'displacement-5',
      parts(leg('Air', 'Home', 'Coast'), ...series('A', 'Air', 'Nobody', [], ROSE)),
    )
    const unknown = readings(await displacement()).find(([, rose]) => rose === 'Air')
    expect(unknown).toEqual(['Land', 'Air', 'CANNOT_TELL'])
  }, 60_000)

  it('is the same with a hidden report that would change it', async () => {
    const before = await displacement()
    await world.submit(
      'displacement-6',
      parts(...series('H', 'Land', 'Ring', ['NG', 'ML'], (month) => 4 - FELL(month))),
      toNobody,
    )
    expect(await displacement()).toEqual(before)
    expect(readings(await displacement({}, REPORTER))).toEqual([])
  }, 60_000)

  it('turns away what is no question, and what may not be seen', async () => {
    for (const id of [world.ids.Land, 'x'])
      expect(await faultOf(world, { displacement: { routes: [id] } })).toBe('NOT_FOUND')
    for (const wrong of [{ falseAlarms: 0 }, { facets: 2 }, { within: 25 }])
      expect(await faultOf(world, { displacement: wrong })).toBe('BAD_INPUT')
  }, 60_000)
})
