import { describe, expect, it } from 'vitest'
import { fragmentation, type Goal, keyPlayers } from '../../../server/analysis/key-players.ts'
import { seeded } from '../../../server/analysis/random.ts'
import { bestValues, type Ties, valuesOf } from './naive-cohesion.ts'
import { BRIDGED, large, network, path } from './tied.ts'

const GOALS: Goal[] = ['components', 'distances', 'reach', 'within']

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
      keyPlayers(network(nodes, ties), { goal: 'distances', size: 4, starts: 2, ...bounds })
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
