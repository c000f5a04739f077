import type { Foremost, KeyMember, KeyPlayersResult, KeySet } from '../../../schema/analysis/key-players.ts'
import type { KeyPlayersQuestion } from '../../../schema/wire/analysis/key-players.ts'
import type { KeyGoal } from '../../../schema/wire/codes.ts'
import { betweenness } from '../../analysis/betweenness.ts'
import type { Compact } from '../../analysis/compact.ts'
import { degreeOf } from '../../analysis/degree.ts'
import { fragmentation, fragments, type Goal, keyPlayers, reach } from '../../analysis/key-players.ts'
import { quantile } from '../../analysis/quantile.ts'
import { seeded } from '../../analysis/random.ts'
import { sampleOf } from '../../analysis/stability.ts'
import type { Watch } from '../../analysis/watch.ts'
import { effortOf, roundsOf } from '../effort.ts'
import { actorsGround, type Ground } from '../ground.ts'
import { within } from '../progress.ts'
import type { Projection } from '../projection.ts'
import { sparedOf } from '../protected.ts'
import type { Told } from '../told.ts'

const GOAL_OF: Record<KeyGoal, Goal> = {
  COMPONENTS: 'components',
  DISTANCES: 'distances',
  REACH: 'reach',
  WITHIN: 'within',
}

type Sample = ReturnType<typeof sampleOf>
type Asking = {
  ground: Ground
  spared: Uint8Array
  asked: KeyPlayersQuestion
  /** The parts of the network that the bands are made from: the same for every goal. */
  samples: Sample[]
  /** Who stands first by each figure alone, protected ones left out. */
  first: Record<'degree' | 'betweenness', number[]>
}

/** See `KeyPlayersQuestion`. Throws NOT_FOUND for a network that is not in the view. */
export async function keyPlayersAnswer(
  view: Projection,
  told: Told,
  asked: KeyPlayersQuestion,
  watch: Watch,
): Promise<KeyPlayersResult> {
  const ground = actorsGround(view, asked.networks)
  const { network } = ground
  const spared = sparedOf(view, ground)
  const between = await betweenness(network, { signal: watch.signal })
  const rounds = roundsOf(network, asked.rounds)
  const samples = Array.from({ length: rounds }, (_, round) =>
    sampleOf(network, { nodesLeftOut: 0.1, pairsLeftOut: 0.1 }, seeded(asked.seed, round)),
  )
  const first = {
    degree: foremost(degreeOf(network).raw, spared, asked.size),
    betweenness: foremost(between.raw.nodes, spared, asked.size),
  }
  const goals = [...new Set(asked.goals)]
  const sets: KeySet[] = []
  for (const [at, goal] of goals.entries()) {
    const part = within(watch, at / goals.length, (at + 1) / goals.length)
    sets.push(await setFor(goal, { ground, spared, asked, samples, first }, { told, watch: part }))
  }
  watch.progress?.(1)
  return {
    kind: 'keyPlayers',
    actors: network.nodes,
    pairs: network.pairs,
    leftOut: spared.reduce((sum, one) => sum + one, 0),
    rounds,
    sets,
  }
}

async function setFor(
  goal: KeyGoal,
  asking: Asking,
  { told, watch }: { told: Told; watch: Watch },
): Promise<KeySet> {
  const { ground, asked, spared, samples, first } = asking
  const { network } = ground
  const wanted = { goal: GOAL_OF[goal], size: asked.size, within: asked.within, seed: asked.seed, spared }
  const alone = within(watch, 0, 1 / (samples.length + 1))
  const { set, whole } = await keyPlayers(network, { ...wanted, ...effortOf(network) }, alone)
  const held = await heldIn(set, wanted, asking, within(watch, 1 / (samples.length + 1), 1))
  const named = async (nodes: number[]): Promise<Foremost> => ({
    figure: await figureOf(goal, nodes, asking, watch),
    actors: nodes.map((node) => told.node(ground.entityOf[node]!)),
  })
  return {
    goal,
    unaided: await worthOf(goal, network, [], asked.within, watch),
    figure: await figureOf(goal, set, asking, watch),
    members: set.map((node, at) => memberOf(node, held[at]!, asking, told)),
    byDegree: await named(first.degree),
    byBetweenness: await named(first.betweenness),
    whole,
  }
}

type Wanted = Omit<Parameters<typeof keyPlayers>[1], 'starts' | 'considered' | 'sources'>

/** For each member, in which part of the samples that have him he is in the set that is found there. */
async function heldIn(set: number[], wanted: Wanted, { samples, spared }: Asking, watch: Watch) {
  const [kept, found] = [set.map(() => 0), set.map(() => 0)]
  for (const [round, { network, kept: nodes }] of samples.entries()) {
    const there = { ...wanted, spared: Uint8Array.from(nodes, (node) => spared[node]!) }
    const bounds = { ...effortOf(network), starts: 1 }
    const { set: other } = await keyPlayers(network, { ...there, ...bounds }, { signal: watch.signal })
    const again = new Set(other.map((place) => nodes[place]!))
    const here = new Set(nodes)
    for (const [at, node] of set.entries()) {
      if (here.has(node)) kept[at]!++
      if (again.has(node)) found[at]!++
    }
    watch.progress?.((round + 1) / samples.length)
  }
  return set.map((_, at) => (kept[at] === 0 ? null : found[at]! / kept[at]!))
}

/** What a set is worth, and what those of it who are left are worth in each sample. */
async function figureOf(goal: KeyGoal, set: number[], { ground, asked, samples }: Asking, watch: Watch) {
  const value = await worthOf(goal, ground.network, set, asked.within, watch)
  const values: number[] = []
  for (const { network, kept } of samples) {
    const places = set.map((node) => kept.indexOf(node)).filter((place) => place >= 0)
    values.push(await worthOf(goal, network, places, asked.within, watch))
  }
  const sorted = values.sort((a, b) => a - b)
  const at = (share: number) => (sorted.length === 0 ? null : quantile(sorted, share))
  return { value, low: at(0.05), high: at(0.95) }
}

async function worthOf(
  goal: KeyGoal,
  network: Compact,
  set: number[],
  ties: number,
  { signal }: Watch,
): Promise<number> {
  if (goal === 'REACH') return reach(network, set).distances
  if (goal === 'WITHIN') return reach(network, set, ties).within
  if (goal === 'COMPONENTS') return fragments(network, set)
  return (await fragmentation(network, set, { signal })).distances
}

function memberOf(node: number, held: number | null, { ground, asked }: Asking, told: Told): KeyMember {
  const { rows, from, to, entityOf } = ground
  const ties = rows.filter((_, tie) => from[tie] === node || to[tie] === node)
  return {
    actor: told.node(entityOf[node]!),
    held,
    ties: ties.length,
    claims: Array.from(ties.subarray(0, asked.most), (row) => told.relation(row)),
  }
}

/** The greatest first, of equals the lower number; none who is spared, and none of 0. */
function foremost(values: ArrayLike<number>, spared: Uint8Array, size: number): number[] {
  return Array.from(spared.keys())
    .filter((node) => !spared[node] && values[node]! > 0)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .slice(0, size)
}
