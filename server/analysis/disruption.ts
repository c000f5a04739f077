import { type Cohesion, cohesion } from './cohesion.ts'
import type { Compact } from './compact.ts'
import { nearOrder } from './distances.ts'
import { asCompact, inOrder, type Living, type Lost, livingOf, remove } from './living.ts'
import { quantile } from './quantile.ts'
import { type Random, seeded, shuffled } from './random.ts'
import { type Recovery, recover } from './recovery.ts'
import { paced, type Watch } from './watch.ts'

/** What is taken away at a time: nodes, and pairs by their number in the network. A forger or a leg is nothing else here. */
export type Step = { nodes?: readonly number[] | undefined; pairs?: readonly number[] | undefined }

/** How much each node and each pair stands between others; the numbers are compared only. */
export type Measure = (network: Compact, watch: Watch) => Betweenness | Promise<Betweenness>
export type Betweenness = { nodes: ArrayLike<number>; pairs: ArrayLike<number> }

/**
 * `named`: the nodes and pairs that the steps name. `random`: as many of either, drawn from those that are left. `adaptive`: as
 * many of either, each time the one with the most betweenness, measured anew after each removal; of several the least.
 */
export type Way = 'named' | 'random' | 'adaptive'

export type Disruption = {
  network: Compact
  steps: readonly Step[]
  recovery: Recovery
  /** How often it is played, 200 by default, and what it is drawn by; run r draws the same however many there are. */
  runs?: number | undefined
  seed?: number | undefined
  /** Beside each node, whether no way takes it: neither named nor drawn nor the one that stands between most. */
  spared?: Uint8Array | undefined
  /** From how many drawn nodes distances are measured, 256 by default; if no more remain, the figures are exact. */
  sources?: number | undefined
}

/** The median over the runs, and what 5 % of them stay below and 5 % exceed; quantiles of type 7 (Hyndman and Fan 1996). */
export type Band = { low: number; median: number; high: number }
export type Outcome = Record<keyof Cohesion, Band>

/**
 * Plays a removal step by step, the network recovering after each step, many times over: at 0 the network as it is, at i how
 * it hangs together after step i and the recovery from it.
 *
 * The answer is a distribution over what the chosen mechanism of recovery may do, not a forecast: nobody knows by which
 * mechanism a network recovers, and that matters more than whom one removes (Duijn, Kashirin and Sloot 2014, DOI
 * 10.1038/srep04238; Diviák 2023, DOI 10.1007/s11292-023-09563-z). **Recovery can leave a network more compact than it was:**
 * a removal after which the median fragmentation is lower than at 0 is a finding, not a fault. The figures are of the network
 * that was given: who is unknown is missing from it.
 *
 * A named node or pair that is gone already is passed over. Throws RangeError on a node, pair, stage, share or number that
 * there cannot be; rejects with the reason of an abort. Time runs × steps × sources × (nodes + pairs) at most, and for
 * `adaptive` a measure for each removed node or pair of each run; without recovery only `random` is played more than once.
 */
export async function disrupted(
  disruption: Disruption,
  { way = 'named', measure }: { way?: Way; measure?: Measure } = {},
  watch: Watch = {},
): Promise<Outcome[]> {
  check(disruption)
  const { network, steps, recovery, runs = 200, seed = 1 } = disruption
  const isDrawn = way === 'random' || recovery.by !== 'none'
  const played: Cohesion[][] = []
  const times = isDrawn ? runs : 1
  const look = looking(disruption, watch)
  for (let run = 0; run < times; run++) {
    const random = seeded(seed, run)
    const after: Cohesion[] = []
    const living = livingOf(network)
    let now = network
    for (const step of [undefined, ...steps]) {
      if (step) now = await play(living, { now, step, way, measure, disruption, random, watch })
      after.push(await look(now, living.gone))
      watch.progress?.((run + after.length / (steps.length + 1)) / times)
    }
    played.push(after)
  }
  return Array.from({ length: steps.length + 1 }, (_, at) => outcome(played.map((after) => after[at]!)))
}

/** The named removal beside both that it is to beat: random, and by adaptive betweenness. Errors and time as `disrupted`. */
export async function compared(
  disruption: Disruption,
  measure: Measure,
  { signal, progress }: Watch = {},
): Promise<Record<Way, Outcome[]>> {
  const part = (nth: number): Watch => ({ signal, progress: (fraction) => progress?.((nth + fraction) / 3) })
  return {
    named: await disrupted(disruption, { way: 'named' }, part(0)),
    random: await disrupted(disruption, { way: 'random' }, part(1)),
    adaptive: await disrupted(disruption, { way: 'adaptive', measure }, part(2)),
  }
}

type Play = {
  now: Compact
  step: Step
  way: Way
  measure: Measure | undefined
  disruption: Disruption
  random: Random
  watch: Watch
}

