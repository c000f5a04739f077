import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { WorkerAnswer, WorkerQuestion } from './betweenness-worker.ts'
import { counterOf, type Ground } from './brandes.ts'
import { type Compact, NO_PAIR } from './compact.ts'
import { type Unfolded, unfold } from './unfold.ts'
import type { Watch } from './watch.ts'

/** One number for each node and each pair, in their order. */
export type Shares = { nodes: Float64Array; pairs: Float64Array }

export type Betweenness = {
  /** Of the unordered pairs of other nodes, how many have their shortest path through it; where there are several, their share. */
  raw: Shares
  /** The same as a part of all pairs that could: (n − 1)(n − 2) / 2 for a node, n(n − 1) / 2 for a pair. 0 … 1. */
  normalised: Shares
}

/** Sums are made of so many parts whatever the number of threads, and added in the order of the parts. */
const PARTS = 128
/** Ways looked at, below which starting a thread takes longer than it saves. */
const LITTLE = 4_000_000

/**
 * Exact betweenness of all nodes and pairs, unweighted and undirected: O(nodes × pairs) at worst, by Brandes within each block (see `unfold`,
 * `counterOf`). Tells who lies between others in what is known, not who leads: centrality is not rank. A stability band says how far
 * it can be trusted (`stabilityOf`).
 *
 * The answer is the same to the last bit for every number of `workers`: by default one for each core; with 0 the calling thread counts, as it
 * does where there is little to count. Rejects with the signal's
 * reason when it is aborted, and with RangeError where two nodes have more than 2^1023 shortest paths. Memory: 8 octets for each node and twice
 * for each pair, for each worker and each part that waits for its turn.
 */
export async function betweenness(
  network: Compact,
  { workers = availableParallelism(), signal, progress }: Watch & { workers?: number } = {},
): Promise<Betweenness> {
  signal?.throwIfAborted()
  const unfolded = unfold(network)
  const { places, weights } = unfolded
  const sums = new Float64Array(places.nodes + places.neighbours.length)
  const { parts, work } = partsOf(places)
  let added = 0
  const add = (part: Float64Array) => {
    for (let at = 0; at < sums.length; at++) sums[at]! += part[at]!
    progress?.(++added / parts.length)
  }
  const { offsets, neighbours } = places
  const ground: Ground = { offsets, neighbours, weights }
  if (parts.length === 0) progress?.(1)
  else if (workers === 0 || work < LITTLE) countHere(ground, parts, add, signal)
  else await countBeside(ground, parts, { add, signal, workers: Math.min(workers, parts.length) })
  if (!sums.every(Number.isFinite))
    throw new RangeError('expected at most 2^1023 shortest paths between two nodes')
  return gathered(network, unfolded, sums)
}

type Part = { from: number; to: number }

/** Cuts the sources into parts that take about as long; every source of a block looks at all ways of the block. */
function partsOf(places: Compact): { parts: Part[]; work: number } {
  const costs = costsOf(places)
  const work = costs.reduce((sum, cost) => sum + cost, 0)
  const parts: Part[] = []
  let [from, done] = [0, 0]
  for (let source = 0; source < places.nodes; source++) {
    done += costs[source]!
    if (done * PARTS < work * (parts.length + 1) && source + 1 < places.nodes) continue
    parts.push({ from, to: source + 1 })
    from = source + 1
  }
  return { parts, work }
}

/** Ways in the block of each place. Blocks follow each other, and each is one component. */
function costsOf({ nodes, offsets, neighbours }: Compact): Float64Array {
  const costs = new Float64Array(nodes)
  for (let start = 0; start < nodes; ) {
    let end = start + 1
    for (let place = start; place < end; place++)
      for (let at = offsets[place]!; at < offsets[place + 1]!; at++) end = Math.max(end, neighbours[at]! + 1)
    costs.fill(offsets[end]! - offsets[start]!, start, end)
    start = end
  }
  return costs
}

function countHere(ground: Ground, parts: Part[], add: (sums: Float64Array) => void, signal?: AbortSignal) {
  const count = counterOf(ground)
  for (const { from, to } of parts) {
    signal?.throwIfAborted()
    add(count(from, to))
  }
}

type Beside = { add(sums: Float64Array): void; workers: number; signal: AbortSignal | undefined }

/** Whoever is free takes the next part; what is ready waits until all before it has been added. */
async function countBeside(ground: Ground, parts: Part[], { add, workers, signal }: Beside): Promise<void> {
  const url = new URL('./betweenness-worker.ts', import.meta.url)
  const threads = Array.from({ length: Math.max(1, workers) }, () => new Worker(url, { workerData: ground }))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => reject(signal!.reason)
  signal?.addEventListener('abort', abort)
  const waiting = new Map<number, Float64Array>()
  let [next, added] = [0, 0]
  const ask = (thread: Worker) => {
    if (next < parts.length) thread.postMessage({ part: next, ...parts[next++]! } satisfies WorkerQuestion)
  }
  const take = ({ part, sums }: WorkerAnswer) => {
    waiting.set(part, sums)
    for (; waiting.has(added); added++) {
      add(waiting.get(added)!)
      waiting.delete(added)
    }
    if (added === parts.length) resolve()
  }
  for (const thread of threads) {
    thread.on('error', reject).on('message', (answer: WorkerAnswer) => {
      ask(thread)
      try {
        take(answer)
      } catch (error) {
        reject(error)
      }
    })
    ask(thread)
  }
  try {
    await promise
  } finally {
    signal?.removeEventListener('abort', abort)
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

function gathered(network: Compact, unfolded: Unfolded, sums: Float64Array): Betweenness {
  const { nodes: count } = network
  const { places, nodeOf, keptApart, bridged } = unfolded
  const nodes = keptApart.slice()
  for (let place = 0; place < places.nodes; place++) nodes[nodeOf[place]!]! += sums[place]! / 2
  const ways = new Float64Array(places.pairs)
  for (let at = 0; at < places.via.length; at++) ways[places.via[at]!]! += sums[places.nodes + at]! / 2
  const pairs = bridged.map((joined, pair) => ways[places.pairOf[pair] ?? NO_PAIR] ?? joined)
  const part = (all: number) => (one: number) => (all > 0 ? one / all : 0)
  return {
    raw: { nodes, pairs },
    normalised: {
      nodes: nodes.map(part(((count - 1) * (count - 2)) / 2)),
      pairs: pairs.map(part((count * (count - 1)) / 2)),
    },
  }
}
