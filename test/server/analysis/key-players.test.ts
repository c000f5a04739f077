import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactOf } from '../../../server/analysis/compact.ts'
import { fragmentation, type Goal, keyPlayers, reach } from '../../../server/analysis/key-players.ts'
import { seeded } from '../../../server/analysis/random.ts'
import { bestValues, type Ties, valuesOf } from './naive-cohesion.ts'

const GOALS: Goal[] = ['components', 'distances', 'reach', 'within']
const network = (nodes: number, ties: Ties) =>
  compactOf(
    nodes,
    ties.map(([one]) => one),
    ties.map(([, other]) => other),
  )
const star = (leaves: number): Ties => Array.from({ length: leaves }, (_, leaf) => [0, leaf + 1] as const)
const path = (nodes: number): Ties =>
  Array.from({ length: nodes - 1 }, (_, node) => [node, node + 1] as const)
const clique = (nodes: number[]): Ties =>
  nodes.flatMap((one) => nodes.filter((other) => one < other).map((other) => [one, other] as const))
/** Two cliques of four that node 4 bridges, tied to one of each. */
const BRIDGED: Ties = [...clique([0, 1, 2, 3]), [3, 4], [4, 5], ...clique([5, 6, 7, 8])]
/** Krackhardt's kite, of which Borgatti says that neither most ties nor most betweenness names who takes it apart. */
const KITE: Ties = [
  ...([
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 5],
    [1, 3],
    [1, 4],
    [1, 6],
    [2, 3],
    [2, 5],
    [3, 4],
  ] as const),
  ...([
    [3, 5],
    [3, 6],
    [4, 6],
    [5, 6],
    [5, 7],
    [6, 7],
    [7, 8],
    [8, 9],
  ] as const),
]

const drawn = fc.nat({ max: 11 }).chain((most) =>
  fc.record({
    nodes: fc.constant(most + 1),
    ties: fc.array(fc.tuple(fc.nat(most), fc.nat(most)), { maxLength: 30 }),
    set: fc.uniqueArray(fc.nat(most), { maxLength: 5 }),
    within: fc.nat(4),
  }),
)

const valued = async (nodes: number, ties: Ties, set: number[], within: number) => {
  const { components, distances } = await fragmentation(network(nodes, ties), set)
  const reached = reach(network(nodes, ties), set, within)
  return { components, distances, reach: reached.distances, within: reached.within }
}

