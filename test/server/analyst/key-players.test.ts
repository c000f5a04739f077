import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestPortolan } from '../../instance.ts'
import { KEY_PLAYERS } from '../../laws/analyses-players.ts'
import {
  actor,
  asking,
  entities,
  expectNotFound,
  expectRefused,
  NIGER,
  openPlayers,
  submit,
  tie,
  toNobody,
} from './players.ts'

let portolan: TestPortolan
let ids: Record<string, string>
const ask = asking('keyPlayers', KEY_PLAYERS.fields)

/** Two stars with four leaves each, whose hubs both know one who is coerced; and a network of the first star. */
const LEAVES = ['1', '2', '3', '4']
const NAMES = ['a', 'b', 'between', ...LEAVES.flatMap((leaf) => [`a${leaf}`, `b${leaf}`])]
const TIES = [
  ...LEAVES.flatMap((leaf) => [['a', `a${leaf}`] as const, ['b', `b${leaf}`] as const]),
  ['a', 'between'] as const,
  ['between', 'b'] as const,
]

beforeAll(async () => {
  portolan = await openPlayers()
  ids = await submit(portolan, 'key-players-1', {
    entities: [...entities('ACTOR', NAMES), ...entities('NETWORK', ['ring'])],
    claims: [
      ...NAMES.map((name) => actor(name, name === 'between' ? { coerced: true } : {})),
      ...TIES.map(tie),
      { network: { entity: 'ring', label: 'Ring' } },
      ...['a', 'a1', 'a2'].map((from) => ({ memberOf: { from, to: 'ring', level: 'LX', role: 'R50' } })),
    ],
  })
}, 300_000)
afterAll(() => portolan?.close())

const labels = (nodes: { label: string }[]) => nodes.map(({ label }) => label).sort()
type Set = { goal: string; members: { actor: { label: string } }[]; figure: { value: number } }
const setOf = (result: { sets: Set[] }, goal: string) => result.sets.find((one) => one.goal === goal)!

describe('key players of what a caller may see', () => {
  it('are those who together cut a network up or reach it whole, with their bands and claims', async () => {
    const result = await ask(portolan, { size: 2, within: 1 })
    expect(result).toMatchObject({ actors: 11, pairs: 10, leftOut: 1 })
    for (const goal of ['COMPONENTS', 'DISTANCES', 'REACH', 'WITHIN'])
      expect(labels(setOf(result, goal).members.map((one) => one.actor))).toEqual(['A-a', 'A-b'])
    const cut = setOf(result, 'COMPONENTS')
    expect(cut).toMatchObject({ unaided: 0, whole: true, figure: { value: 1, low: 1, high: 1 } })
    expect(setOf(result, 'WITHIN').figure.value).toBe(1)
    expect(cut.members[0]).toMatchObject({ held: 1, ties: 5 })
    expect((cut.members[0] as unknown as { claims: { office: string }[] }).claims).toHaveLength(5)
  }, 60_000)

  it('never has anybody who is protected, whom a sum of one alone would name', async () => {
    // Without him the two stars fall apart as much as without a hub, and he lies between most.
    const result = await ask(portolan, { size: 11, goals: ['COMPONENTS'], rounds: 5 })
    const { members, byDegree, byBetweenness } = result.sets[0]
    expect(members).toHaveLength(10)
    for (const nodes of [
      members.map((one: { actor: object }) => one.actor),
      byDegree.actors,
      byBetweenness.actors,
    ])
      expect(labels(nodes)).not.toContain('A-between')
  }, 60_000)

  it('are the same with a hidden report that would change them', async () => {
    const asked = { size: 1, most: 100 }
    const before = await ask(portolan, asked)
    const hidden = LEAVES.map((leaf) => ['a1', `b${leaf}`] as const)
    await submit(portolan, 'key-players-2', {
      release: toNobody,
      entities: entities('ACTOR', ['a1', ...LEAVES.map((leaf) => `b${leaf}`)], ids),
      claims: [...hidden.map(tie), actor('a1', { minor: true })],
    })
    expect(await ask(portolan, asked)).toEqual(before)
    const own = await ask(portolan, asked, { by: NIGER })
    expect(own).toMatchObject({ pairs: 14, leftOut: 2 })
  }, 60_000)

  it('are of members alone where networks are named, and of nobody before anything was known', async () => {
    expect(await ask(portolan, { networks: [ids.ring], size: 1 })).toMatchObject({
      actors: 3,
      pairs: 2,
      leftOut: 0,
    })
    const empty = await ask(portolan, { size: 3 }, { asOf: '2001-01-01T00:00:00Z' })
    expect(empty).toMatchObject({ actors: 0, pairs: 0, leftOut: 0 })
    expect(empty.sets.map((one: Set) => one.members)).toEqual([[], [], [], []])
  }, 60_000)

  it('refuses what is no network of the view, and what is out of bounds', async () => {
    for (const id of [ids.a, 'no-such-id']) await expectNotFound(portolan, { keyPlayers: { networks: [id] } })
    for (const wrong of [{ size: 0 }, { size: 21 }, { goals: [] }, { rounds: 101 }, { within: 0 }])
      await expectRefused(portolan, { keyPlayers: wrong })
  }, 60_000)
})