/** One step and the recovery from it; gives the network as it then is. */
async function play(
  living: Living,
  { now, step, way, measure, disruption, random, watch }: Play,
): Promise<Compact> {
  const { network, spared } = disruption
  const { ends } = network
  const free = freeOf(spared)
  const lost =
    way === 'named'
      ? remove(
          living,
          (step.nodes ?? []).filter((node) => free(living, node)),
          (step.pairs ?? []).map((pair) => [ends[2 * pair]!, ends[2 * pair + 1]!] as const),
        )
      : await removeMany(
          living,
          step,
          way === 'random' ? drawing(random, free) : leading(measure, free, watch.signal),
        )
  recover(living, { before: now, lost, recovery: disruption.recovery, random })
  return asCompact(living)
}

/** Who goes next, of those that are there. */
type Next = {
  node(living: Living): number | undefined | Promise<number | undefined>
  pair(living: Living): Ends | undefined | Promise<Ends | undefined>
}
type Ends = readonly [number, number]

/** Takes as many nodes, then pairs, as the step names, one by one. */
async function removeMany(living: Living, { nodes = [], pairs = [] }: Step, next: Next): Promise<Lost[]> {
  const lost: Lost[] = []
  for (let count = nodes.length; count > 0; count--) {
    const node = await next.node(living)
    if (node !== undefined) lost.push(...remove(living, [node], []))
  }
  for (let count = pairs.length; count > 0; count--) {
    const pair = await next.pair(living)
    if (pair) lost.push(...remove(living, [], [pair]))
  }
  return inOrder(lost.filter(({ left }) => !living.gone[left]))
}

type Free = (living: Living, node: number) => boolean
const freeOf =
  (spared: Uint8Array | undefined): Free =>
  ({ gone }, node) =>
    !gone[node] && !spared?.[node]

function drawing(random: Random, free: Free): Next {
  return {
    node: (living) => {
      const left = Array.from(living.gone.keys()).filter((node) => free(living, node))
      return left.length === 0 ? undefined : left[random.below(left.length)]
    },
    pair: (living) => {
      const { pairs, ends } = asCompact(living)
      return pairs === 0 ? undefined : endsOf(ends, random.below(pairs))
    },
  }
}

function leading(measure: Measure | undefined, free: Free, signal: AbortSignal | undefined): Next {
  if (!measure) throw new RangeError('expected a measure for adaptive removal, got none')
  return {
    node: async (living) => {
      const { nodes } = await measure(asCompact(living), { signal })
      return greatest(living.gone.length, nodes, (node) => free(living, node))
    },
    pair: async (living) => {
      const network = asCompact(living)
      const pair = greatest(network.pairs, (await measure(network, { signal })).pairs, () => true)
      return pair === undefined ? undefined : endsOf(network.ends, pair)
    },
  }
}

const endsOf = (ends: Uint32Array, pair: number): Ends => [ends[2 * pair]!, ends[2 * pair + 1]!]

function greatest(
  count: number,
  values: ArrayLike<number>,
  may: (at: number) => boolean,
): number | undefined {
  let found: number | undefined
  for (let at = 0; at < count; at++)
    if (may(at) && (found === undefined || values[at]! > values[found]!)) found = at
  return found
}

/** Measures cohesion from the same drawn nodes in every run, those that are gone making room for the next. */
function looking({ network, sources = 256, seed = 1 }: Disruption, watch: Watch) {
  const isAll = network.nodes <= sources
  const order = isAll ? nearOrder(network) : shuffled(network.nodes, seeded(seed, -1))
  const pace = paced(watch)
  return (now: Compact, gone: Uint8Array): Promise<Cohesion> =>
    cohesion(now, gone, { sources: order.filter((node) => !gone[node]).subarray(0, sources), pace })
}

function outcome(played: readonly Cohesion[]): Outcome {
  const band = (of: keyof Cohesion): Band => {
    const sorted = played.map((one) => one[of]).sort((a, b) => a - b)
    return { low: quantile(sorted, 0.05), median: quantile(sorted, 0.5), high: quantile(sorted, 0.95) }
  }
  return {
    largest: band('largest'),
    fragmentation: band('fragmentation'),
    efficiency: band('efficiency'),
    density: band('density'),
  }
}

function check({ network, steps, recovery, runs = 200, sources = 256 }: Disruption): void {
  const expect = (holds: boolean, what: string, got: unknown) => {
    if (!holds) throw new RangeError(`expected ${what}, got ${got}`)
  }
  const isBelow = (most: number) => (one: number) => Number.isInteger(one) && one >= 0 && one < most
  const { share = 1, stages } = recovery
  for (const { nodes = [], pairs = [] } of steps) {
    expect(nodes.every(isBelow(network.nodes)), `nodes below ${network.nodes}`, nodes)
    expect(pairs.every(isBelow(network.pairs)), `pairs below ${network.pairs}`, pairs)
  }
  expect(share >= 0 && share <= 1, 'a share in 0 … 1', share)
  expect(!stages || stages.length === network.nodes, `${network.nodes} stages`, stages?.length)
  for (const count of [runs, sources])
    expect(Number.isInteger(count) && count > 0, 'a number of runs and sources from 1', count)
}