describe('the value of a set', () => {
  it('is the one that the definitions give on a matrix of distances', async () => {
    const check = fc.asyncProperty(drawn, async ({ nodes, ties, set, within }) => {
      const [ours, naive] = [await valued(nodes, ties, set, within), valuesOf(nodes, ties, set, within)]
      for (const goal of GOALS) {
        expect(ours[goal], goal).toBeCloseTo(naive[goal], 12)
        expect(ours[goal]).toBeGreaterThanOrEqual(0)
        expect(ours[goal]).toBeLessThanOrEqual(1)
      }
    })
    await fc.assert(check, { numRuns: 300 })
  })

  it('is known for a star, a path and two cliques with a bridge', async () => {
    expect(await valued(6, star(5), [], 1)).toEqual({
      components: 0,
      distances: 1 - (10 + 20 / 2) / 30,
      reach: 0,
      within: 0,
    })
    expect(await valued(6, star(5), [0], 1)).toEqual({ components: 1, distances: 1, reach: 1, within: 1 })
    expect((await valued(6, star(5), [1], 1)).reach).toBeCloseTo((1 + 1 + 4 / 2) / 6, 12)
    expect(await valued(5, path(5), [2], 1)).toEqual({
      components: 1 - 4 / 12,
      distances: 1 - 4 / 12,
      reach: 4 / 5,
      within: 3 / 5,
    })
    const bridge = await valued(9, BRIDGED, [4], 2)
    expect(bridge.components).toBeCloseTo(1 - 24 / 56, 12)
    expect(bridge).toMatchObject({ within: 1 })
    expect(bridge.reach).toBeCloseTo((1 + 2 + 6 / 2) / 9, 12)
  })

  it('is on the kite none without the node of most ties, and little without that of most betweenness', async () => {
    expect((await valued(10, KITE, [3], 1)).components).toBe(0)
    expect((await valued(10, KITE, [7], 1)).components).toBeCloseTo(1 - (42 + 2) / 72, 12)
  })

  it('never falls with a further member for reach, nor rises with a further tie for fragmentation', async () => {
    const check = fc.asyncProperty(
      drawn,
      fc.nat(),
      fc.nat(),
      async ({ nodes, ties, set, within }, one, other) => {
        const less = await valued(nodes, ties, set.slice(1), within)
        const base = await valued(nodes, ties, set, within)
        const tied = await valued(nodes, [...ties, [one % nodes, other % nodes]], set, within)
        for (const goal of ['reach', 'within'] as const)
          expect(base[goal] + 1e-12).toBeGreaterThanOrEqual(less[goal])
        for (const goal of ['components', 'distances'] as const)
          expect(tied[goal] - 1e-12).toBeLessThanOrEqual(base[goal])
        expect(reach(network(nodes, ties), set, within + 1).within).toBeGreaterThanOrEqual(base.within)
        expect(base.distances + 1e-12).toBeGreaterThanOrEqual(base.components)
      },
    )
    await fc.assert(check, { numRuns: 200 })
  })

  it('is answered where there is next to nothing, and refused for what is no node', async () => {
    expect(await valued(0, [], [], 1)).toEqual({ components: 1, distances: 1, reach: 0, within: 0 })
    expect(await valued(1, [[0, 0]], [0], 1)).toEqual({ components: 1, distances: 1, reach: 1, within: 1 })
    await expect(fragmentation(network(2, []), [2])).rejects.toThrow('expected nodes below 2, got 2')
    await expect(fragmentation(network(2, []), [1, 1])).rejects.toThrow('expected each node once')
    expect(() => reach(network(2, []), [0.5])).toThrow(RangeError)
    expect(() => reach(network(2, []), [0], Number.NaN)).toThrow(RangeError)
  })
})

/** A network of 6 to 14 nodes, sparse to dense. */
function drawnNetwork(seed: number) {
  const random = seeded(seed)
  const nodes = 6 + random.below(9)
  const ties = Array.from(
    { length: nodes + random.below(nodes) },
    () => [random.below(nodes), random.below(nodes)] as const,
  )
  return { nodes, ties, size: 1 + random.below(4) }
}

