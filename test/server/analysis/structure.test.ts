import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { communitiesOf, modularityOf } from '../../../server/analysis/communities.ts'
import { componentsOf } from '../../../server/analysis/components.ts'
import { degreeOf } from '../../../server/analysis/degree.ts'
import { eigenvectorOf } from '../../../server/analysis/eigenvector.ts'
import { coresOf } from '../../../server/analysis/k-core.ts'
import { drawnNetwork, endsOf, networkOf, randomNetwork, reachedFrom, star, twoCliques } from './networks.ts'

const empty = networkOf(0, [])
const alone = networkOf(1, [[0, 0]])

describe('degree', () => {
  it('counts other nodes, each once', () => {
    const { raw, normalised } = degreeOf(
      networkOf(4, [
        [0, 1],
        [1, 0],
        [1, 1],
        [1, 2],
      ]),
    )
    expect([...raw]).toEqual([1, 2, 1, 0])
    expect([...normalised]).toEqual([1 / 3, 2 / 3, 1 / 3, 0])
    expect([...degreeOf(alone).normalised, ...degreeOf(empty).normalised]).toEqual([0])
  })
})

describe('components', () => {
  it('are who reaches whom, in the order of their least nodes', () => {
    fc.assert(
      fc.property(drawnNetwork(), (network) => {
        const { count, of, sizes, order, starts } = componentsOf(network)
        let next = 0
        for (let node = 0; node < network.nodes; node++) {
          const reached = [...reachedFrom(network, node)].sort((a, b) => a - b)
          const component = of[node]!
          if (reached[0] === node) expect(component).toBe(next++)
          expect(sizes[component]).toBe(reached.length)
          const listed = [...order.subarray(starts[component], starts[component + 1])]
          expect(listed.sort((a, b) => a - b)).toEqual(reached)
        }
        expect(count).toBe(next)
      }),
    )
  })
})

describe('cores', () => {
  it('are what is left when those with fewer neighbours go', () => {
    fc.assert(
      fc.property(drawnNetwork(40), (network) => {
        const cores = coresOf(network)
        for (let k = 0; k <= 9; k++) {
          const left = new Set(Array(network.nodes).keys())
          const near = (node: number) =>
            [...network.neighbours.subarray(network.offsets[node], network.offsets[node + 1])].filter((one) =>
              left.has(one),
            )
          for (let isSettled = false; !isSettled; ) {
            const poor = [...left].filter((node) => near(node).length < k)
            for (const node of poor) left.delete(node)
            isSettled = poor.length === 0
          }
          expect([...cores.keys()].filter((node) => cores[node]! >= k)).toEqual([...left])
        }
      }),
    )
  })

  it('of nothing are none', () => {
    expect([...coresOf(empty), ...coresOf(alone)]).toEqual([0])
  })
})

describe('the eigenvector', () => {
  it('is one in each component, positive and of length 1', async () => {
    await fc.assert(
      fc.asyncProperty(drawnNetwork(), async (network) => {
        const { components, scores, values, settled } = await eigenvectorOf(network)
        const lengths = new Float64Array(components.count)
        for (let node = 0; node < network.nodes; node++) {
          const component = components.of[node]!
          const near = network.neighbours.subarray(network.offsets[node], network.offsets[node + 1])
          const given = near.reduce((sum, one) => sum + scores[one]!, 0)
          expect(given).toBeCloseTo(values[component]! * scores[node]!, 10)
          expect(scores[node]! > 0).toBe(near.length > 0)
          lengths[component]! += scores[node]! ** 2
        }
        for (const [component, length] of lengths.entries())
          expect(length).toBeCloseTo(components.sizes[component]! > 1 ? 1 : 0, 12)
        expect([...settled]).toEqual(Array(components.count).fill(1))
      }),
    )
  })

  it('settles where power iteration alone would swing', async () => {
    const { scores, values } = await eigenvectorOf(star(10_000))
    expect(values[0]).toBeCloseTo(100, 10)
    expect(scores[0]).toBeCloseTo(Math.SQRT1_2, 12)
    expect(scores[1]).toBeCloseTo(Math.SQRT1_2 / 100, 12)
  })

  it('says where it did not settle, and stops when it is told to', async () => {
    const ties = Array.from({ length: 999 }, (_, at): [number, number] => [at, at + 1])
    const chain = networkOf(1_000, ties)
    const { settled, residuals } = await eigenvectorOf(chain, { iterations: 50 })
    expect([...settled]).toEqual([0])
    expect(residuals[0]).toBeGreaterThan(1e-6)
    const control = new AbortController()
    const reason = new Error('enough')
    const running = expect(eigenvectorOf(chain, { signal: control.signal })).rejects.toBe(reason)
    control.abort(reason)
    await running
  })

  it('answers an empty network and one node', async () => {
    const told: number[] = []
    expect((await eigenvectorOf(empty, { progress: (part) => told.push(part) })).scores.length).toBe(0)
    expect([...(await eigenvectorOf(alone)).scores]).toEqual([0])
    expect(told).toEqual([1])
  })
})

