import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactOf } from '../../../server/analysis/compact.ts'
import { kBestPaths } from '../../../server/analysis/k-best.ts'
import { shortestPath } from '../../../server/analysis/shortest.ts'
import { waysOf } from '../../../server/analysis/ways.ts'
import { allPaths, type Small, smallNetwork, waysOfSmall } from './paths.ts'

/** A square 0–1–3, 0–2–3 whose ranks are given, tie by tie: 0–1, 1–3, 0–2, 2–3. */
const square = (rank: number[], extra: [number, number][] = []) => {
  const ties = [[0, 1], [1, 3], [0, 2], [2, 3], ...extra] // biome-ignore format: a row
  const [from, to] = [ties.map(([one]) => one!), ties.map(([, other]) => other!)]
  return waysOf({ network: compactOf(5, from, to), from, to, rank })
}

describe('the shortest path', () => {
  it('is, of all there are, the least by weight, hops and claims', () => {
    fc.assert(
      fc.property(smallNetwork(), fc.boolean(), fc.nat(5), fc.nat(5), (small, isWeighted, a, b) => {
        const [source, target] = [a % small.nodes, b % small.nodes]
        const path = shortestPath(waysOfSmall(small, isWeighted), source, target)
        expect(path).toEqual(allPaths(small, isWeighted, source, target)[0] ?? null)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is decided by the order of claims where several are as short', () => {
    expect(shortestPath(square([0, 3, 1, 2]), 0, 3)?.nodes).toEqual([0, 1, 3])
    expect(shortestPath(square([1, 2, 0, 3]), 0, 3)?.nodes).toEqual([0, 2, 3])
  })

  it('does not change by ties that no path as short could use', () => {
    const path = shortestPath(square([5, 6, 7, 8]), 0, 3)
    const more = square([5, 6, 7, 8, 0, 1, 2], [[0, 4], [4, 1], [3, 3]]) // biome-ignore format: a row
    expect(shortestPath(more, 0, 3)).toEqual(path)
  })

  it('prefers fewer hops among ties that weigh nothing', () => {
    const [from, to] = [[0, 1, 0], [1, 2, 2]] // biome-ignore format: a row
    const ways = waysOf({ network: compactOf(3, from, to), from, to, rank: [0, 1, 2], weights: [0, 0, 0] })
    expect(shortestPath(ways, 0, 2)?.ties).toEqual([2])
  })

  it('says which end is no node, and which weight is none', () => {
    expect(() => shortestPath(square([0, 1, 2, 3]), 0, 5)).toThrow('expected nodes below 5, got 5')
    const network = compactOf(2, [0], [1])
    for (const weight of [-1, 0.5, Number.NaN])
      expect(() => waysOf({ network, from: [0], to: [1], rank: [0], weights: [weight] })).toThrow('weights')
  })

  it('leaves out a tie of infinite weight', () => {
    const choice = { network: compactOf(2, [0], [1]), from: [0], to: [1], rank: [0] }
    expect(shortestPath(waysOf({ ...choice, weights: [Number.POSITIVE_INFINITY] }), 0, 1)).toBeNull()
  })
})

describe('the k best paths', () => {
  it('are the first k of all paths without a cycle', async () => {
    await fc.assert(
      fc.asyncProperty(
        smallNetwork(),
        fc.boolean(),
        fc.nat(5),
        fc.nat(5),
        fc.nat(12),
        async (small, isWeighted, a, b, k) => {
          const [source, target] = [a % small.nodes, b % small.nodes]
          const paths = await kBestPaths(waysOfSmall(small, isWeighted), source, target, k)
          expect(paths).toEqual(allPaths(small, isWeighted, source, target).slice(0, k))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('are all there are of a dense network', async () => {
    const ties = [0, 1, 2, 3, 4, 5].flatMap((from) => [0, 1, 2, 3, 4, 5].map((to) => ({ from, to })))
    const dense: Small = {
      nodes: 6,
      isDirected: true,
      ties: ties.map((tie, at) => ({ ...tie, rank: (at * 5) % 36, weight: at % 4 })),
    }
    const paths = await kBestPaths(waysOfSmall(dense, true), 0, 5, 100)
    expect(paths.length).toBe(65)
    expect(paths).toEqual(allPaths(dense, true, 0, 5))
  })

  it('tell how far they are, and end when they are told to', async () => {
    const ways = square([0, 1, 2, 3], [[1, 2]])
    const told: number[] = []
    await kBestPaths(ways, 0, 3, 4, { progress: (fraction) => told.push(fraction) })
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect([told[0]! >= 0, told.at(-1)]).toEqual([true, 1])
    const signal = AbortSignal.abort(new Error('no longer wanted'))
    await expect(kBestPaths(ways, 0, 3, 4, { signal })).rejects.toThrow('no longer wanted')
  })
})
