import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysed } from './analyses.ts'
import { actor, failed, ITALY, MALI, NIGER, openStage, refused, type Stage, tie } from './stage.ts'

const FIELDS = `... on BetweenResult { one { label } other { label } sizeOne sizeOther shared { label } allShared
  nodes { label } paths { length ofOneReport hops { from { label } to { label } reports claims { id } } }
  memberships { from { label } to { label } } leftNodes leftPaths claims }`
type Label = { label: string }
type Found = {
  sizeOne: number
  shared: Label[]
  allShared: number
  nodes: Label[]
  paths: { hops: { from: Label; to: Label; claims: unknown[] }[] }[]
  memberships: { from: Label; to: Label }[]
  leftNodes: number
  leftPaths: number
}

let stage: Stage
let early: string
const sets = (one: string[], other: string[]) => {
  const ids = (names: string[]) => names.map((name) => stage.ids[name])
  return { one: ids(one), other: ids(other) }
}
const ask = (person: string, question: object = {}, asOf: string | null = null): Promise<Found> =>
  analysed(stage.portolan, person, { between: { ...sets(['m'], ['n']), ...question } }, FIELDS, asOf)
const ways = ({ paths }: Found) =>
  paths.map(({ hops }) => [hops[0]!.from, ...hops.map(({ to }) => to)].map(({ label }) => label).join(' '))
const labels = (nodes: Label[]) => nodes.map(({ label }) => label).sort()

const member = (from: string, to: string) => ({ memberOf: { from, to, level: 'L1', role: 'R01' } })

/** M has a, b and s; N has x, y and s. a – u – x, b – v – w – y; both stand in a place. */
beforeAll(async () => {
  stage = await openStage()
  const names = ['a', 'b', 's', 'x', 'y', 'u', 'v', 'w']
  const things = {
    ...Object.fromEntries(names.map((name) => [name, 'ACTOR'])),
    ...{ m: 'NETWORK', n: 'NETWORK', p: 'PLACE' },
  }
  ;({ recorded: early } = await stage.submit({
    things,
    claims: [
      ...names.map((name) => actor(name)),
      ...['m', 'n'].map((entity) => ({ network: { entity, label: `N-${entity}`, status: 'ACTIVE' } })),
      { place: { entity: 'p', label: 'P-p', type: 'CITY' } },
      ...['a', 'b', 's'].map((one) => member(one, 'm')),
      ...['x', 'y', 's'].map((one) => member(one, 'n')),
      ...[tie('a', 'u'), tie('u', 'x'), tie('b', 'v'), tie('v', 'w'), tie('w', 'y'), tie('s', 'x')],
      ...['a', 'y'].map((from) => ({ locatedAt: { from, to: 'p' } })),
    ],
  }))
  await stage.submit({ claims: [tie('x', 'u')] })
  await stage.submit({ claims: [tie('b', 'y')], hidden: true })
}, 300_000)
afterAll(() => stage?.portolan.close())

describe('what connects two networks', () => {
  it('is who belongs to both, and paths between their members that share little', async () => {
    const found = await ask(ITALY)
    expect(ways(found)).toEqual(['A-a A-u A-x', 'A-b A-v A-w A-y'])
    expect(labels(found.nodes)).toEqual(['A-a', 'A-b', 'A-u', 'A-v', 'A-w', 'A-x', 'A-y'])
    expect(found).toMatchObject({ sizeOne: 4, shared: [{ label: 'A-s' }], allShared: 1, leftNodes: 0 })
    expect(found.paths[0]!.hops.map(({ claims }) => claims.length)).toEqual([1, 2])
    expect(found.memberships.map(({ from, to }) => `${from.label} ${to.label}`).sort()).toEqual([
      ...['A-a N-m', 'A-b N-m', 'A-s N-m', 'A-s N-n', 'A-x N-n', 'A-y N-n'],
    ])
  }, 60_000)

  it('is shown as small as is asked, with what is left out', async () => {
    const small = await ask(ITALY, { paths: 1 })
    expect(ways(small)).toEqual(['A-a A-u A-x'])
    expect(small.leftNodes).toBe(4)
    expect(await ask(ITALY, { nodes: 3 })).toMatchObject({ leftNodes: 4, leftPaths: 1 })
    expect(ways(await ask(ITALY, { ...sets(['a', 'b'], ['w']), paths: 1 }))).toEqual(['A-b A-v A-w'])
    expect(ways(await ask(ITALY, { types: ['LOCATED_AT'] }))).toEqual(['A-a P-p A-y'])
    expect(await ask(ITALY, sets(['m'], ['m']))).toMatchObject({ paths: [], allShared: 4, nodes: [] })
  }, 60_000)

  it('is that of the claims the asker sees, and of what was known then', async () => {
    expect(ways(await ask(NIGER))[0]).toBe('A-b A-y')
    expect((await ask(ITALY, {}, early)).paths[0]!.hops.map(({ claims }) => claims.length)).toEqual([1, 1])
  }, 60_000)

  it('answers what is hidden and what is not there alike, and refuses what it cannot read', async () => {
    const hidden = await failed(stage, MALI, { between: sets(['m'], ['n']) })
    expect(hidden).toEqual(await failed(stage, MALI, { between: { one: ['nobody'], other: ['nothing'] } }))
    expect(hidden.code).toBe('NOT_FOUND')
    for (const [question, field] of [
      [{ one: [], other: ['x'] }, 'one'],
      [{ ...sets(['m'], ['n']), nodes: 1 }, 'nodes'],
      [{ ...sets(['m'], ['n']), weigh: ['RECENCY'] }, 'on'],
    ] as const)
      expect(JSON.stringify(await refused(stage, { between: question }))).toMatch(
        new RegExp(`BAD_INPUT.*"${field}"`),
      )
  }, 60_000)
})
