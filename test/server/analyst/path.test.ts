import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysed } from './analyses.ts'
import { actor, failed, ITALY, MALI, NIGER, openStage, refused, type Stage, tie } from './stage.ts'

const FIELDS = `... on PathResult { claims from { label } to { label } paths { length ofOneReport hops {
  length reports from { label } to { label } claims { id source information type } } } }`
type Found = {
  claims: number
  paths: {
    length: number
    ofOneReport: number
    hops: { reports: number; to: { label: string }; claims: unknown[] }[]
  }[]
}

let stage: Stage
let early: string
const ask = (person: string, question: object, asOf: string | null = null): Promise<Found> =>
  analysed(stage.portolan, person, { path: question }, FIELDS, asOf)
const ends = (from: string, to: string) => ({ from: stage.ids[from], to: stage.ids[to] })
const stops = ({ paths }: Found) => paths.map(({ hops }) => hops.map(({ to }) => to.label).join(' '))

beforeAll(async () => {
  stage = await openStage()
  const best = { source: 'A', information: 'N1' }
  const old = { observedFrom: '2001-01-01', observedTo: '2002-01-01' }
  const recent = { observedFrom: '2013-01-01' }
  ;({ recorded: early } = await stage.submit({
    things: { ...actors('a', 'b', 'c', 'd', 'e'), p: 'PLACE' },
    claims: [
      ...['a', 'b', 'c', 'd', 'e'].map((one) => actor(one)),
      { place: { entity: 'p', label: 'P-p', type: 'CITY' } },
      ...[tie('a', 'b', recent), tie('c', 'b', recent)],
      ...[tie('a', 'd', { ...best, ...old }, 'KINSHIP'), tie('d', 'c', { ...best, ...old }, 'KINSHIP')],
      { locatedAt: { from: 'a', to: 'p' } },
      { locatedAt: { from: 'e', to: 'p' } },
    ],
  }))
  await stage.submit({ claims: [tie('b', 'a')] })
  await stage.submit({ claims: [tie('a', 'c')], hidden: true })
}, 300_000)
afterAll(() => stage?.portolan.close())

const actors = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'ACTOR']))

describe('the path between two things', () => {
  it('is the least, and then the next ones, each hop with all that says it', async () => {
    const found = await ask(ITALY, ends('a', 'c'))
    expect(stops(found).sort()).toEqual(['A-b A-c', 'A-d A-c'])
    const [by] = found.paths.filter(({ hops }) => hops[0]!.to.label === 'A-b')
    expect(by).toMatchObject({ length: 2, ofOneReport: 1, hops: [{ reports: 2 }, { reports: 1 }] })
    expect(by!.hops[0]!.claims).toHaveLength(2)
    expect((await ask(ITALY, { ...ends('a', 'c'), most: 1 })).paths).toEqual([found.paths[0]])
  }, 60_000)

  it('is what the asker calls short: by grading, by age, by the kind of tie', async () => {
    const weighed = async (question: object) =>
      (await ask(ITALY, { ...ends('a', 'c'), ...question })).paths.map(({ length, hops }) => [
        hops[0]!.to.label,
        length,
      ])
    expect(await weighed({ weigh: ['GRADING'] })).toEqual([
      ['A-d', 2],
      ['A-b', 3],
    ])
    expect(await weighed({ weigh: ['RECENCY'], on: '2013-01-01' })).toEqual([
      ['A-b', 2],
      ['A-d', 3.834],
    ])
    expect(await weighed({ weigh: ['KIND'], ties: ['KINSHIP', 'BUSINESS'] })).toEqual([
      ['A-d', 2],
      ['A-b', 3],
    ])
    expect(await weighed({ ties: ['KINSHIP'] })).toEqual([['A-d', 2]])
    const types = { weigh: ['KIND'], types: ['SAME_AS', 'WORKS_WITH'] }
    expect((await weighed(types)).map(([, length]) => length)).toEqual([3, 3])
  }, 60_000)

  it('does not go on through a place, unless that is asked for, but may end there', async () => {
    expect((await ask(ITALY, ends('a', 'e'))).paths).toEqual([])
    expect(stops(await ask(ITALY, ends('c', 'p'))).sort()).toEqual(['A-b A-a P-p', 'A-d A-a P-p'])
    expect(stops(await ask(ITALY, { ...ends('a', 'e'), types: ['LOCATED_AT'] }))).toEqual(['P-p A-e'])
  }, 60_000)

  it('is that of the claims the asker sees, and of what was known then', async () => {
    expect(stops(await ask(NIGER, { ...ends('a', 'c'), most: 1 }))).toEqual(['A-c'])
    const then = await ask(ITALY, { ...ends('a', 'c'), ties: ['BUSINESS'] }, early)
    expect(then.paths).toMatchObject([{ ofOneReport: 2 }])
    expect(then.claims).toBe((await ask(ITALY, { ...ends('a', 'c'), ties: ['BUSINESS'] })).claims - 1)
  }, 60_000)

  it('answers what is hidden and what is not there alike, and refuses what it cannot read', async () => {
    const hidden = await failed(stage, MALI, { path: ends('a', 'c') })
    expect(hidden).toEqual(await failed(stage, MALI, { path: { from: 'nobody', to: 'nothing' } }))
    expect(hidden.code).toBe('NOT_FOUND')
    expect(await failed(stage, ITALY, { path: { ...ends('a', 'c'), to: 'nothing' } })).toEqual(hidden)
    for (const [question, field] of [
      [ends('a', 'a'), 'to'],
      [{ ...ends('a', 'c'), most: 11 }, 'most'],
      [{ ...ends('a', 'c'), weigh: ['RECENCY'] }, 'on'],
      [{ ...ends('a', 'c'), weigh: ['KIND'] }, 'weigh'],
    ] as const)
      expect(JSON.stringify(await refused(stage, { path: question }))).toMatch(
        new RegExp(`BAD_INPUT.*"${field}"`),
      )
  }, 60_000)
})
