import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compactOf } from '../../server/analysis/compact.ts'
import { kBestPaths } from '../../server/analysis/k-best.ts'
import { shortestPath } from '../../server/analysis/shortest.ts'
import { waysOf } from '../../server/analysis/ways.ts'
import { openPython } from './python.ts'
import { run } from './run.ts'

// networkx finds the same paths: 5 published networks that it ships, and 30 that it draws.

const K = 25

type Asked = {
  source: number
  target: number
  shortest: number[][]
  best: [weight: number, nodes: number[]][]
}
type Network = {
  name: string
  nodes: number
  edges: [number, number][]
  weights: number[]
  directed: boolean
  asked: Asked[]
}

let networks: Network[]

beforeAll(async () => {
  const python = await openPython()
  networks = JSON.parse((await run(python, [join(import.meta.dirname, 'paths.py'), String(K)])).toString())
}, 600_000)

const waysIn = ({ nodes, edges, weights, directed }: Network, isWeighted: boolean) => {
  const [from, to] = [edges.map(([one]) => one), edges.map(([, other]) => other)]
  const rank = edges.map((_, at) => at)
  const choice = { network: compactOf(nodes, from, to), from, to, rank, isDirected: directed }
  return waysOf(isWeighted ? { ...choice, weights } : choice)
}

const byFirstDifference = (one: number[], other: number[]) => {
  const at = one.findIndex((rank, hop) => rank !== other[hop])
  return at < 0 ? 0 : one[at]! - other[at]!
}

describe('networkx', () => {
  it('was asked about as many networks as it should be', () => {
    expect(networks.length).toBe(35)
    expect(networks.flatMap(({ asked }) => asked.flatMap(({ best }) => best)).length).toBeGreaterThan(2_000)
  })

  it('has among all shortest paths ours, which is the least in claims', () => {
    for (const network of networks) {
      const ways = waysIn(network, false)
      const rankOf = new Map(network.edges.map((edge, at) => [edge.join(), at]))
      const rank = (one: number, other: number) =>
        rankOf.get([one, other].join()) ?? rankOf.get([other, one].join())!
      const ranksOf = (nodes: number[]) => nodes.slice(1).map((node, at) => rank(nodes[at]!, node))
      for (const { source, target, shortest } of network.asked) {
        const ranks = shortest.map(ranksOf).sort(byFirstDifference)
        expect(shortestPath(ways, source, target)?.ranks, network.name).toEqual(ranks[0])
      }
    }
  })

  it('finds k best paths of the same weights, and the same ones where no two weigh the same', async () => {
    for (const network of networks) {
      const ways = waysIn(network, true)
      for (const { source, target, best } of network.asked) {
        const ours = await kBestPaths(ways, source, target, K)
        expect(
          ours.map(({ weight }) => weight),
          network.name,
        ).toEqual(best.map(([weight]) => weight))
        // Of paths that weigh as much as the last one, which are told is a matter of order.
        const last = best.at(-1)?.[0]
        const nodesOf = (rows: [number, number[]][]) =>
          rows.filter(([weight]) => weight !== last).map(([weight, nodes]) => [weight, ...nodes].join())
        expect(nodesOf(ours.map(({ weight, nodes }) => [weight, nodes])).sort()).toEqual(nodesOf(best).sort())
      }
    }
  })
})
