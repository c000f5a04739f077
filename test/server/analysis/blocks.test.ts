import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocksOf } from '../../../server/analysis/blocks.ts'
import type { Compact } from '../../../server/analysis/compact.ts'
import { unfold } from '../../../server/analysis/unfold.ts'
import { drawnNetwork, endsOf, networkOf, reachedFrom, star } from './networks.ts'

/** Two pairs that meet are in one block where their other ends reach each other without the node where they meet. */
function blockNames(network: Compact): number[] {
  const names = [...Array(network.pairs).keys()]
  for (const one of names.keys())
    for (const other of names.keys()) {
      const [ends, others] = [endsOf(network, one), endsOf(network, other)]
      const meet = ends.find((end) => others.includes(end))
      if (one >= other || meet === undefined) continue
      const [from, to] = [ends, others].map((both) => both.find((end) => end !== meet)!)
      if (!reachedFrom(network, from!, meet).has(to!)) continue
      const [kept, gone] = [names[one]!, names[other]!]
      for (const at of names.keys()) if (names[at] === gone) names[at] = kept
    }
  return names
}

describe('blocks', () => {
  it('are what no single node holds together', () => {
    fc.assert(
      fc.property(drawnNetwork(), (network) => {
        const { count, starts, pairs, entrances, reach } = blocksOf(network)
        const names = blockNames(network)
        const found = new Map<number, number>()
        for (let block = 0; block < count; block++) {
          const own = [...pairs.subarray(starts[block], starts[block + 1])]
          expect(own.length).toBeGreaterThan(0)
          expect(own.flatMap((pair) => endsOf(network, pair))).toContain(entrances[block])
          for (const pair of own) found.set(pair, block)
        }
        expect(found.size).toBe(network.pairs)
        for (let one = 0; one < network.pairs; one++)
          for (let other = 0; other < one; other++)
            expect(found.get(one) === found.get(other)).toBe(names[one] === names[other])
        for (let node = 0; node < network.nodes; node++)
          expect(reach[node]).toBe(reachedFrom(network, node).size)
      }),
      { numRuns: 300 },
    )
  })

  it('are found in a chain of 100,000 nodes and round a hub of as many', () => {
    const ties = Array.from({ length: 99_999 }, (_, at): [number, number] => [at, at + 1])
    const chain = unfold(networkOf(100_000, ties))
    expect(chain.places.nodes).toBe(0)
    expect(chain.keptApart[50_000]).toBe(50_000 * 49_999)
    expect(chain.bridged[0]).toBe(99_999)
    const hub = unfold(star(100_000))
    expect(hub.keptApart[0]).toBe((100_000 * 99_999) / 2)
  })

  it('leave a place of each node in each block of three or more, with what hangs there', () => {
    // Two triangles that share node 2, and a tail 4–5–6.
    const network = networkOf(7, [
      ...([
        [0, 1],
        [1, 2],
        [0, 2],
        [2, 3],
        [3, 4],
        [2, 4],
      ] as [number, number][]),
      ...([
        [4, 5],
        [5, 6],
      ] as [number, number][]),
    ])
    const { nodeOf, weights, places } = unfold(network)
    const hanging = [...nodeOf].map((node, place): [number, number] => [node, weights[place]!])
    expect(places.pairs).toBe(6)
    expect(hanging.sort(([a, x], [b, y]) => a - b || x - y)).toEqual([
      [0, 1],
      [1, 1],
      [2, 3],
      [2, 5],
      [3, 1],
      [4, 3],
    ])
  })
})
