import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Between, between } from '../../../server/analysis/between.ts'
import { compactOf } from '../../../server/analysis/compact.ts'
import { comparePaths, type Path } from '../../../server/analysis/shortest.ts'
import { allPaths, type Small, smallNetwork } from './paths.ts'

type Bounds = { paths: number; nodes: number }

const ask = (small: Small, one: number[], other: number[], bounds: Bounds): Promise<Between> => {
  const { nodes, ties } = small
  const [from, to] = [ties.map((tie) => tie.from), ties.map((tie) => tie.to)]
  const [rank, weights] = [ties.map((tie) => tie.rank), ties.map((tie) => tie.weight)]
  return between({ network: compactOf(nodes, from, to), from, to, rank, weights, one, other, ...bounds })
}

/** All paths that begin in one set, end in the other and pass neither. */
function allBetween(small: Small, one: number[], other: number[]): Path[] {
  const isEnd = (node: number) => one.includes(node) || other.includes(node)
  const isShared = (node: number) => one.includes(node) && other.includes(node)
  const undirected = { ...small, isDirected: false }
  return [...new Set(one)]
    .flatMap((source) => [...new Set(other)].flatMap((target) => allPaths(undirected, true, source, target)))
    .filter(({ nodes }) => !nodes.some(isShared) && !nodes.slice(1, -1).some(isEnd))
    .sort(comparePaths)
}

const drawn = smallNetwork(7, 14).chain((small) => {
  const set = fc.array(fc.nat(small.nodes - 1), { maxLength: 3 })
  return fc.record({
    small: fc.constant(small),
    ...{ one: set, other: set },
    bounds: fc.record({ paths: fc.nat(6), nodes: fc.nat(8) }),
  })
})

describe('what connects two sets', () => {
  it('is made of paths between them, the least first, and says exactly how many nodes it leaves off', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ small, one, other, bounds }) => {
        const answer = await ask(small, one, other, bounds)
        const all = allBetween(small, one, other)
        const isPath = (path: Path) => all.some(({ nodes }) => nodes.join() === path.nodes.join())
        expect(answer.paths.filter((path) => !isPath(path))).toEqual([])
        expect(answer.paths.length).toBeLessThanOrEqual(bounds.paths)
        expect(answer.nodes.length).toBeLessThanOrEqual(bounds.nodes)
        expect(new Set(answer.paths.map(({ nodes }) => nodes.join())).size).toBe(answer.paths.length)
        // Every node and tie is of a path that is shown.
        expect(answer.nodes).toEqual(
          [...new Set(answer.paths.flatMap(({ nodes }) => nodes))].sort((a, b) => a - b),
        )
        expect(answer.ties).toEqual(
          [...new Set(answer.paths.flatMap(({ ties }) => ties))].sort((a, b) => a - b),
        )
        expect(answer.left.nodes).toBe(new Set(all.flatMap(({ nodes }) => nodes)).size - answer.nodes.length)
        if (bounds.paths > 0 && all.length > 0) {
          const isFit = all[0]!.nodes.length <= bounds.nodes
          if (isFit) expect(answer.paths[0]).toEqual(all[0])
          else expect(answer.left.paths).toBeGreaterThan(0)
        }
        expect(answer.shared).toEqual(
          [...new Set(one)].filter((node) => other.includes(node)).sort((a, b) => a - b),
        )
      }),
      { numRuns: 1_000 },
    )
  })

  /** Two ends, 0 and 9, joined by three rows of two: 1–2, 3–4 and 5–6; 7 is a short cut beside the first. */
  const rows: Small = {
    nodes: 10,
    isDirected: false,
    ties: [
      [0, 1], [1, 2], [2, 9], [1, 7], [7, 2], [0, 3], [3, 4], [4, 9], [0, 5], [5, 6], [6, 9], [6, 8],
    ].map(([from, to], rank) => ({ from: from!, to: to!, rank, weight: 1 })), // biome-ignore format: a list of ties
  }

  it('goes other ways rather than the same one again', async () => {
    const answer = await ask(rows, [0], [9], { paths: 3, nodes: 20 })
    expect(answer.paths.map(({ nodes }) => nodes)).toEqual([
      [0, 1, 2, 9],
      [0, 3, 4, 9],
      [0, 5, 6, 9],
    ])
    expect(answer.left).toEqual({ nodes: 1, paths: 0 })
  })

  it('is all there is, where there is room', async () => {
    const answer = await ask(rows, [0], [9], { paths: 50, nodes: 20 })
    expect(answer.nodes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9])
    expect(answer.left).toEqual({ nodes: 0, paths: 0 })
  })

  it('tells what did not fit', async () => {
    const answer = await ask(rows, [0], [9], { paths: 3, nodes: 6 })
    expect(answer.nodes).toEqual([0, 1, 2, 3, 4, 9])
    expect(answer.left.nodes).toBe(3)
    expect(answer.left.paths).toBeGreaterThan(0)
  })

  it('is nothing between nothing, and refuses what is no node or bound', async () => {
    expect(await ask(rows, [], [9], { paths: 3, nodes: 6 })).toMatchObject({ nodes: [], left: { nodes: 0 } })
    await expect(ask(rows, [10], [9], { paths: 3, nodes: 6 })).rejects.toThrow('nodes below 10, got 10')
    await expect(ask(rows, [0], [9], { paths: -1, nodes: 6 })).rejects.toThrow('a bound from 0, got -1')
  })
})