describe('communities', () => {
  it('are connected, numbered by their least nodes, and as modular as they say', async () => {
    const resolutions = fc.constantFrom(0.5, 1, 1.7)
    await fc.assert(
      fc.asyncProperty(drawnNetwork(), resolutions, fc.nat(9), async (network, resolution, seed) => {
        const { count, of, sizes, modularity } = await communitiesOf(network, { resolution, seed })
        const inside = networkOf(
          network.nodes,
          [...Array(network.pairs).keys()]
            .map((pair) => endsOf(network, pair))
            .filter(([one, other]) => of[one] === of[other]),
        )
        expect(componentsOf(inside)).toMatchObject({ count, of, sizes })
        expect(modularity).toBeCloseTo(byDefinition(network, of, resolution), 12)
        const nobody = byDefinition(network, [...Array(network.nodes).keys()], resolution)
        expect(modularity).toBeGreaterThanOrEqual(nobody - 1e-12)
      }),
    )
  })

  it('are the groups that there are', async () => {
    const { of, count } = await communitiesOf(twoCliques(6))
    expect([...of]).toEqual([...Array(6).fill(0), ...Array(6).fill(1)])
    expect(count).toBe(2)
  })

  it('are such that nobody alone would better move to another', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const network = randomNetwork(150, 320, seed)
      const { of, modularity } = await communitiesOf(network, { starts: 1 })
      for (let pair = 0; pair < network.pairs; pair++)
        for (const [one, other] of [endsOf(network, pair), endsOf(network, pair).reverse()] as [
          number,
          number,
        ][])
          expect(modularityOf(network, of.with(one, of[other]!))).toBeLessThanOrEqual(modularity + 1e-9)
    }
  })

  it('are the same for the same seed, and the best of several', async () => {
    const network = randomNetwork(300, 600, 3)
    const first = await communitiesOf(network, { seed: 4, starts: 1 })
    expect(await communitiesOf(network, { seed: 4, starts: 1 })).toEqual(first)
    expect((await communitiesOf(network, { seed: 5, starts: 1 })).of).not.toEqual(first.of)
    const gains: number[] = []
    for (let seed = 0; seed < 6; seed++) {
      const [one, best] = [
        await communitiesOf(network, { seed, starts: 1 }),
        await communitiesOf(network, { seed }),
      ]
      gains.push(best.modularity - one.modularity)
    }
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...gains)).toBeGreaterThan(0)
  })

  it('are found in little and in nothing, and are refused without a resolution', async () => {
    expect(await communitiesOf(empty)).toMatchObject({ count: 0, modularity: 0 })
    expect(await communitiesOf(alone)).toMatchObject({ count: 1, modularity: 0 })
    for (const resolution of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(communitiesOf(alone, { resolution })).rejects.toThrow(`got ${resolution}`)
    await expect(communitiesOf(alone, { starts: 0 })).rejects.toThrow('got 0')
    expect(modularityOf(empty, [])).toBe(0)
  })

  it('stop when they are told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(communitiesOf(star(3), { signal })).rejects.toThrow('enough')
  })
})

/** Newman 2004, over all ordered pairs of nodes. */
function byDefinition(
  network: ReturnType<typeof networkOf>,
  of: ArrayLike<number>,
  resolution: number,
): number {
  const { raw } = degreeOf(network)
  const all = 2 * network.pairs
  if (all === 0) return 0
  let sum = 0
  for (let one = 0; one < network.nodes; one++)
    for (let other = 0; other < network.nodes; other++) {
      if (of[one] !== of[other]) continue
      const near = network.neighbours.subarray(network.offsets[one], network.offsets[one + 1])
      sum += (near.includes(other) ? 1 : 0) - (resolution * raw[one]! * raw[other]!) / all
    }
  return sum / all
}
