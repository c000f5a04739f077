import { describe, expect, it } from 'vitest'
import { compared } from '../../../server/analysis/disruption.ts'
import { type Goal, keyPlayers } from '../../../server/analysis/key-players.ts'
import { seeded } from '../../../server/analysis/random.ts'
import { valuesOf } from './naive-cohesion.ts'
import { network } from './tied.ts'

// Whom the law protects stays in the network, and is never among those that an analysis proposes.

const GOALS: Goal[] = ['components', 'distances', 'reach', 'within']

function drawn(seed: number) {
  const random = seeded(seed)
  const nodes = 5 + random.below(5)
  const ties = Array.from({ length: 2 * nodes }, () => [random.below(nodes), random.below(nodes)] as const)
  return { nodes, ties, spared: Uint8Array.from({ length: nodes }, () => random.below(2)) }
}

/** The best value of two of those who may be proposed, by trying all. */
function bestOf({ nodes, ties, spared }: ReturnType<typeof drawn>, goal: Goal): number {
  const free = Array.from(spared.keys()).filter((node) => !spared[node])
  const sets = free.flatMap((one, at) => free.slice(at + 1).map((other) => [one, other]))
  return Math.max(...sets.map((set) => valuesOf(nodes, ties, set, 2)[goal]))
}

describe('who is spared', () => {
  it('is in no key set, and the best of the others are', async () => {
    const misses = { components: 0, distances: 0, reach: 0, within: 0 }
    for (let seed = 0; seed < 120; seed++) {
      const one = drawn(seed)
      const free = one.spared.filter((spared) => !spared).length
      for (const goal of GOALS) {
        const { nodes, ties, spared } = one
        const { set, value } = await keyPlayers(network(nodes, ties), { goal, size: 2, spared })
        expect(set).toHaveLength(Math.min(2, free))
        expect(set.filter((node) => spared[node])).toEqual([])
        if (free >= 2 && bestOf(one, goal) - value > 1e-12) misses[goal]++
      }
    }
    for (const goal of GOALS) expect(misses[goal]).toBeLessThanOrEqual(1)
  })

  it('is not proposed where the search is bounded either', async () => {
    const { nodes, ties, spared } = drawn(7)
    for (const goal of GOALS) {
      const bounds = { goal, size: 2, spared, considered: 1, sources: 1, starts: 2 }
      const { set } = await keyPlayers(network(nodes, ties), bounds)
      expect(set.filter((node) => spared[node])).toEqual([])
    }
  })

  it('is removed in no way: the hub of a star stays, so nobody is cut off from anybody', async () => {
    const star = network(
      6,
      [1, 2, 3, 4, 5].map((leaf) => [0, leaf] as const),
    )
    const spared = Uint8Array.from([1, 0, 0, 0, 0, 0])
    const degrees = () => ({ nodes: [9, 1, 1, 1, 1, 1], pairs: [] })
    const ways = await compared(
      { network: star, steps: [{ nodes: [0, 1] }], recovery: { by: 'none' }, spared, runs: 20 },
      degrees,
    )
    expect(ways.named[1]!.largest).toEqual({ low: 5 / 6, median: 5 / 6, high: 5 / 6 })
    for (const way of ['random', 'adaptive'] as const)
      expect(ways[way][1]!.largest).toEqual({ low: 4 / 6, median: 4 / 6, high: 4 / 6 })
  })
})
