import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betweenness } from '../../../server/analysis/betweenness.ts'
import type { Compact } from '../../../server/analysis/compact.ts'
import { drawnNetwork, endsOf, networkOf, randomNetwork, star, twoCliques } from './networks.ts'

/** Distances by Floyd and Warshall, and numbers of paths by adding up, from the definition. */
function byDefinition(network: Compact) {
  const { nodes, pairs } = network
  const all = [...Array(nodes).keys()]
  const far = all.map((one) => all.map((other) => (one === other ? 0 : Number.POSITIVE_INFINITY)))
  for (let pair = 0; pair < pairs; pair++) {
    const [one, other] = endsOf(network, pair)
    far[one]![other] = far[other]![one] = 1
  }
  for (const by of all)
    for (const one of all)
      for (const other of all)
        far[one]![other] = Math.min(far[one]![other]!, far[one]![by]! + far[by]![other]!)
  const paths = all.map((from): number[] => {
    const counts: number[] = all.map((to) => (from === to ? 1 : 0))
    const nearest = all.filter((to) => far[from]![to]! < Number.POSITIVE_INFINITY && to !== from)
    for (const to of nearest.sort((a, b) => far[from]![a]! - far[from]![b]!))
      for (const by of all)
        if (far[by]![to] === 1 && far[from]![by]! + 1 === far[from]![to]!) counts[to]! += counts[by]!
    return counts
  })
  const raw = { nodes: new Float64Array(nodes), pairs: new Float64Array(pairs) }
  for (const from of all)
    for (const to of all.filter((one) => one > from && far[from]![one]! < Number.POSITIVE_INFINITY)) {
      const whole = far[from]![to]!
      const part = (count: number) => count / paths[from]![to]!
      for (const by of all)
        if (by !== from && by !== to && far[from]![by]! + far[by]![to]! === whole)
          raw.nodes[by]! += part(paths[from]![by]! * paths[by]![to]!)
      for (let pair = 0; pair < pairs; pair++)
        for (const [one, other] of [endsOf(network, pair), endsOf(network, pair).reverse()] as [
          number,
          number,
        ][])
          if (far[from]![one]! + 1 + far[other]![to]! === whole)
            raw.pairs[pair]! += part(paths[from]![one]! * paths[other]![to]!)
    }
  return raw
}

function expectNear(found: Float64Array, expected: ArrayLike<number>) {
  expect(found.length).toBe(expected.length)
  for (const [at, one] of found.entries()) expect(Math.abs(one - expected[at]!)).toBeLessThanOrEqual(1e-9)
}

describe('betweenness', () => {
  it('is what the definition says, for nodes and pairs', async () => {
    await fc.assert(
      fc.asyncProperty(drawnNetwork(), async (network) => {
        const { raw } = await betweenness(network)
        const expected = byDefinition(network)
        expectNear(raw.nodes, expected.nodes)
        expectNear(raw.pairs, expected.pairs)
      }),
      { numRuns: 500 },
    )
  })

  it('is a part of the pairs that there could be', async () => {
    const { raw, normalised } = await betweenness(star(4))
    expect([...raw.nodes]).toEqual([6, 0, 0, 0, 0])
    expect([...normalised.nodes]).toEqual([1, 0, 0, 0, 0])
    expect([...raw.pairs]).toEqual([4, 4, 4, 4])
    expect([...normalised.pairs]).toEqual([0.4, 0.4, 0.4, 0.4])
  })

  it('is greatest at the bridge of two groups', async () => {
    const network = twoCliques(5)
    const { raw } = await betweenness(network)
    expect(Math.max(...raw.pairs)).toBe(25)
    expect(endsOf(network, raw.pairs.indexOf(25))).toEqual([4, 5])
    expect([...raw.nodes]).toEqual([0, 0, 0, 0, 20, 20, 0, 0, 0, 0])
  })

  it('answers an empty network, one node, and nodes without ties', async () => {
    for (const nodes of [0, 1, 2, 5]) {
      const told: number[] = []
      const { raw, normalised } = await betweenness(networkOf(nodes, []), {
        progress: (part) => told.push(part),
      })
      expect([...raw.nodes, ...normalised.nodes]).toEqual(Array(2 * nodes).fill(0))
      expect(raw.pairs.length).toBe(0)
      expect(told).toEqual([1])
    }
  })

  it('is the same to the last bit by any number of threads, and tells how far it is', async () => {
    // 1,600 nodes of degree 4 and what hangs on them: more than is counted without a thread.
    const network = randomNetwork(1_600, 3_200, 7)
    const here = await betweenness(network, { workers: 0 })
    for (const workers of [1, 2, 3]) {
      const told: number[] = []
      expect(await betweenness(network, { workers, progress: (part) => told.push(part) })).toEqual(here)
      expect(told.length).toBeGreaterThan(100)
      expect(told).toEqual([...told].sort((a, b) => a - b))
      expect(told.at(-1)).toBe(1)
    }
  })

  it('stops when it is told to', async () => {
    const network = randomNetwork(1_600, 3_200, 7)
    for (const workers of [0, 2]) {
      const control = new AbortController()
      const reason = new Error('enough')
      const progress = () => control.abort(reason)
      await expect(betweenness(network, { workers, signal: control.signal, progress })).rejects.toBe(reason)
      await expect(betweenness(network, { workers, signal: control.signal })).rejects.toBe(reason)
    }
  })

  it('says so where there are more paths than can be counted', async () => {
    // Layers of two, each tied to the whole next one, and a tie back to the first: 2^1100 paths in one block.
    const layers = 1_101
    const ties = Array.from({ length: 4 * (layers - 1) }, (_, at): [number, number] => {
      const layer = 2 * Math.floor(at / 4)
      return [layer + (at & 1), layer + 2 + ((at >> 1) & 1)]
    })
    await expect(betweenness(networkOf(2 * layers, ties))).rejects.toThrow('expected at most 2^1023')
  })
})
