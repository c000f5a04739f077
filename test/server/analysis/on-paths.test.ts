import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactOf } from '../../../server/analysis/compact.ts'
import { nodesOnPaths } from '../../../server/analysis/on-paths.ts'
import { allPaths, smallNetwork } from './paths.ts'

describe('nodes on paths between two', () => {
  it('are those of all paths that there are', () => {
    const drawn = smallNetwork(7, 12).filter(({ nodes }) => nodes > 1)
    fc.assert(
      fc.property(drawn, fc.nat(6), fc.nat(6), (small, a, b) => {
        const source = a % small.nodes
        const target = (source + 1 + (b % (small.nodes - 1))) % small.nodes
        const { nodes, ties } = small
        const ends = [ties.map(({ from }) => from), ties.map(({ to }) => to)] as const
        const passed = allPaths({ ...small, isDirected: false }, false, source, target).flatMap(
          (path) => path.nodes,
        )
        const isOn = Array.from({ length: nodes }, (_, node) => (passed.includes(node) ? 1 : 0))
        expect([...nodesOnPaths(compactOf(nodes, ...ends), source, target)]).toEqual(isOn)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are found along a row of a hundred thousand', () => {
    const from = Array.from({ length: 99_999 }, (_, at) => at)
    const isOn = nodesOnPaths(compactOf(100_000, from, from.map((node) => node + 1)), 10, 99_990) // biome-ignore format: a row
    expect(isOn.reduce((sum, one) => sum + one, 0)).toBe(99_981)
    expect(() => nodesOnPaths(compactOf(2, [0], [1]), 0, 0)).toThrow(
      'expected two different nodes, got 0 twice',
    )
  })
})
