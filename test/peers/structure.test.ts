import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { betweenness } from '../../server/analysis/betweenness.ts'
import { blocksOf } from '../../server/analysis/blocks.ts'
import { communitiesOf, modularityOf } from '../../server/analysis/communities.ts'
import { type Compact, compactOf } from '../../server/analysis/compact.ts'
import { componentsOf } from '../../server/analysis/components.ts'
import { degreeOf } from '../../server/analysis/degree.ts'
import { eigenvectorOf } from '../../server/analysis/eigenvector.ts'
import { coresOf } from '../../server/analysis/k-core.ts'
import { openPython } from './python.ts'
import { run } from './run.ts'

// What we measure of five published and 23 generated networks, against networkx and igraph.

type Division = { communities: number[][]; modularity: number; modularityFiner: number }
type Both = Division & {
  nodes: number[]
  pairs: number[]
  cores: number[]
  components: number[][]
  eigenvector: number[]
  degree: number[]
}
type Answer = {
  title: string
  size: number
  ties: [number, number][]
  networkx: Both & { nodesNormalised: number[]; pairsNormalised: number[]; blocks: number[][][] }
  igraph: Both
}
type Row = Answer & { network: Compact }

let rows: Row[]

beforeAll(async () => {
  const python = await openPython()
  const answers: Answer[] = JSON.parse(
    (await run(python, [join(import.meta.dirname, 'structure.py')])).toString(),
  )
  rows = answers.map((answer) => ({ ...answer, network: networkOf(answer) }))
}, 600_000)

/** With each tie in both directions, and each node tied to itself: neither may count. */
function networkOf({ size, ties }: Answer): Compact {
  const loops = [...Array(size).keys()]
  const [one, other] = [ties.map(([end]) => end), ties.map(([, end]) => end)]
  return compactOf(size, [...other, ...loops, ...one], [...one, ...loops, ...other])
}

/** To 1e-9 of the greater of 1 and the number itself. */
function expectNear(title: string, found: ArrayLike<number>, expected: number[]) {
  expect(found.length, title).toBe(expected.length)
  for (const [at, one] of expected.entries())
    expect(Math.abs(found[at]! - one) / Math.max(1, Math.abs(one)), `${title}, ${at}`).toBeLessThanOrEqual(
      1e-9,
    )
}

function grouped(of: ArrayLike<number>): number[][] {
  const groups: number[][] = []
  for (let node = 0; node < of.length; node++) {
    groups[of[node]!] ??= []
    groups[of[node]!]!.push(node)
  }
  return groups
}

function numbered(groups: number[][]): number[] {
  const of: number[] = []
  for (const [group, nodes] of groups.entries()) for (const node of nodes) of[node] = group
  return of
}

describe('networkx and igraph', () => {
  it('were given five published networks and more than twenty others', () => {
    expect(rows.length).toBe(28)
    for (const { title, network, ties } of rows) {
      const pairs = [...Array(network.pairs).keys()].map((pair) => [
        ...network.ends.subarray(2 * pair, 2 * pair + 2),
      ])
      expect(pairs, title).toEqual(ties)
    }
  })

  it('find the same betweenness of nodes and pairs', async () => {
    for (const { title, network, networkx, igraph } of rows) {
      const { raw, normalised } = await betweenness(network)
      for (const peer of [networkx, igraph]) {
        expectNear(title, raw.nodes, peer.nodes)
        expectNear(title, raw.pairs, peer.pairs)
      }
      expectNear(title, normalised.nodes, networkx.nodesNormalised)
      expectNear(title, normalised.pairs, networkx.pairsNormalised)
    }
  })

  it('find the same degrees, cores and components', () => {
    for (const { title, network, networkx, igraph } of rows) {
      const { raw, normalised } = degreeOf(network)
      expect([...raw], title).toEqual(igraph.degree)
      expectNear(title, normalised, networkx.degree)
      for (const { cores, components } of [networkx, igraph]) {
        expect([...coresOf(network)], title).toEqual(cores)
        expect(grouped(componentsOf(network).of), title).toEqual(components)
      }
    }
  })

  it('find the same blocks', () => {
    const byText = (blocks: number[][][]) => blocks.map((block) => block.map(String).sort().join(' ')).sort()
    for (const { title, network, networkx, ties } of rows) {
      const { starts, pairs, count } = blocksOf(network)
      const blocks = [...Array(count).keys()].map((block) => [
        ...pairs.subarray(starts[block], starts[block + 1]),
      ])
      expect(byText(blocks.map((block) => block.map((pair) => ties[pair]!))), title).toEqual(
        byText(networkx.blocks),
      )
    }
  })

  it('find the same eigenvector in each component', async () => {
    for (const { title, network, networkx, igraph } of rows) {
      const { scores, settled } = await eigenvectorOf(network)
      expect([...settled], title).not.toContain(0)
      for (const { eigenvector } of [networkx, igraph]) expectNear(title, scores, eigenvector)
    }
  })

  it('find the same modularity of a division, and no division that is much better than ours', async () => {
    for (const { title, network, networkx, igraph } of rows) {
      const { modularity } = await communitiesOf(network)
      for (const peer of [networkx, igraph]) {
        const of = numbered(peer.communities)
        expectNear(
          title,
          [modularityOf(network, of), modularityOf(network, of, 1.7)],
          [peer.modularity, peer.modularityFiner],
        )
        expect(modularity, title).toBeGreaterThan(peer.modularity - 0.03)
      }
    }
  })
})
