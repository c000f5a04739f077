import type { Compact } from './compact.ts'
import { type Components, componentsOf } from './components.ts'
import { type Pace, paced, type Watch } from './watch.ts'

export type Eigenvector = {
  components: Components
  /** None is below 0. Within each component their squares add up to 1; nothing compares them across components. 0 without neighbours. */
  scores: Float64Array
  /** For each component the greatest eigenvalue of its adjacency matrix, 0 for a node alone. */
  values: Float64Array
  /** How far A·x is from value · x, as a part of the value. */
  residuals: Float64Array
  /** 1 where the residual came to 1e-12 or less; 0 where the iterations ended before, and the scores are rough. */
  settled: Uint8Array
}

const EXACT = 1e-14
const SETTLED = 1e-12
/** Rounds without a better residual, after which what is left of it is rounding: more of it at a hub of many. */
const IDLE = 30
const ITERATIONS = 100_000

/**
 * Eigenvector centrality (Bonacich, "Factoring and weighting approaches to status scores", Journal of Mathematical Sociology 1972), of each component
 * for itself, by power iteration from equal scores. A part of each score is added to what its neighbours give (A + c·I, c half of a lower bound
 * of the eigenvalue), so that components without odd cycles settle too; Perron and Frobenius make the scores unique and positive.
 * O(pairs) an iteration, at most `iterations`: many are needed where two parts of a component are nearly as dense (see `settled`). Rejects with
 * the signal's reason.
 */
export async function eigenvectorOf(
  network: Compact,
  { iterations = ITERATIONS, ...watch }: Watch & { iterations?: number } = {},
): Promise<Eigenvector> {
  const pace = paced(watch)
  const components = componentsOf(network)
  const { count, order, starts } = components
  const scores = new Float64Array(network.nodes)
  const [values, residuals] = [new Float64Array(count), new Float64Array(count)]
  const settled = new Uint8Array(count).fill(1)
  const next = new Float64Array(network.nodes)
  for (let component = 0; component < count; component++) {
    const members = order.subarray(starts[component], starts[component + 1])
    if (members.length > 1) {
      const found = await iterate({ network, members, scores, next, iterations, pace })
      values[component] = found.value
      residuals[component] = found.residual
      settled[component] = found.residual <= SETTLED ? 1 : 0
    }
    watch.progress?.(starts[component + 1]! / network.nodes)
  }
  if (count === 0) watch.progress?.(1)
  return { components, scores, values, residuals, settled }
}

type Iterated = {
  network: Compact
  members: Uint32Array
  scores: Float64Array
  next: Float64Array
  iterations: number
  pace: Pace
}

async function iterate(task: Iterated): Promise<{ value: number; residual: number }> {
  const { network, members, scores, iterations, pace } = task
  const { offsets } = network
  let [ways, most] = [0, 0]
  for (const node of members) {
    const degree = offsets[node + 1]! - offsets[node]!
    ways += degree
    most = Math.max(most, degree)
    scores[node] = 1 / Math.sqrt(members.length)
  }
  // The eigenvalue is at least the mean degree and at least the root of the greatest one.
  const added = Math.max(ways / members.length, Math.sqrt(most)) / 2
  let last = { value: 0, residual: Number.POSITIVE_INFINITY }
  let [least, idle] = [Number.POSITIVE_INFINITY, 0]
  for (let round = 0; round < iterations && last.residual > EXACT; round++) {
    last = step(task, added)
    idle = last.residual < least || last.residual > SETTLED ? 0 : idle + 1
    if (idle === IDLE) break
    least = Math.min(least, last.residual)
    const pause = pace(ways)
    if (pause) await pause
  }
  return last
}

/** One iteration in place, and how good the scores were before it. */
function step({ network, members, scores, next }: Iterated, added: number) {
  const { offsets, neighbours } = network
  let value = 0
  for (const node of members) {
    let sum = 0
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) sum += scores[neighbours[at]!]!
    next[node] = sum
    value += sum * scores[node]!
  }
  let [off, length] = [0, 0]
  for (const node of members) {
    off += (next[node]! - value * scores[node]!) ** 2
    next[node]! += added * scores[node]!
    length += next[node]! ** 2
  }
  const scale = 1 / Math.sqrt(length)
  for (const node of members) scores[node] = next[node]! * scale
  return { value, residual: Math.sqrt(off) / value }
}
