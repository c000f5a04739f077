import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestPortolan } from '../../instance.ts'
import { DISRUPTION } from '../../laws/analyses-players.ts'
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
const ask = asking('disruption', DISRUPTION.fields)

/** A star whose hub is a forger, a second forger who is a child, and a route of three legs with a second way for one. */
const NAMES = ['hub', 'l1', 'l2', 'l3', 'l4', 'child']
const TIES = ['l1', 'l2', 'l3', 'l4', 'child'].map((leaf) => ['hub', leaf] as const)
const PLACES = ['agadez', 'dirkou', 'sabha', 'tripoli']
const LEGS: [string, string, string][] = [
  ['agadez-dirkou', 'agadez', 'dirkou'],
  ['dirkou-sabha', 'dirkou', 'sabha'],
  ['dirkou-sabha-2', 'sabha', 'dirkou'],
  ['sabha-tripoli', 'sabha', 'tripoli'],
]

beforeAll(async () => {
  portolan = await openPlayers()
  ids = await submit(portolan, 'disruption-1', {
    entities: [
      ...entities('ACTOR', NAMES),
      ...entities('NETWORK', ['ring']),
      ...entities('ROUTE', ['way']),
      ...entities('PLACE', PLACES),
      ...entities(
        'LEG',
        LEGS.map(([leg]) => leg),
      ),
    ],
    claims: [
      ...NAMES.map((name) => actor(name, name === 'child' ? { age: 'CHILD' } : {})),
      ...TIES.map(tie),
      { network: { entity: 'ring', label: 'Ring' } },
      { operates: { from: 'ring', to: 'way' } },
      ...['hub', 'child'].map((from) => ({ memberOf: { from, to: 'ring', level: 'L2', role: 'R24' } })),
      { memberOf: { from: 'l1', to: 'ring', level: 'L1', role: 'R01' } },
      ...LEGS.flatMap(([leg, from, to]) => [
        { departsFrom: { from: leg, to: from } },
        { arrivesAt: { from: leg, to } },
      ]),
      { hasLeg: { from: 'way', to: 'agadez-dirkou', position: 1 } },
      { hasLeg: { from: 'way', to: 'dirkou-sabha', position: 2 } },
    ],
  })
}, 300_000)
afterAll(() => portolan?.close())

type Recovered = { recovery: string; moreCompact: boolean; outcomes: { way: string; after: Cohesion }[] }
type Band = { low: number; median: number; high: number }
type Cohesion = { largest: Band; fragmentation: Band }
const left = (result: { recoveries: Recovered[] }, recovery: string, way = 'NAMED') =>
  result.recoveries.find((one) => one.recovery === recovery)!.outcomes.find((one) => one.way === way)!.after

