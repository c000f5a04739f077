import { geoDistance } from 'd3-geo'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawMap, type MapPicture } from '../../../clients/picture/map.ts'
import { CONTRARY, legStyle, type MapLeg, STATUS_STYLES, UNKNOWN } from '../../../clients/picture/map-legs.ts'
import { EARTH_KM, type MapPlace, pointOf, projectionFor } from '../../../clients/picture/map-places.ts'
import { PLACES } from '../../../clients/scenario/places.ts'
import { LEGS, ROUTES } from '../../../clients/scenario/routes.ts'
import { LEG_STATUSES } from '../../../schema/wire/codes.ts'
import { hostile, STAMP } from './parts.ts'
import { count, faultsOfXml } from './xmllint.ts'

const GOOD = { source: 'A', information: 'N1', basis: 'FACT' }
const at = (longitude: number, latitude: number, more: object = {}) => ({
  ...{ id: `at ${longitude} ${latitude}`, longitude, latitude, precision: null, ...GOOD, ...more },
})
const place = (id: string, ...positions: MapPlace['positions']): MapPlace => ({ id, label: id, positions })
const leg = (id: string, from: string[], to: string[], more: Partial<MapLeg> = {}): MapLeg => ({
  ...{ id, label: id, route: 'r', position: null, from, to, means: ['TRN_02'], statuses: ['OPEN'] },
  ...{ isLawful: false, gradings: ['B2'], isFirm: true, ...more },
})

/** A route of the worked scenario, on its real places. */
function scenario(names: readonly string[]): Pick<MapPicture, 'places' | 'legs'> {
  const legs = names.map((name, i) => {
    const { from, to, says } = LEGS[name]!
    const { means, status } = says as { means: string[]; status: string }
    return leg(name, [from], [to], { position: i + 1, means, statuses: [status] })
  })
  const ids = new Set(legs.flatMap(({ from, to }) => [...from, ...to]))
  const places = [...ids].map((id) => {
    const { longitude, latitude, precision } = PLACES[id] as Record<string, number>
    return place(id, at(longitude!, latitude!, { precision }))
  })
  return { places, legs }
}

const desert = scenario(ROUTES['Agadez-Sabha']!.legs)
const whole: MapPicture = {
  language: 'en',
  title: 'Routes on the map: Agadez-Sabha',
  ...desert,
  stamp: STAMP,
}
const draw = (more: Partial<MapPicture> = {}) => drawMap({ ...whole, ...more })

