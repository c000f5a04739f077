import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fragmentation, reach } from '../../../server/analysis/key-players.ts'
import { type Ties, valuesOf } from './naive-cohesion.ts'
import { BRIDGED, network, path } from './tied.ts'

const GOALS = ['components', 'distances', 'reach', 'within'] as const
const star = (leaves: number): Ties => Array.from({ length: leaves }, (_, leaf) => [0, leaf + 1] as const)
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