describe('key players', () => {
  it('are nearly always the best set there is, and never far from it', async () => {
    const hits = { components: 0, distances: 0, reach: 0, within: 0 }
    const gaps = { components: 0, distances: 0, reach: 0, within: 0 }
    for (let seed = 0; seed < 500; seed++) {
      const { nodes, ties, size } = drawnNetwork(seed)
      const best = bestValues(nodes, ties, size, 2)
      for (const goal of GOALS) {
        const { set, value } = await keyPlayers(network(nodes, ties), { goal, size })
        expect(value).toBeCloseTo(valuesOf(nodes, ties, set, 2)[goal], 12)
        expect(value - 1e-12).toBeLessThanOrEqual(best[goal])
        const gap = best[goal] - value
        if (gap < 1e-12) hits[goal]++
        else gaps[goal] = Math.max(gaps[goal], gap)
      }
    }
    // The docstring of keyPlayers states these; every draw is seeded, so they are the same everywhere.
    expect(hits).toEqual({ components: 497, distances: 500, reach: 499, within: 500 })
    expect(gaps.components).toBeCloseTo(0.156, 3)
    expect(gaps.reach).toBeCloseTo(0.083, 3)
  })

  it('are the bridge of fewest ties, and of equal sets the least', async () => {
    const found = async (ties: Ties, goal: Goal, size: number) =>
      (await keyPlayers(network(9, ties), { goal, size, within: 1 })).set
    expect(await found(BRIDGED, 'components', 1)).toEqual([4])
    // Without 3 the pairs that remain keep 23 in 1/distance, without 4 they keep 24.
    expect(await found(BRIDGED, 'distances', 1)).toEqual([3])
    expect(await found(BRIDGED, 'within', 2)).toEqual([0, 5])
    expect(await found(path(9), 'within', 3)).toEqual([1, 4, 7])
    const apart = network(4, [[0, 1]])
    expect((await keyPlayers(apart, { goal: 'within', size: 1, within: 2 ** 33 })).value).toBe(1 / 2)
    expect(
      (await keyPlayers(network(4, [[2, 3]]), { goal: 'within', size: 1, within: 2 ** 33 })).set,
    ).toEqual([2])
    const ring: Ties = [...path(9), [8, 0]]
    for (const goal of GOALS) expect(await found(ring, goal, 1), goal).toEqual([0])
    expect(await found(ring, 'components', 3)).toEqual([0, 3, 6])
  })

  it('are all nodes if so many are wanted, none if none, and refused where the bounds are no numbers', async () => {
    for (const goal of GOALS) {
      expect(await keyPlayers(network(2, [[0, 1]]), { goal, size: 5 })).toEqual({
        set: [0, 1],
        value: 1,
        whole: true,
      })
      expect((await keyPlayers(network(2, [[0, 1]]), { goal, size: 0 })).set).toEqual([])
      expect((await keyPlayers(network(0, []), { goal, size: 3 })).set).toEqual([])
      for (const wrong of [
        { size: -1 },
        { size: 1.5 },
        { size: 1, starts: 0 },
        { size: 1, considered: Number.NaN },
      ])
        await expect(keyPlayers(network(2, []), { goal, ...wrong })).rejects.toThrow(RangeError)
    }
  })

  it('are the same whatever the order of ties, and the same again for the same seed', async () => {
    const { nodes, ties } = large(150)
    for (const goal of GOALS) {
      const wanted = { goal, size: 3, starts: 2, sources: 40, considered: 20, seed: 7 }
      const one = await keyPlayers(network(nodes, ties), wanted)
      expect(
        await keyPlayers(
          network(
            nodes,
            ties.toReversed().map(([a, b]) => [b, a] as const),
          ),
          wanted,
        ),
      ).toEqual(one)
    }
  })

  it('lose little where the work is bounded, and say that it was', async () => {
    const { nodes, ties } = large(300)
    const none = (await fragmentation(network(nodes, ties), [])).distances
    const find = (bounds: object) =>
      keyPlayers(network(nodes, ties), { goal: 'distances', size: 4, starts: 3, ...bounds })
    const [whole, bounded] = [
      await find({ sources: 300, considered: 300 }),
      await find({ sources: 60, considered: 30 }),
    ]
    expect([whole.whole, bounded.whole]).toEqual([true, false])
    expect(bounded.value).toBe((await fragmentation(network(nodes, ties), bounded.set)).distances)
    expect((bounded.value - none) / (whole.value - none)).toBeGreaterThan(0.8)
  })

  it('tell how far they are, and end when they are told to', async () => {
    const { nodes, ties } = large(400)
    const told: number[] = []
    await keyPlayers(
      network(nodes, ties),
      { goal: 'components', size: 3 },
      { progress: (part) => told.push(part) },
    )
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.at(-1)).toBe(1)
    const end = new AbortController()
    const stopped = keyPlayers(
      network(nodes, ties),
      { goal: 'distances', size: 8, starts: 4 },
      { signal: end.signal, progress: () => end.abort(new Error('enough')) },
    )
    await expect(stopped).rejects.toThrow('enough')
    await expect(
      keyPlayers(network(1, []), { goal: 'reach', size: 1 }, { signal: end.signal }),
    ).rejects.toThrow('enough')
  })
})

/** Some tied to many, as in networks that grow: every other end is drawn from the ends before. */
function large(nodes: number) {
  const random = seeded(nodes)
  const bag: number[] = []
  const ties = Array.from({ length: 2 * nodes }, (_, tie) => {
    const ends = [
      tie % nodes,
      tie % 2 && bag.length > 0 ? bag[random.below(bag.length)]! : random.below(nodes),
    ] as const
    bag.push(...ends)
    return ends
  })
  return { nodes, ties }
}
