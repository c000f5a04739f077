import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysed } from './analyses.ts'
import { actor, failed, ITALY, MALI, NIGER, openStage, refused, type Stage } from './stage.ts'

const GROUND = '{ by claims }'
const EVIDENCE = `relations { id type from { label } to { label } } descriptions { id ... on ModusOperandiDescription { facets } }`
const FOUND = `networks unknown leftOut found { network { label } alike low high shared whole place
  facets { facet side bits share own ${GROUND} theirs ${GROUND} } ${EVIDENCE} }`
const SIMILAR = `... on SimilarResult { network { label } ${EVIDENCE} ${FOUND} }`
const SEARCH = `... on FacetSearchResult { facets ${FOUND} }`
type Ground = { by: string[]; claims: string[] }
type Evidence = { relations: { id: string; type: string }[]; descriptions: { id: string }[] }
type Found = Evidence & {
  leftOut: number
  found: (Evidence & {
    network: { label: string }
    alike: number
    low: number
    high: number
    facets: { facet: string; side: string; own: Ground; theirs: Ground }[]
  })[]
}

let stage: Stage
let early: string
const alike = (person: string, name: string, asOf: string | null = null): Promise<Found> =>
  analysed(stage.portolan, person, { similar: { network: stage.ids[name] } }, SIMILAR, asOf)
const search = (person: string, facets: string[]): Promise<Found> =>
  analysed(stage.portolan, person, { facetSearch: { facets } }, SEARCH)
const places = ({ found }: Found) => found.map((one) => [one.network.label, one.alike])

const network = (entity: string) => ({ network: { entity, label: `N-${entity}`, status: 'ACTIVE' } })
const works = (entity: string, facets: string[]) => ({
  modusOperandi: { entity, label: `W-${entity}`, facets },
})
const uses = (from: string, to: string) => ({ uses: { from, to } })
const member = (from: string, to: string) => ({ memberOf: { from, to, level: 'L1', role: 'R01' } })
const bit = Math.log2(4 / 3)

/** All travel by pick-up; one and two forge; one takes cash, and has a man who hides people and a boy who does something else. */
beforeAll(async () => {
  stage = await openStage()
  const kinds = { NETWORK: ['one', 'two', 'three', 'four'], ACTOR: ['a', 'boy'] }
  const things: Record<string, string> = {}
  for (const [kind, names] of Object.entries(kinds)) for (const name of names) things[name] = kind
  for (const name of ['w1', 'w2', 'w3', 'w4', 'w5']) things[name] = 'MODUS_OPERANDI'
  ;({ recorded: early } = await stage.submit({
    things,
    claims: [
      ...kinds.NETWORK.map(network),
      ...[actor('a'), actor('boy', { minor: true, category: 'OTHER' })],
      ...[works('w1', ['TRN_02', 'DOC_03', 'PAY_01']), works('w2', ['CON_01'])],
      ...[works('w3', ['TRN_02', 'DOC_03']), works('w4', ['TRN_02']), works('w5', ['HRM_01'])],
      ...[uses('one', 'w1'), uses('two', 'w3'), uses('three', 'w4')],
      ...[member('a', 'one'), uses('a', 'w2'), member('boy', 'one'), uses('boy', 'w5')],
    ],
  }))
  await stage.submit({ claims: [works('w3', ['PAY_01'])] })
  await stage.submit({ claims: [works('w4', ['CON_01'])], hidden: true })
}, 300_000)
afterAll(() => stage?.portolan.close())

describe('networks that work alike', () => {
  it('are explained facet by facet, with who is said to work so and by which claims', async () => {
    const found = await alike(ITALY, 'one')
    expect(found).toMatchObject({ networks: 3, unknown: 1, leftOut: 1 })
    expect(places(found)).toEqual([['N-two', expect.closeTo((2 * bit) / (2 * bit + 1), 9)]])
    const [two] = found.found
    expect(two).toMatchObject({
      low: expect.closeTo(bit / (2 * bit + 1), 9),
      high: 1,
      shared: expect.closeTo(2 * bit, 9),
      place: 0.5,
    })
    const rows = Object.fromEntries(two!.facets.map((row) => [row.facet, row]))
    expect(Object.keys(rows).sort()).toEqual(['CON_01', 'DOC_03', 'PAY_01', 'TRN_02'])
    expect(rows.CON_01).toMatchObject({
      side: 'ONE',
      own: { by: ['MEMBER'] },
      theirs: { by: [], claims: [] },
    })
    expect(rows.CON_01!.own.claims).toHaveLength(3)
    expect(rows.PAY_01).toMatchObject({ side: 'BOTH', own: { by: ['NETWORK'] }, theirs: { by: ['NETWORK'] } })
    for (const [side, evidence] of [
      ['own', found],
      ['theirs', two!],
    ] as const) {
      const ids = new Set([...evidence.relations, ...evidence.descriptions].map(({ id }) => id))
      const named = two!.facets.flatMap((row) => row[side].claims)
      expect(new Set(named)).toEqual(ids)
    }
  }, 60_000)

  it('are found by a part of a description, which counts against none what it does not name', async () => {
    expect(places(await search(ITALY, ['CON_01', 'DOC_03']))).toEqual([
      ['N-one', 1],
      ['N-two', expect.closeTo(bit / (1 + bit), 9)],
    ])
    expect(places(await search(ITALY, ['TRN_02']))).toEqual([])
    expect(places(await search(ITALY, ['HRM_01']))).toEqual([])
  }, 60_000)

  it('are those of the claims the asker sees, and of what was known then', async () => {
    expect(places(await alike(NIGER, 'one'))).toEqual([
      ['N-two', expect.closeTo(2 / 3, 9)],
      ['N-three', expect.closeTo(1 / 3, 9)],
    ])
    expect(places(await alike(ITALY, 'one', early))).toEqual([['N-two', expect.closeTo(bit / (bit + 2), 9)]])
    expect((await search(MALI, ['TRN_02'])).found).toEqual([])
    expect(await alike(ITALY, 'four')).toMatchObject({ found: [], relations: [], descriptions: [] })
  }, 60_000)

  it('answers what is hidden, of another kind and not there alike, and refuses what it cannot read', async () => {
    const absent = await failed(stage, ITALY, { similar: { network: 'nobody' } })
    expect(absent.code).toBe('NOT_FOUND')
    expect(await failed(stage, MALI, { similar: { network: stage.ids.one } })).toEqual(absent)
    expect(await failed(stage, ITALY, { similar: { network: stage.ids.a } })).toEqual(absent)
    expect(JSON.stringify(await refused(stage, { facetSearch: { facets: [] } }))).toMatch(
      /BAD_INPUT.*"facets"/,
    )
    expect(JSON.stringify(await refused(stage, { similar: { network: 'x', most: 101 } }))).toMatch(
      /BAD_INPUT.*"most"/,
    )
  }, 60_000)
})
