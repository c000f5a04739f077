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
/** Wall seconds, and seconds of processor time of all threads. */
type Took = { seconds: number; processor: number }
type Peer = { measure(): Promise<Took & { values: number[] }>; close(): void }

/**
 * Exact betweenness of 10,000 nodes and 20,000 ties, ours of nodes and pairs on all cores against igraph's C of the nodes alone, on the
 * one core that it uses: ratio of wall seconds, in turn, the median of three rounds. First the answers are compared. The ties are random, or go to those
 * who have many already. The worse of the two counts. The last figure compares processor time, of which others on the machine take nothing.
 */
export async function betweennessVsIgraph(): Promise<Figure[]> {
  const python = await openPython()
  const figures: Figure[] = []
  const effort: number[] = []
  for (const [kind, draw] of Object.entries({ random: drawAlike, hubs: drawToHubs })) {
    const { from, to } = draw(randomOf(6))
    const peer = openPeer(python, { from, to })
    try {
      const { seconds, processor } = await compare(kind, compactOf(NODES, from, to), peer)
      figures.push({ name: `betweenness.vs-igraph.${kind}`, value: seconds, unit: 'ratio' })
      effort.push(processor)
    } finally {
      peer.close()
    }
  }
  const processor = { name: 'betweenness.vs-igraph.processor', value: Math.max(...effort), unit: 'ratio' }
  return [...worst('betweenness.vs-igraph', figures, Math.max), processor]
}

/** Ratios, ours to theirs. */
async function compare(kind: string, network: Compact, peer: Peer): Promise<Took> {
  const [{ raw }, { values }] = [await betweenness(network), await peer.measure()]
  for (const [node, value] of values.entries())
    if (Math.abs(raw.nodes[node]! - value) > NEAR * Math.max(1, value))
      throw new Error(`expected ${value} at node ${node}, got ${raw.nodes[node]}`)
  const ratios: Took[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const theirs = await peer.measure()
    const ours = await timed(() => betweenness(network))
    ratios.push({ seconds: ours.seconds / theirs.seconds, processor: ours.processor / theirs.processor })
    say(`betweenness, ${kind} ties: ${told(ours)} against ${told(theirs)}`)
  }
  const middle = (of: keyof Took) => ratios.map((ratio) => ratio[of]).sort((a, b) => a - b)[ROUNDS >> 1]!
  return { seconds: middle('seconds'), processor: middle('processor') }
}

const told = ({ seconds, processor }: Took) =>
  `${seconds.toFixed(1)} s (${processor.toFixed(1)} s of processor)`

async function timed(run: () => Promise<unknown>): Promise<Took> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  await run()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - started) / 1_000, processor: (user + system) / 1_000_000 }
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