describe('a simulated disruption', () => {
  it('of everybody with a role passes over who is protected, and shows each recovery beside the baselines', async () => {
    const result = await ask(portolan, { roles: ['R24'], runs: 20 })
    expect(result).toMatchObject({ nodes: 6, pairs: 5, leftOut: 1, runs: 20, removed: [{ label: 'A-hub' }] })
    expect(result.before.largest).toEqual({ low: 1, median: 1, high: 1 })
    expect(left(result, 'NONE').largest).toEqual({ low: 1 / 6, median: 1 / 6, high: 1 / 6 })
    expect(left(result, 'RANDOM').largest.median).toBeGreaterThan(1 / 6)
    expect(result.recoveries.map((one: Recovered) => one.recovery)).toEqual([
      'NONE',
      'RANDOM',
      'DEGREE',
      'DISTANCE',
      'ROLE',
    ])
    // The only other forger takes over all ties of the hub, but for the one that he had with him.
    expect(left(result, 'ROLE').largest.median).toBe(5 / 6)
    expect(left(result, 'NONE', 'ADAPTIVE').largest.median).toBe(1 / 6)
    // Five ties of the hub and the claim of his role; none of the child's membership.
    expect(result.claimCount).toBe(6)
  }, 60_000)

  it('says where recovery leaves those who remain nearer to each other than before', async () => {
    // Whom the hub held together find each other, or the other forger takes his place among fewer.
    const result = await ask(portolan, { actors: [ids.hub], runs: 100 })
    const compact = Object.fromEntries(
      result.recoveries.map(({ recovery, moreCompact }: Recovered) => [recovery, moreCompact]),
    )
    expect(compact).toMatchObject({ NONE: false, RANDOM: true, ROLE: true })
    // Without a leaf the others are nearer too, but no recovery did that.
    const leaf = await ask(portolan, { actors: [ids.l1] })
    expect(leaf.recoveries.map(({ moreCompact }: Recovered) => moreCompact)).not.toContain(true)
    expect(left(leaf, 'NONE').fragmentation.median).toBeLessThan(leaf.before.fragmentation.median)
  }, 60_000)

  it('of a leg takes a pair of places away only if no other leg joins it, and of a place all its legs', async () => {
    const kept = await ask(portolan, { legs: [ids['dirkou-sabha']] })
    expect(kept).toMatchObject({
      nodes: 4,
      pairs: 3,
      removedPairs: 0,
      removed: [{ id: ids['dirkou-sabha'] }],
    })
    const cut = await ask(portolan, { legs: [ids['dirkou-sabha'], ids['dirkou-sabha-2']], runs: 5 })
    expect(cut.removedPairs).toBe(1)
    expect(left(cut, 'NONE').largest.median).toBe(0.5)
    expect(cut.recoveries.map((one: Recovered) => one.recovery)).not.toContain('ROLE')
    const place = await ask(portolan, { places: [ids.dirkou], recoveries: ['NONE'] })
    expect(left(place, 'NONE').largest.median).toBe(0.5)
    const operated = await ask(portolan, { networks: [ids.ring], legs: [ids['dirkou-sabha']] })
    expect(operated).toMatchObject({ nodes: 3, pairs: 2, removedPairs: 1, claimCount: 3 })
  }, 60_000)

  it('is the same with hidden reports that would change it', async () => {
    const questions = [
      { actors: [ids.hub], runs: 10 },
      { legs: [ids['sabha-tripoli']], runs: 10 },
    ]
    const before = []
    for (const one of questions) before.push(await ask(portolan, one))
    await submit(portolan, 'disruption-2', {
      release: toNobody,
      entities: [
        ...entities('ACTOR', ['hub', 'l1', 'l2'], ids),
        ...entities('LEG', ['secret']),
        ...entities('PLACE', ['sabha', 'tripoli'], ids),
        ...entities('NETWORK', ['ring'], ids),
      ],
      claims: [
        tie(['l1', 'l2']),
        actor('hub', { minor: true }),
        { memberOf: { from: 'l2', to: 'ring', level: 'L2', role: 'R24' } },
        { departsFrom: { from: 'secret', to: 'sabha' } },
        { arrivesAt: { from: 'secret', to: 'tripoli' } },
      ],
    })
    for (const [at, one] of questions.entries()) expect(await ask(portolan, one)).toEqual(before[at])
    const own = await ask(portolan, questions[0]!, { by: NIGER })
    expect(own).toMatchObject({ pairs: 6, removed: [], leftOut: 1 })
  }, 60_000)

  it('refuses what the network does not hold, and what is no one removal', async () => {
    for (const wrong of [
      { actors: [ids.ring] },
      { actors: ['no-such-id'] },
      { networks: [ids.ring], actors: [ids.l2] },
      { ties: [{ from: ids.l1, to: ids.l3 }] },
      { networks: [ids.ring], legs: [ids['sabha-tripoli']] },
    ])
      await expectNotFound(portolan, { disruption: wrong })
    for (const wrong of [
      {},
      { actors: [ids.hub], legs: [ids['dirkou-sabha']] },
      { actors: [ids.hub], runs: 0 },
    ])
      await expectRefused(portolan, { disruption: wrong })
    const cut = await ask(portolan, { ties: [{ from: ids.l3, to: ids.hub }], recoveries: ['NONE'], runs: 1 })
    expect(cut).toMatchObject({ removed: [], removedPairs: 1, claimCount: 1 })
  }, 60_000)

  it('of nobody, where nobody has the role or nothing was known yet, changes nothing', async () => {
    const nobody = await ask(portolan, { roles: ['R52'], recoveries: ['DEGREE'], runs: 3 })
    expect(nobody).toMatchObject({ removed: [], claims: [] })
    expect(left(nobody, 'DEGREE')).toEqual(nobody.before)
    const empty = await ask(portolan, { roles: ['R24'], runs: 2 }, { asOf: '2001-01-01T00:00:00Z' })
    expect(empty).toMatchObject({ nodes: 0, pairs: 0, removed: [] })
  }, 60_000)
})
