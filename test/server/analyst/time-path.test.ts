import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysed } from './analyses.ts'
import { actor, failed, ITALY, MALI, NIGER, openStage, refused, type Stage, tie } from './stage.ts'

const FIELDS = `... on TimePathResult { from { label } to { label } since until dated undated walks { by walk {
  departure arrival hops { on reports from { label } to { label } claims { id observedFrom observedTo } } } } }`
type Walk = {
  departure: string
  arrival: string
  hops: { on: string; reports: number; to: { label: string }; claims: unknown[] }[]
}
type Found = {
  since: string
  until: string
  dated: number
  undated: number
  walks: { by: string; walk: Walk | null }[]
}

let stage: Stage
let early: string
const ask = (person: string, question: object = {}, asOf: string | null = null): Promise<Found> =>
  analysed(stage.portolan, person, { timePath: { ...ends('a', 'c'), ...question } }, FIELDS, asOf)
const ends = (from: string, to: string) => ({ from: stage.ids[from], to: stage.ids[to] })
const ways = ({ walks }: Found) =>
  Object.fromEntries(
    walks.map(({ by, walk }) => [by, walk?.hops.map(({ on, to }) => `${on} ${to.label}`) ?? null]),
  )
const on = (day: string, last = day) => ({ observedFrom: day, observedTo: last })

const BY_D = ['2013-01-10 A-d', '2013-02-01 A-e', '2013-02-10 A-c']
const BY_B = ['2013-03-01 A-b', '2013-05-01 A-c']

beforeAll(async () => {
  stage = await openStage()
  const names = ['a', 'b', 'c', 'd', 'e']
  ;({ recorded: early } = await stage.submit({
    things: { ...Object.fromEntries(names.map((name) => [name, 'ACTOR'])), p: 'PLACE' },
    claims: [
      ...names.map((name) => actor(name)),
      { place: { entity: 'p', label: 'P-p', type: 'CITY' } },
      tie('a', 'b', on('2013-03-01')),
      tie('b', 'c', on('2013-02-01')),
      tie('c', 'b', on('2013-05-01')),
      ...[tie('a', 'd', on('2013-01-10')), tie('d', 'e', on('2013-02-01')), tie('e', 'c', on('2013-02-10'))],
      // Of no time.
      tie('a', 'c'),
      ...['a', 'c'].map((from) => ({ locatedAt: { from, to: 'p' }, ...on('2013-01-11') })),
    ],
  }))
  await stage.submit({ claims: [tie('b', 'a', on('2013-02-20', '2013-03-01'))] })
  await stage.submit({ claims: [tie('a', 'c', on('2013-01-05'))], hidden: true })
}, 300_000)
afterAll(() => stage?.portolan.close())

describe('the path in time', () => {
  it('arrives earliest, leaves latest, takes least time, or has the fewest hops', async () => {
    const found = await ask(ITALY)
    expect(ways(found)).toEqual({
      EARLIEST_ARRIVAL: BY_D,
      LATEST_DEPARTURE: BY_B,
      FASTEST: BY_D,
      FEWEST_HOPS: BY_B,
    })
    expect(found).toMatchObject({ since: '2013-01-10', until: '2013-05-01', dated: 7, undated: 1 })
    const { walk } = found.walks.find(({ by }) => by === 'FEWEST_HOPS')!
    expect(walk).toMatchObject({ departure: '2013-03-01', arrival: '2013-05-01' })
    // Both claims of that day, and of the other hop the one of its day alone.
    expect(walk!.hops.map(({ claims, reports }) => [claims.length, reports])).toEqual([
      [2, 2],
      [1, 1],
    ])
  }, 60_000)

  it('keeps to the waits and the days that are asked for', async () => {
    const by = ['EARLIEST_ARRIVAL']
    const way = async (question: object) => ways(await ask(ITALY, { by, ...question })).EARLIEST_ARRIVAL
    expect(await way({ minWait: 10 })).toEqual(BY_B)
    expect(await way({ minWait: 10, maxWait: 60 })).toBe(null)
    expect(await way({ since: '2013-01-11' })).toEqual(['2013-03-01 A-b', '2013-05-01 A-c'])
    expect(await way({ since: '2013-01-11', until: '2013-04-01' })).toBe(null)
    expect(await way({ ties: ['KINSHIP'] })).toBe(null)
    expect(await way({ types: ['LOCATED_AT'] })).toEqual(['2013-01-11 P-p', '2013-01-11 A-c'])
    expect(await ask(ITALY, { by, ties: ['KINSHIP'], types: ['WORKS_WITH'] })).toMatchObject({
      since: null,
      dated: 0,
    })
  }, 60_000)

  it('is that of the claims the asker sees, and of what was known then', async () => {
    expect(ways(await ask(NIGER, { by: ['EARLIEST_ARRIVAL'] }))).toEqual({
      EARLIEST_ARRIVAL: ['2013-01-05 A-c'],
    })
    const then = await ask(ITALY, {}, early)
    expect(then.dated).toBe(6)
    expect(then.walks.at(-1)!.walk!.hops[0]!.claims).toHaveLength(1)
  }, 60_000)

  it('answers what is hidden and what is not there alike, and refuses what it cannot read', async () => {
    const hidden = await failed(stage, MALI, { timePath: ends('a', 'c') })
    expect(hidden).toEqual(await failed(stage, MALI, { timePath: { from: 'nobody', to: 'nothing' } }))
    expect(hidden.code).toBe('NOT_FOUND')
    for (const [question, field] of [
      [ends('a', 'a'), 'to'],
      [{ ...ends('a', 'c'), since: '2013-02-01', until: '2013-01-01' }, 'until'],
      [{ ...ends('a', 'c'), minWait: 2, maxWait: 1 }, 'maxWait'],
      [{ ...ends('a', 'c'), by: [] }, 'by'],
    ] as const)
      expect(JSON.stringify(await refused(stage, { timePath: question }))).toMatch(
        new RegExp(`BAD_INPUT.*"${field}"`),
      )
  }, 60_000)
})
