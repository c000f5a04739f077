import { components, remaining } from './cohesion.ts'
import type { Compact } from './compact.ts'
import { type From, nearOrder, pairsByDistance, totalsByNode } from './distances.ts'
import { goneOf } from './key-fragments.ts'
import { byDistance } from './key-reach.ts'
import type { Aim, Found } from './key-search.ts'
import { throughput } from './throughput.ts'
import type { Pace } from './watch.ts'

export type Bounds = {
  /** How many nodes are tried at each step at most. */
  considered: number
  /** The nodes from which distances are measured; all of them make the answer exact. */
  sample: Uint32Array
  pace: Pace
  /** Beside each node, whether it is never tried. */
  spared?: Uint8Array | undefined
}

/** Pieces of at most so many nodes are measured from each of their nodes: it costs little, and no sample would hit them evenly. */
const SMALL = 64

/**
 * The aim of a set without which those who remain are as far apart as possible (KPP-NEG by distances). The value is minus
 * the mean of UNIT/distance over the ordered pairs that remain. It is exact if the sample is all nodes. If not, small
 * pieces are measured whole; of the large ones it is known exactly what their nodes reach while nobody is gone, and only
 * what the removal takes from that is extended from the sample (strata and a control variate: without them the search takes
 * away whoever makes the sample look well; it did).
 *
 * A step tries the nodes by how much they could take away (`throughput`), `considered` at most, and on a whole sample stops
 * earlier where no other could do better; `isCut` tells whether it once had to stop. Time of a step at most considered ×
 * sample × (nodes + pairs), of the making nodes × (nodes + pairs).
 */
export async function distancesAim(network: Compact, bounds: Bounds): Promise<Aim & { isCut(): boolean }> {
  const { considered, sample, pace, spared } = bounds
  const everywhere: From = { gone: new Uint8Array(network.nodes), sources: nearOrder(network), pace }
  const whole: Whole = { network, sample, pace, alone: await totalsByNode(network, everywhere, byDistance) }
  let cut = false
  const best = async (set: readonly number[]): Promise<Found | undefined> => {
    const gone = goneOf(network, set)
    let found: Found | undefined
    let tried = 0
    for (const { node, hope } of await hopesOf(whole, set)) {
      if (spared?.[node]) continue
      if (found && hope < found.value) break
      if (tried++ === considered) {
        cut = true
        break
      }
      gone[node] = 1
      const value = await measured(whole, gone)
      gone[node] = 0
      if (!found || value > found.value || (value === found.value && node < found.node))
        found = { node, value }
    }
    return found
  }
  const exact = (set: readonly number[]) =>
    measured({ ...whole, sample: everywhere.sources }, goneOf(network, set))
  return { best, value: (set) => measured(whole, goneOf(network, set)), exact, isCut: () => cut }
}

type Whole = {
  network: Compact
  sample: Uint32Array
  pace: Pace
  /** What each node reaches, in UNIT/distance, while nobody is gone. */
  alone: Float64Array
}

async function measured({ network, sample, pace, alone }: Whole, gone: Uint8Array): Promise<number> {
  const left = remaining(gone)
  if (left < 2) return 0
  const reached = async (sources: Uint32Array) =>
    (await pairsByDistance(network, { gone, sources, pace })).reduce(
      (sum, count, distance) => sum + (distance && count * byDistance(distance)),
      0,
    )
  const mean = (sum: number) => -sum / (left * (left - 1))
  if (sample.length === network.nodes) return mean(await reached(sample))
  const { small, large } = pieces(network, gone)
  const isLarge = goneOf(network, large)
  const used = sample.filter((node) => isLarge[node])
  const sumAlone = (nodes: Uint32Array) => nodes.reduce((sum, node) => sum + alone[node]!, 0)
  const loss = used.length === 0 ? 0 : (sumAlone(used) - (await reached(used))) / used.length
  return mean((await reached(small)) + sumAlone(large) - loss * large.length)
}

/** The nodes that remain in small components, and in larger ones. */
function pieces(network: Compact, gone: Uint8Array): { small: Uint32Array; large: Uint32Array } {
  const { of, sizes } = components(network, gone)
  const left = nearOrder(network).filter((node) => !gone[node])
  const isSmall = (node: number) => sizes[of[node]!]! <= SMALL
  return { small: left.filter(isSmall), large: left.filter((node) => !isSmall(node)) }
}

/** Those who remain and the value that their removal too could come to, the most hopeful first. */
async function hopesOf({ network, sample, pace }: Whole, set: readonly number[]) {
  const gone = goneOf(network, set)
  const now = await totalsByNode(network, { gone, sources: sample, pace }, byDistance)
  const through = await throughput(network, { gone, sources: sample, pace }, byDistance)
  const sum = now.reduce((total, one) => total + one, 0)
  const left = remaining(gone) - 1
  const isWhole = sample.length === network.nodes
  return Array.from(
    nearOrder(network).filter((node) => !gone[node]),
    (node) => {
      // What sums of fractions lose in rounding must not hide a node that does as well.
      const rest = sum - (now[node]! + through[node]!) * (1 + 1e-9)
      const hope = left < 2 ? 0 : -rest / (left * (left - 1))
      return { node, hope: isWhole ? hope : Number.POSITIVE_INFINITY, rest }
    },
  ).sort((one, other) => one.rest - other.rest || one.node - other.node)
}
