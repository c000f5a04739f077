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
const flow = (asked: Record<string, unknown> = {}, person = READER, asOf: string | null = null) =>
  analysed(world.portolan, person, { flow: asked }, `... on FlowResult ${ROUTE_FIELDS.flow}`, asOf)
const activity = (asked: Record<string, unknown>, person = READER) =>
  analysed(world.portolan, person, { activity: asked }, `... on ActivityResult ${ROUTE_FIELDS.activity}`)

beforeAll(async () => {
  world = await openRoutes()
}, 300_000)
afterAll(() => world?.portolan.close())

describe('an empty view', () => {
  it('has no flow', async () => {
    const none = { from: null, to: null, legs: [], unlisted: 0, undated: 0, nowhere: 0 }
    expect(await flow()).toMatchObject(none)
  })
})

describe('flow over legs and months', () => {
  let began: string
  beforeAll(async () => {
    await world.submit(
      'flow-1',
      parts(
        place('Agadez', 'NE'),
        place('Sabha', 'LY'),
        leg('North', 'Agadez', 'Sabha', {
          ...{ means: ['TRN_02'], feeMin: 100, feeMax: 200, currency: 'XOF', perPerson: true },
        }),
        leg('West', 'Agadez', 'Sabha'),
        route('Way', 'North'),
        incident('I-1', '2016-01-05', 'North', { persons: 25 }),
        incident('I-2', '2016-01-20', 'North'),
        incident('I-3', '2016-03-01', 'North', { persons: 7 }),
        incident('I-4', '2016-03-02', 'West', { persons: 4 }),
        incident('I-5', null, 'North'),
        incident('I-6', '2016-03-09', null),
        incident('I-7', '2016-02-09', null),
        saying({ Way: 'ROUTE', 'I-7': 'INCIDENT' }, { involvedIn: { from: 'Way', to: 'I-7' } }),
        // Said of the route as well as of its leg.
        saying({ Way: 'ROUTE', 'I-3': 'INCIDENT' }, { involvedIn: { from: 'Way', to: 'I-3' } }),
        saying({ West: 'LEG', 'I-4': 'INCIDENT' }, { involvedIn: { from: 'West', to: 'I-4' } }),
      ),
    )
    began = new Date().toISOString()
    // Another office's number of one incident, and a later fee.
    await world.submit(
      'flow-2',
      parts(
        saying({ 'I-1': 'INCIDENT' }, { incident: { entity: 'I-1', type: 'INTERCEPTION', persons: 20 } }),
        saying(
          { North: 'LEG' },
          {
            leg: { entity: 'North', means: ['TRN_03'], feeMin: 300, currency: 'XOF', perPerson: true },
            ...{ observedFrom: '2016-02-01' },
          },
        ),
      ),
    )
  }, 60_000)

  const months = ({ legs }: { legs: { at: { label: string }; months: Record<string, unknown>[] }[] }) =>
    Object.fromEntries(legs.map(({ at, months: list }) => [at.label, list]))

  it('is counted by month, with claims that differ as a range and nothing where nothing is told', async () => {
    const result = await flow()
    expect(result).toMatchObject({ from: '2016-01', to: '2016-03', undated: 1, nowhere: 1, unlisted: 0 })
    expect(months(result)).toMatchObject({
      North: [
        {
          ...{ month: '2016-01', incidents: 2, personsLeast: 20, personsMost: 25, uncounted: 1 },
          ...{ means: ['TRN_02'], fees: [{ currency: 'XOF', perPerson: true, least: 100, most: 200 }] },
        },
        {
          ...{ month: '2016-03', incidents: 1, personsLeast: 7, personsMost: 7, uncounted: 0 },
          ...{ means: ['TRN_02', 'TRN_03'], fees: [{ least: 100, most: 300 }] },
        },
      ],
      // Twice said to be there, and once counted.
      West: [{ month: '2016-03', incidents: 1, personsLeast: 4 }],
      // On the route, and on none of its legs.
      Way: [{ month: '2016-02', incidents: 1, uncounted: 1 }],
    })
    const [north] = result.legs
    expect(north.evidence).toEqual({
      ...{ claims: 3, reports: 1, offices: 1 },
      ...{ best: { source: 'B', information: 'N2' }, worst: { source: 'B', information: 'N2' } },
    })
    expect(north.claims.map(({ type }: { type: string }) => type)).toEqual(Array(3).fill('LOCATED_AT'))
  }, 60_000)

  it('is of the routes and months that are asked about, and of what was known then', async () => {
    const { ids } = world
    const way = await flow({ routes: [ids.Way], from: '2016-02', to: '2016-12' })
    expect(Object.keys(months(way)).sort()).toEqual(['North', 'Way'])
    expect(way).toMatchObject({ from: '2016-02', to: '2016-12', nowhere: null })
    const [north] = months(await flow({}, READER, began)).North as { personsLeast: number }[]
    expect(north!.personsLeast).toBe(25)
    expect((await flow({ most: 1, claims: 0 })).unlisted).toBe(2)
  }, 60_000)

  it('is the same with a hidden report that would change it', async () => {
    const before = [await flow(), await activity({ things: [world.ids.Way] })]
    await world.submit('flow-hidden', incident('I-8', '2015-01-07', 'North', { persons: 900 }), toNobody)
    expect([await flow(), await activity({ things: [world.ids.Way] })]).toEqual(before)
    expect((await flow({}, REPORTER)).from).toBe('2015-01')
  }, 60_000)

  it('answers what is hidden, absent or of another kind alike, and turns away what is no question', async () => {
    const { ids } = world
    for (const id of [ids['I-8'], ids.North, 'x', ids.Agadez])
      expect(await faultOf(world, { flow: { routes: [id] } })).toBe('NOT_FOUND')
    for (const id of [ids['I-8'], ids['I-1'], 'x', ids.Agadez])
      expect(await faultOf(world, { activity: { things: [id] } })).toBe('NOT_FOUND')
    for (const wrong of [{ most: 0 }, { from: '2016-13' }, { from: '2016-02', to: '2016-01' }])
      expect(await faultOf(world, { flow: wrong })).toBe('BAD_INPUT')
    expect(await faultOf(world, { activity: { things: [] } })).toBe('BAD_INPUT')
  }, 60_000)
})