describe('a map', () => {
  it('is the same octets for the same content, in whatever order it comes', () => {
    const once = draw()
    const { places, legs } = desert
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...places], { minLength: places.length }),
        fc.shuffledSubarray([...legs], { minLength: legs.length }),
        (otherPlaces, otherLegs) => {
          expect(draw({ places: otherPlaces, legs: otherLegs }) === once).toBe(true)
        },
      ),
      { numRuns: 6 },
    )
  })

  it('numbers the legs in the order of their route and lists them with means, status and grading', () => {
    const svg = draw()
    expect(svg).toContain('>1. Agadez → Dirkou · Agadez-Dirkou · car or pick-up · open · B2<')
    expect(svg).toContain('>4. Madama → Sabha · Madama-Sabha · car or pick-up · open · B2<')
    expect(svg).toMatch(/<desc id="portolan-desc">A map\. Places: Agadez, Dirkou, Madama, Sabha, Seguedine\./)
    expect(svg).toContain('200 km in the middle of the map')
    expect(svg).toContain('20°N')
    expect(svg).toMatch(
      /Natural Earth 1:50m, public domain\. They are drawn for orientation and state no position/,
    )
  })

  it('draws a leg once, of however many routes it is', () => {
    const twice = [...desert.legs, ...desert.legs.map((one) => ({ ...one, route: '', position: null }))]
    expect(draw({ legs: twice }) === draw()).toBe(true)
  })

  it('draws to scale: the bar is as long as it says', () => {
    const svg = draw()
    const [, from, to] = /M([\d.]+) 599V604H([\d.]+)V599/.exec(svg)!.map(Number)
    const spots = desert.places.map(
      ({ positions: [one] }) => [one!.longitude, one!.latitude] as [number, number],
    )
    const projection = projectionFor(spots)
    const [left, right] = [projection.invert!([450, 310])!, projection.invert!([450 + to! - from!, 310])!]
    expect(Math.abs(geoDistance(left, right) * EARTH_KM - 200)).toBeLessThan(1)
    for (const spot of spots) {
      const { x, y } = pointOf(projection, spot)
      expect(x > 0 && x < 900 && y > 0 && y < 620).toBe(true)
    }
  })

  it('lists what has no position and the legs that go there: nothing is left out in silence', () => {
    const places = [...desert.places, place('Ghetto-7'), place('Ghetto-8')]
    const svg = draw({ places, legs: [...desert.legs, leg('to-ghetto', ['Sabha'], ['Ghetto-7'])] })
    expect(svg).toContain('Without a position, not on the map: Ghetto-7, Ghetto-8')
    expect(svg).toMatch(/Sabha → Ghetto-7 · to-ghetto · .* · not drawn: a place has no position</)
    const none = draw({ places: [place('Ghetto-7')], legs: [] })
    expect(none).toContain('Nothing to draw')
  })

  it('shows every position that is claimed: the best graded with the lines, the others as crosses', () => {
    const weak = at(14, 20, { source: 'C', precision: 100 })
    const same = at(8.0001, 17, { source: 'B' })
    const places = [place('a', weak, at(8, 17, { precision: 60_000 }), same), place('b', at(12, 19))]
    const svg = draw({ places, legs: [leg('x', ['a'], ['b'])] })
    expect(svg).toContain('Cross: another position that is claimed')
    expect(count(svg, '//*[@stroke-dasharray="1 3"]')).toBe(1)
    // The circle of the better position, and the legend’s.
    expect(count(svg, '//*[@stroke-dasharray="2 3"]')).toBe(2)
  })

  it('writes a name right beside its place where there is room', () => {
    const svg = draw({ places: [place('a', at(8, 17)), place('b', at(12, 19))], legs: [] })
    const spots: [number, number][] = [
      [8, 17],
      [12, 19],
    ]
    for (const [i, spot] of spots.entries()) {
      const { x, y } = pointOf(projectionFor(spots), spot)
      const [, left, foot] = new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${'ab'[i]}</text>`).exec(svg)!
      expect([Number(left) - x, Number(foot) - y].map(Math.round)).toEqual([11, 4])
    }
  })

  it('tells statuses apart by dashes, and says where reports differ', () => {
    expect(Object.keys(STATUS_STYLES).sort()).toEqual([...LEG_STATUSES].sort())
    const all = [...Object.values(STATUS_STYLES), UNKNOWN, CONTRARY]
    expect(new Set(all.map(({ dashes }) => dashes)).size).toBe(all.length)
    expect([legStyle({ statuses: [] }), legStyle({ statuses: ['OPEN', 'CLOSED'] })]).toEqual([
      UNKNOWN,
      CONTRARY,
    ])
    const svg = draw({ legs: [leg('x', ['Agadez'], ['Sabha'], { statuses: ['OPEN', 'CLOSED'] })] })
    expect(svg).toContain('open / closed (reports differ)')
  })

  it('keeps legs between the same two places apart, both ways', () => {
    const legs = ['a', 'b', 'c'].map((id, i) =>
      i === 1 ? leg(id, ['Sabha'], ['Agadez']) : leg(id, ['Agadez'], ['Sabha']),
    )
    const lines = [
      ...draw({ legs }).matchAll(/<path d="(M[^"]*)" fill="none" stroke-linecap="round"[^>]*stroke="#1b/g),
    ]
    const middles = lines.slice(0, 3).map(([, d]) => d!.split('L')[14])
    expect(new Set(middles).size).toBe(3)
  })

  it('is drawn of nothing, of one place, across the date line and round the world', () => {
    const one = draw({ places: [place('a', at(8, 17))], legs: [leg('x', ['a'], ['a'])] })
    const pacific = draw({
      places: [place('a', at(179, -17)), place('b', at(-172, -13))],
      legs: [leg('x', ['a'], ['b'])],
    })
    const world = draw({
      places: [place('a', at(8, 17)), place('b', at(-100, 25)), place('c', at(110, -7))],
      legs: [leg('x', ['a'], ['b']), leg('y', ['c'], ['a'])],
    })
    expect(world).toContain('Natural Earth 1:110m')
    expect(faultsOfXml([draw({ places: [], legs: [] }), one, pacific, world, draw()])).toBe('')
    // 6° of longitude at the most: the line does not go the long way round.
    expect(pacific).toContain('km in the middle')
    expect(pacific).not.toMatch(/[25] ?000 km/)
  })

  it('keeps hostile names as text', () => {
    const svgs = fc.sample(hostile, { numRuns: 12, seed: 6 }).map((label) =>
      draw({
        places: desert.places.map((one) => ({ ...one, label })),
        legs: desert.legs.map((one) => ({ ...one, label, means: [label], statuses: [label] })),
      }),
    )
    expect(faultsOfXml(svgs)).toBe('')
    for (const svg of svgs) expect(svg).not.toMatch(/<script|<a |onload='/)
  })

  it('speaks French', () => {
    expect(draw({ language: 'fr' })).toContain('ne prennent position sur aucune frontière')
  })
})
