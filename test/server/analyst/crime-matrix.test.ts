import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTE_FIELDS } from '../../laws/analyses-routes.ts'
import { analysed } from './analyses.ts'
import {
  faultOf,
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
const matrix = (asked: Record<string, unknown> = {}, person = READER, asOf: string | null = null) => {
  const fields = `... on CrimeMatrixResult ${ROUTE_FIELDS.crimeMatrix}`
  return analysed(world.portolan, person, { crimeMatrix: asked }, fields, asOf)
}

const KINDS = { Ring: 'NETWORK', Out: 'LEG', Back: 'LEG', Boss: 'ACTOR', Cargo: 'CRIME', Trade: 'CRIME' }
const linked = (from: string, to: string, code: string, link: string, more = {}) => ({
  linkedTo: { from, to, code, link },
  ...more,
})

beforeAll(async () => {
  world = await openRoutes()
  await world.submit(
    'matrix-1',
    parts(
      place('Gao', 'ML'),
      place('Kidal', 'ML'),
      leg('Out', 'Gao', 'Kidal'),
      leg('Back', 'Kidal', 'Gao'),
      saying(
        KINDS,
        { network: { entity: 'Ring', label: 'Ring' } },
        { actor: { entity: 'Boss', label: 'Boss', category: 'SUSPECT', benefit: 'SHOWN' } },
        { crime: { entity: 'Cargo', label: 'Cargo', code: 'LNK_05' } },
        { crime: { entity: 'Trade', label: 'Trade', code: 'LNK_01' } },
        linked('Ring', 'Cargo', 'LNK_05', 'SAME_VEHICLE', { source: 'A', information: 'N3' }),
        linked('Ring', 'Trade', 'LNK_01', 'SAME_ACTOR'),
        linked('Back', 'Cargo', 'LNK_05', 'SAME_VEHICLE'),
        linked('Boss', 'Trade', 'LNK_01', 'SAME_ACTOR'),
      ),
    ),
  )
  began = new Date().toISOString()
  await world.submit(
    'matrix-2',
    saying(
      { Ring: 'NETWORK', Cargo: 'CRIME' },
      linked('Ring', 'Cargo', 'LNK_05', 'SAME_ROUTE', { source: 'C', information: 'N1' }),
    ),
  )
}, 300_000)
afterAll(() => world?.portolan.close())

describe('networks and legs by linked crime', () => {
  it('have each crime by itself, with what stands behind it', async () => {
    const result = await matrix()
    expect(result.rows.map(({ thing }: { thing: { label: string } }) => thing.label)).toEqual([
      'Ring',
      'Back',
    ])
    const [ring] = result.rows
    expect(ring.cells).toMatchObject([
      { crime: 'LNK_01', links: ['SAME_ACTOR'], evidence: { claims: 1, reports: 1, offices: 1 } },
      {
        ...{ crime: 'LNK_05', links: ['SAME_ROUTE', 'SAME_VEHICLE'] },
        evidence: {
          ...{ claims: 2, reports: 2, offices: 1 },
          // Apart: the best source gave the worse information.
          best: { source: 'A', information: 'N1' },
          worst: { source: 'C', information: 'N3' },
        },
      },
    ])
    expect(ring.cells[1].claims.map(({ source }: { source: string }) => source)).toEqual(['A', 'C'])
    // No person has a row.
    expect(result.elsewhere).toBe(1)
    expect(JSON.stringify(result)).not.toContain('Boss')
  }, 60_000)

  it('show what is linked to the leg that leads back', async () => {
    const { returns } = await matrix({ things: [world.ids.Out] })
    expect(returns).toMatchObject([
      {
        leg: { label: 'Out' },
        back: { label: 'Back' },
        cells: [{ crime: 'LNK_05', evidence: { claims: 1 } }],
      },
    ])
    expect(await matrix({ things: [world.ids.Out] })).toMatchObject({ rows: [], elsewhere: null })
  }, 60_000)

  it('are of what was known then, and the same with a hidden link', async () => {
    const then = await matrix({ things: [world.ids.Ring] }, READER, began)
    expect(then.rows[0].cells[1].evidence.claims).toBe(1)
    const before = await matrix()
    await world.submit(
      'matrix-3',
      saying({ Out: 'LEG', Trade: 'CRIME' }, linked('Out', 'Trade', 'LNK_01', 'SAME_ROUTE')),
      toNobody,
    )
    expect(await matrix()).toEqual(before)
    expect((await matrix({}, REPORTER)).returns).toHaveLength(2)
  }, 60_000)

  it('turn away what is no question, and what may not be seen', async () => {
    const { Boss, Cargo, Gao } = world.ids
    for (const id of [Boss, Cargo, Gao, 'x'])
      expect(await faultOf(world, { crimeMatrix: { things: [id] } })).toBe('NOT_FOUND')
    expect(await faultOf(world, { crimeMatrix: { most: 0 } })).toBe('BAD_INPUT')
  }, 60_000)
})