describe('activity', () => {
  it('counts each incident of a corridor once, month by month', async () => {
    const { ids } = world
    const { months, undated, evidence } = await activity({ things: [ids.Way, ids.North, ids.West] })
    expect(months).toEqual([
      { month: '2016-01', count: 2 },
      { month: '2016-02', count: 1 },
      { month: '2016-03', count: 2 },
    ])
    expect({ undated, claims: evidence.claims }).toEqual({ undated: 1, claims: 7 })
  }, 60_000)

  it('is held against a day with its interval, and says where it is too little to tell', async () => {
    const days = Array.from({ length: 12 }, (_, at) => `2018-0${1 + (at % 6)}-1${Math.floor(at / 6)}`)
    await world.submit(
      'activity-1',
      parts(
        leg('Coast', 'Sabha', 'Agadez'),
        ...days.map((day, at) => incident(`C-${at}`, day, 'Coast')),
        saying({ Ring: 'NETWORK' }, { network: { entity: 'Ring', label: 'Ring' } }),
        saying({ Ring: 'NETWORK', 'C-0': 'INCIDENT' }, { involvedIn: { from: 'Ring', to: 'C-0' } }),
      ),
    )
    const { ids } = world
    const asked = { intervention: '2018-07-01', before: 6, after: 6 }
    const { comparison } = await activity({ things: [ids.Coast], ...asked })
    expect(comparison).toMatchObject({ before: 12, after: 0, ratio: 0, low: 0, reading: 'FELL' })
    expect(comparison).toMatchObject({ daysBefore: 181, daysAfter: 184, wholeYears: false })
    // Exact: (0.025 / 2)^(1/12) bounds the share, of which none came after.
    const share = 1 - 0.025 ** (1 / 12)
    expect(comparison.high).toBeCloseTo((share / (1 - share)) * (181 / 184), 9)
    const ring = await activity({ things: [ids.Ring], ...asked })
    expect(ring.comparison).toMatchObject({ before: 1, after: 0, reading: 'TOO_FEW' })
  }, 60_000)
})
