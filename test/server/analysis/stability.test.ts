import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betweenness } from '../../../server/analysis/betweenness.ts'
import type { Compact } from '../../../server/analysis/compact.ts'
import { degreeOf } from '../../../server/analysis/degree.ts'
import { stabilityOf } from '../../../server/analysis/stability.ts'
import { drawnNetwork, networkOf, randomNetwork, star } from './networks.ts'

const degree = (network: Compact) => degreeOf(network).raw

describe('a stability band', () => {
  it('has no width where nothing is left out', async () => {
    await fc.assert(
      fc.asyncProperty(drawnNetwork(), async (network) => {
        const nothing = { nodesLeftOut: 0, pairsLeftOut: 0, rounds: 3 }
        const { measure, rank, kept } = await stabilityOf(network, degree, nothing)
        expect([...measure.whole]).toEqual([...degree(network)])
        for (const band of [measure, rank])
          for (const quantile of band.quantiles) expect(quantile).toEqual(band.whole)
        expect([...kept]).toEqual(Array(network.nodes).fill(3))
      }),
    )
  })

  it('is made of the quantiles of what the rounds gave', async () => {
    const network = randomNetwork(20, 40, 1)
    const seen: { nodes: number; pairs: number }[] = []
    const given: number[] = []
    /** A measure that tells only in which round it was taken. */
    const counting = ({ nodes, pairs }: Compact) => {
      seen.push({ nodes, pairs })
      given.push(seen.length)
      return new Array(nodes).fill(seen.length)
    }
    const options = { nodesLeftOut: 0.1, pairsLeftOut: 0.2, rounds: 9, quantiles: [0, 0.25, 1] }
    const { measure, kept } = await stabilityOf(network, counting, options)
    expect(seen.length).toBe(10)
    expect(seen[0]).toEqual({ nodes: 20, pairs: network.pairs })
    for (const { nodes, pairs } of seen.slice(1)) {
      expect(nodes).toBe(18)
      expect(pairs).toBeLessThanOrEqual(Math.round(0.8 * network.pairs))
    }
    expect(kept.reduce((a, b) => a + b)).toBe(9 * 18)
    for (let node = 0; node < 20; node++) {
      const [least, , most] = measure.quantiles.map((quantile) => quantile[node]!)
      expect(least).toBeGreaterThanOrEqual(2)
      expect(most).toBeLessThanOrEqual(10)
      if (kept[node] === 9) expect(measure.quantiles.map((quantile) => quantile[node])).toEqual([2, 4, 10])
    }
    expect(kept).toContain(9)
  })

  it('leaves out as many pairs as it is told to, of those that stay', async () => {
    const seen: number[] = []
    const noting = (network: Compact) => {
      seen.push(network.pairs)
      return degree(network)
    }
    await stabilityOf(star(40), noting, { nodesLeftOut: 0, pairsLeftOut: 0.25, rounds: 3 })
    expect(seen).toEqual([40, 30, 30, 30])
  })

  it('ranks from 1, equals alike, in places of the whole network', async () => {
    const { rank } = await stabilityOf(star(4), degree, { nodesLeftOut: 0.4, pairsLeftOut: 0, rounds: 60 })
    expect([...rank.whole]).toEqual([1, 3.5, 3.5, 3.5, 3.5])
    // Of five, three are kept: where the hub is one, it comes first and the others share places 2 and 3 of 3, which are 3 and 5 of 5.
    expect(rank.quantiles[0]![0]).toBe(1)
    expect(rank.quantiles[1]![1]).toBeGreaterThanOrEqual(3)
    expect(rank.quantiles[2]![1]).toBe(4)
  })

  it('takes what differs by rounding alone for equal', async () => {
    const nearly = ({ nodes }: Compact) => Float64Array.from({ length: nodes }, (_, at) => 7 + at * 1e-12)
    const { rank } = await stabilityOf(networkOf(3, []), nearly, { rounds: 1, nodesLeftOut: 0 })
    expect([...rank.whole]).toEqual([2, 2, 2])
  })

  it('is decided by its seed', async () => {
    const network = randomNetwork(60, 120, 2)
    const between = async (one: Compact) => (await betweenness(one)).normalised.nodes
    const by = (seed: number) => stabilityOf(network, between, { seed, rounds: 10 })
    const [one, same, other] = [await by(1), await by(1), await by(2)]
    expect(same).toEqual(one)
    expect(other.measure.quantiles).not.toEqual(one.measure.quantiles)
    expect(other.measure.whole).toEqual(one.measure.whole)
  })

  it('answers small networks, and says where a node was never kept', async () => {
    const one = await stabilityOf(networkOf(1, []), degree, { nodesLeftOut: 0.9, rounds: 2 })
    expect([...one.rank.whole, ...one.kept]).toEqual([1, 2])
    expect((await stabilityOf(networkOf(0, []), degree, { rounds: 2 })).kept.length).toBe(0)
    const { kept, measure } = await stabilityOf(networkOf(9, []), degree, { nodesLeftOut: 0.9, rounds: 1 })
    expect(kept.reduce((a, b) => a + b)).toBe(1)
    expect([...measure.quantiles[0]!].filter(Number.isNaN).length).toBe(8)
  })

  it('refuses what is out of range, tells how far it is and stops when it is told to', async () => {
    for (const wrong of [{ nodesLeftOut: 1 }, { pairsLeftOut: -0.1 }, { rounds: -1 }, { quantiles: [2] }])
      await expect(stabilityOf(star(3), degree, wrong)).rejects.toThrow(RangeError)
    const told: number[] = []
    const control = new AbortController()
    const progress = (part: number) => told.push(part)
    await stabilityOf(star(3), degree, { rounds: 4, progress })
    expect(told).toEqual([0, 0.25, 0.5, 0.75, 1])
    const measure = (network: Compact) => {
      control.abort(new Error('enough'))
      return degree(network)
    }
    await expect(stabilityOf(star(3), measure, { signal: control.signal })).rejects.toThrow('enough')
  })
})
