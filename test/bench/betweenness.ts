import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { betweenness } from '../../server/analysis/betweenness.ts'
import { type Compact, compactOf } from '../../server/analysis/compact.ts'
import { openPython } from '../peers/python.ts'
import type { Figure } from './bench.ts'
import { worst } from './neighbourhood.ts'
import { type Random, randomOf } from './random.ts'
import { say } from './store.ts'

const NODES = 10_000
const TIES = 20_000
const ROUNDS = 3
const NEAR = 1e-9

type Ties = { from: number[]; to: number[] }
type Peer = { measure(): Promise<{ seconds: number; values: number[] }>; close(): void }

/**
 * Exact betweenness of 10,000 nodes and 20,000 ties, ours of nodes and pairs on all cores against igraph's C of the nodes alone, on the
 * one core that it uses: ratio of wall seconds, in turn, the median of three rounds. First the answers are compared. The ties are random, or go to those
 * who have many already. The worse of the two counts.
 */
export async function betweennessVsIgraph(): Promise<Figure[]> {
  const python = await openPython()
  const figures: Figure[] = []
  for (const [kind, draw] of Object.entries({ random: drawAlike, hubs: drawToHubs })) {
    const { from, to } = draw(randomOf(6))
    const peer = openPeer(python, { from, to })
    try {
      const value = await compare(kind, compactOf(NODES, from, to), peer)
      figures.push({ name: `betweenness.vs-igraph.${kind}`, value, unit: 'ratio' })
    } finally {
      peer.close()
    }
  }
  return worst('betweenness.vs-igraph', figures, Math.max)
}

async function compare(kind: string, network: Compact, peer: Peer): Promise<number> {
  const [{ raw }, { values }] = [await betweenness(network), await peer.measure()]
  for (const [node, value] of values.entries())
    if (Math.abs(raw.nodes[node]! - value) > NEAR * Math.max(1, value))
      throw new Error(`expected ${value} at node ${node}, got ${raw.nodes[node]}`)
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { seconds } = await peer.measure()
    const started = performance.now()
    await betweenness(network)
    const ours = (performance.now() - started) / 1_000
    ratios.push(ours / seconds)
    say(`betweenness, ${kind} ties: ${ours.toFixed(1)} s against ${seconds.toFixed(1)} s`)
  }
  return ratios.sort((a, b) => a - b)[ROUNDS >> 1]!
}

/** igraph counts parallel ties apart, so each pair is drawn once. */
function distinct(tie: () => [number, number]): Ties {
  const known = new Set<number>()
  const ties: Ties = { from: [], to: [] }
  while (known.size < TIES) {
    const [one, other] = tie().sort((a, b) => a - b) as [number, number]
    const key = one * NODES + other
    if (one === other || known.has(key)) continue
    known.add(key)
    ties.from.push(one)
    ties.to.push(other)
  }
  return ties
}

const drawAlike = (random: Random) => distinct(() => [random.below(NODES), random.below(NODES)])

/** Barabási and Albert: whoever comes ties himself to ends of ties that there are; the last ties are between any two. */
function drawToHubs(random: Random): Ties {
  const ends = [0]
  let comer = 0
  return distinct(() => {
    const newcomer = 1 + (comer++ >> 1)
    const one = newcomer < NODES ? newcomer : random.below(NODES)
    const other = random.pick(ends)
    ends.push(one, other)
    return [one, other]
  })
}

function openPeer(python: string, { from, to }: Ties): Peer {
  const program = fileURLToPath(new URL('./betweenness.py', import.meta.url))
  const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'close').then(() => {
    throw new Error('expected igraph to answer, but it has ended')
  })
  ended.catch(() => {})
  child.stdin.write(`${JSON.stringify({ nodes: NODES, ties: from.map((one, at) => [one, to[at]]) })}\n`)
  return {
    async measure() {
      child.stdin.write('\n')
      const [line] = await Promise.race([once(lines, 'line'), ended])
      return JSON.parse(line)
    },
    close: () => child.stdin.end(),
  }
}
