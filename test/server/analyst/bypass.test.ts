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
  saying,
  toNobody,
} from './routes.ts'

let world: RoutePortolan
let began: string
const bypass = (asked: Record<string, unknown>, person = READER, asOf: string | null = null) => {
  const ends = { from: world.ids.A, to: world.ids.C }
  const fields = `... on BypassResult ${ROUTE_FIELDS.bypass}`
  return analysed(world.portolan, person, { bypass: { ...ends, ...asked } }, fields, asOf)
}
type Way = { hops: { from: { label: string }; to: { label: string } }[]; more: number; activity: string }
const stops = ({ hops }: Way) => [hops[0]?.from.label, ...hops.map(({ to }) => to.label)].join('')

/** A – B – C on the main axis; A – D – C farther round, A – E – F – C farther still, and nothing known of its hours. */
beforeAll(async () => {
  world = await openRoutes()
  await world.submit(
    'bypass-1',
    parts(
      ...['A', 'B', 'C', 'D', 'E', 'F'].map((name) => place(name, 'NE')),
      leg('AB', 'A', 'B', { hoursMin: 5, hoursMax: 8, feeMin: 100, currency: 'XOF', perPerson: true }),
      leg('BC', 'B', 'C', { hoursMin: 5 }),
      leg('AD', 'A', 'D', { hoursMin: 10, hoursMax: 20, feeMin: 150, feeMax: 200, currency: 'XOF' }),
      leg('DC', 'D', 'C', { hoursMin: 7, feeMin: 900, currency: 'XOF', perPerson: false }),
      leg('DC-2', 'D', 'C', { hoursMin: 9, feeMin: 60, currency: 'XOF', perPerson: true }),
      leg('AE', 'A', 'E'),
      leg('EF', 'E', 'F'),
      leg('FC', 'F', 'C'),
      incident('I-1', '2016-01-01', 'AB'),
      incident('I-2', '2016-09-01', 'AD'),
      incident('I-3', '2016-10-01', 'DC'),
      incident('I-4', '2016-10-01', 'AE'),
      incident('I-5', '2016-02-01', 'AE'),
      incident('I-6', null, 'EF'),
    ),
  )
  began = new Date().toISOString()
  await world.submit(
    'bypass-2',
    saying(
      { AB: 'LEG' },
      { leg: { entity: 'AB', label: 'AB', status: 'CONTROLLED' }, observedFrom: '2016-08-01' },
    ),
  )
}, 300_000)
afterAll(() => world?.portolan.close())

describe('ways round what is controlled', () => {
  it('are the cheapest first, with what they cost more and what is seen on them since', async () => {
    const result = await bypass({ closed: [world.ids.AB], by: 'HOURS' })
    // Of the three legs of the other way nobody says the hours.
    expect(result).toMatchObject({ since: '2016-08-01', by: 'HOURS', unpriced: 3 })
    expect(stops(result.usual)).toBe('ABC')
    expect(result.usual).toMatchObject({ cost: 10, hours: { least: 10, most: 13, untold: 0 } })
    expect(result.ways.map(stops)).toEqual(['ADC'])
    const [round] = result.ways
    expect(round).toMatchObject({ more: 7, activity: 'USED', isNew: true, hours: { least: 17, most: 27 } })
    // Fees of a whole group say nothing of what one person pays; the cheapest leg of the second hop has no other.
    expect(round.fees).toEqual([{ currency: 'XOF', least: 150, most: 200, untold: 1 }])
    type Seen = { leg: { label: string }; since: number }
    expect(round.hops[1].legs.map(({ leg: { label }, since }: Seen) => [label, since])).toEqual([
      ['DC', 1],
      ['DC-2', 0],
    ])
    const types = round.hops[1].legs[0].claims.map(({ type }: { type: string }) => type)
    expect(types.sort()).toEqual(['ARRIVES_AT', 'DEPARTS_FROM'])
  }, 60_000)

  it('are measured by legs or by the fee of a person', async () => {
    const legs = await bypass({ closed: [world.ids.AB] })
    expect(legs.ways.map((way: Way) => [stops(way), way.more, way.activity])).toEqual([
      ['ADC', 0, 'USED'],
      ['AEFC', 1, 'PARTLY'],
    ])
    expect(legs.ways[1]).toMatchObject({ isNew: false, hours: { least: 0, untold: 3 } })
    const fee = await bypass({ closed: [world.ids.B], by: 'FEE', currency: 'XOF' })
    expect(fee).toMatchObject({ usual: { cost: 210 }, currency: 'XOF', unpriced: 5 })
    expect(fee.ways.map((way: Way) => [stops(way), way.more])).toEqual([['ADC', 0]])
  }, 60_000)

  it('go round a place, and are none where all are closed', async () => {
    const { ids } = world
    const places = await bypass({ closed: [ids.B, ids.D], since: '2016-03-01' })
    expect(places.ways.map(stops)).toEqual(['AEFC'])
    expect((await bypass({ closed: [ids.B, ids.D, ids.E] })).ways).toEqual([])
    expect((await bypass({ closed: [ids.B], from: ids.C, to: ids.A })).usual).toBe(null)
  }, 60_000)

  it('are of what was known then, and every incident counts where no day is known', async () => {
    const then = await bypass({ closed: [world.ids.AB] }, READER, began)
    expect(then.since).toBe(null)
    expect(then.ways.map(({ activity }: Way) => activity)).toEqual(['USED', 'PARTLY'])
    expect(then.ways[1].hops[1].legs[0]).toMatchObject({ before: 0, since: 1 })
  }, 60_000)

  it('are the same with a hidden leg that would be shorter', async () => {
    const asked = { closed: [world.ids.AB], by: 'HOURS' }
    const before = await bypass(asked)
    await world.submit('bypass-3', leg('AC', 'A', 'C', { hoursMin: 1 }), toNobody)
    expect(await bypass(asked)).toEqual(before)
    expect((await bypass(asked, REPORTER)).ways.map(stops)).toEqual(['AC', 'ADC'])
  }, 60_000)

  it('answer what is hidden, absent or of another kind alike, and turn away what is no question', async () => {
    const { A, C, AC, AB, 'I-1': incidentId } = world.ids
    for (const id of [AC, 'x', incidentId])
      expect(await faultOf(world, { bypass: { from: A, to: C, closed: [id] } })).toBe('NOT_FOUND')
    expect(await faultOf(world, { bypass: { from: AB, to: C, closed: [AB] } })).toBe('NOT_FOUND')
    const bad = [{ closed: [] }, { by: 'FEE' }, { currency: 'nope' }, { to: A }]
    for (const wrong of bad)
      expect(await faultOf(world, { bypass: { from: A, to: C, closed: [AB], ...wrong } })).toBe('BAD_INPUT')
  }, 60_000)
})
