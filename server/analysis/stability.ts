import { setImmediate } from 'node:timers/promises'
import { type Compact, compactOf } from './compact.ts'
import { type Random, seeded, shuffled } from './random.ts'
import type { Watch } from './watch.ts'

/** One number for each node of a network. */
export type Measure = (network: Compact, watch: Watch) => ArrayLike<number> | Promise<ArrayLike<number>>

/** For each node the number in the whole network, and for each quantile asked for, what it was in what was kept; NaN if it never was. */
export type Band = { whole: Float64Array; quantiles: Float64Array[] }

export type Stability = {
  /** In the measure's own unit. */
  measure: Band
  /** From 1, the greatest; equals share the mean of their places. Stretched to all nodes where only some were kept. */
  rank: Band
  /** In how many rounds each node was kept. */
  kept: Uint32Array
}

export type Resampling = Watch & {
  /** Parts that are left out at random in each round, 0 … below 1: of the nodes, then of the pairs among those that stay. */
  nodesLeftOut?: number
  pairsLeftOut?: number
  rounds?: number
  seed?: number
  /** 0 … 1 each, of Hyndman and Fan's type 7. */
  quantiles?: number[]
}

/**
 * How far a measure can be trusted where part of the network is not known: it is taken again and again with some nodes and pairs left out at
 * random, without putting back, which the `seed` decides. Covert networks are never known whole, and missing nodes hurt more than
 * missing pairs: leaving out 10 % of the pairs keeps the picture, 2 % of the nodes can distort it (Ficara, Cavallaro, Curreri, Fiumara, De Meo,
 * Bagdasar, Song, Liotta 2021, DOI 10.1371/journal.pone.0255067). A narrow band says that the figure does not hang on a few of those known. It says nothing
 * of what nobody saw, for which no random sample stands, and a rank by a measure is no rank in a network. After Borgatti, Carley and
 * Krackhardt 2006 (DOI 10.1016/j.socnet.2005.05.001).
 *
 * Takes the measure `rounds` + 1 times, without rounds the whole alone; memory is 16 octets × nodes × rounds. Throws RangeError where an option is out of range. Rejects
 * with the signal's reason.
 */
export async function stabilityOf(
  network: Compact,
  measure: Measure,
  options: Resampling = {},
): Promise<Stability> {
  const { nodesLeftOut = 0.1, pairsLeftOut = 0.1, rounds = 100, seed = 0, signal, progress } = options
  const { quantiles = [0.05, 0.5, 0.95] } = options
  check({ nodesLeftOut, pairsLeftOut, rounds, quantiles })
  signal?.throwIfAborted()
  const { nodes } = network
  const whole = Float64Array.from(await measure(network, { signal }))
  const [values, ranks] = [whole, whole].map(() => new Float64Array(rounds * nodes).fill(Number.NaN))
  const kept = new Uint32Array(nodes)
  for (let round = 0; round < rounds; round++) {
    progress?.(round / rounds)
    // Each round takes a measure, so others have their turn between any two.
    await setImmediate()
    signal?.throwIfAborted()
    const sample = sampleOf(network, { nodesLeftOut, pairsLeftOut }, seeded(seed, round))
    const measured = await measure(sample.network, { signal })
    const ranked = ranksOf(measured, nodes)
    for (const [at, node] of sample.kept.entries()) {
      values![node * rounds + round] = measured[at]!
      ranks![node * rounds + round] = ranked[at]!
      kept[node]!++
    }
  }
  progress?.(1)
  return {
    measure: { whole, quantiles: quantilesOf(values!, rounds, nodes, quantiles) },
    rank: { whole: ranksOf(whole, nodes), quantiles: quantilesOf(ranks!, rounds, nodes, quantiles) },
    kept,
  }
}

function check({
  nodesLeftOut,
  pairsLeftOut,
  rounds,
  quantiles,
}: Required<Omit<Resampling, keyof Watch | 'seed'>>) {
  for (const part of [nodesLeftOut, pairsLeftOut])
    if (!(part >= 0 && part < 1)) throw new RangeError(`expected a part of 0 to below 1, got ${part}`)
  if (!(Number.isInteger(rounds) && rounds >= 0))
    throw new RangeError(`expected 0 rounds or more, got ${rounds}`)
  for (const one of quantiles)
    if (!(one >= 0 && one <= 1)) throw new RangeError(`expected a quantile of 0 to 1, got ${one}`)
}

/** A drawn part of a network, and the node that each of its nodes is in the whole. It keeps exactly as many nodes and pairs as the parts say, to the nearest whole number, and one node at least. */
export function sampleOf(
  network: Compact,
  { nodesLeftOut, pairsLeftOut }: { nodesLeftOut: number; pairsLeftOut: number },
  random: Random,
): { network: Compact; kept: Uint32Array } {
  const { nodes, pairs, ends } = network
  const staying = nodes === 0 ? 0 : Math.max(1, nodes - Math.round(nodesLeftOut * nodes))
  const kept = shuffled(nodes, random).subarray(0, staying).sort()
  const place = new Map<number, number>()
  for (const [at, node] of kept.entries()) place.set(node, at)
  const among: number[] = []
  for (let pair = 0; pair < pairs; pair++)
    if (place.has(ends[2 * pair]!) && place.has(ends[2 * pair + 1]!)) among.push(pair)
  const left = shuffled(among.length, random).subarray(
    0,
    among.length - Math.round(pairsLeftOut * among.length),
  )
  const end = (which: 0 | 1) => Array.from(left, (at) => place.get(ends[2 * among[at]! + which]!)!)
  return { network: compactOf(staying, end(0), end(1)), kept }
}

/** What differs by less than this part of the greatest is equal: sums in another order differ by as much. */
const EQUAL = 1e-9

function ranksOf(values: ArrayLike<number>, nodes: number): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, at) => at)
  order.sort((one, other) => values[other]! - values[one]! || one - other)
  const slack = EQUAL * Math.max(0, ...[order[0], order.at(-1)].map((at) => Math.abs(values[at ?? 0] ?? 0)))
  const ranks = new Float64Array(values.length)
  const stretch = values.length > 1 ? (nodes - 1) / (values.length - 1) : 1
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[start]!]! - values[order[end]!]! <= slack) end++
    const rank = 1 + ((start + end - 1) / 2) * stretch
    for (let at = start; at < end; at++) ranks[order[at]!] = rank
    start = end
  }
  return ranks
}

function quantilesOf(all: Float64Array, rounds: number, nodes: number, quantiles: number[]): Float64Array[] {
  const found = quantiles.map(() => new Float64Array(nodes).fill(Number.NaN))
  for (let node = 0; node < nodes; node++) {
    const known = all
      .slice(node * rounds, (node + 1) * rounds)
      .filter((one) => !Number.isNaN(one))
      .sort()
    if (known.length === 0) continue
    for (const [at, quantile] of quantiles.entries()) {
      const place = quantile * (known.length - 1)
      const [low, high] = [known[Math.floor(place)]!, known[Math.ceil(place)]!]
      found[at]![node] = low + (high - low) * (place - Math.floor(place))
    }
  }
  return found
}
