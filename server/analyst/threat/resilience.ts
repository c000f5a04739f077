import { blocksOf } from '../../analysis/blocks.ts'
import type { Compact } from '../../analysis/compact.ts'
import { componentsOf } from '../../analysis/components.ts'
import { fragmentation, keyPlayers } from '../../analysis/key-players.ts'
import { quantile } from '../../analysis/quantile.ts'
import { seeded } from '../../analysis/random.ts'
import { sampleOf } from '../../analysis/stability.ts'
import type { Watch } from '../../analysis/watch.ts'
import { effortOf, roundsOf } from '../effort.ts'
import { actorsGround } from '../ground.ts'
import { sparedOf } from '../protected.ts'
import type { Found } from './said.ts'
import type { About } from './threat.ts'

type Figures = { GROUPS: number; CUT_POINTS: number; WORST_LOSS: number | null }

/**
 * How far the members hang together without each other: groups without a tie between them, members whose loss would cut others off,
 * and how much farther apart the loss of one would leave the rest at worst. Nobody is named for it. Without a known tie all is
 * unknown.
 */
export async function resilienceOf(
  { view, network, isProtected }: About,
  asked: { rounds?: number | undefined; seed: number },
  watch: Watch,
): Promise<{ rounds: number; found: Record<keyof Figures, Found> }> {
  const ground = actorsGround(view, [view.entities[network]!])
  const spared = sparedOf(view, ground)
  const shown = (end: number) => !isProtected[ground.entityOf[end]!]
  const evidence = {
    relations: Array.from(ground.rows.filter((_, tie) => shown(ground.from[tie]!) && shown(ground.to[tie]!))),
    descriptions: [],
  }
  const rounds = roundsOf(ground.network, asked.rounds)
  const isKnown = ground.network.pairs > 0
  const whole = isKnown ? await figuresOf(ground.network, spared, watch) : null
  const drawn: Figures[] = []
  for (let round = 0; isKnown && round < rounds; round++) {
    const part = sampleOf(ground.network, { nodesLeftOut: 0.1, pairsLeftOut: 0.1 }, seeded(asked.seed, round))
    const protectedOnes = Uint8Array.from(part.kept, (node) => spared[node]!)
    drawn.push(await figuresOf(part.network, protectedOnes, watch))
    watch.progress?.((round + 1) / rounds)
  }
  const found = (of: keyof Figures): Found => {
    const sorted = drawn.flatMap((one) => one[of] ?? []).sort((a, b) => a - b)
    const at = (share: number) => (sorted.length === 0 ? null : quantile(sorted, share))
    return { value: whole?.[of] ?? null, low: at(0.05), high: at(0.95), unknown: 0, parts: [], evidence }
  }
  return {
    rounds,
    found: { GROUPS: found('GROUPS'), CUT_POINTS: found('CUT_POINTS'), WORST_LOSS: found('WORST_LOSS') },
  }
}

async function figuresOf(network: Compact, spared: Uint8Array, { signal }: Watch): Promise<Figures> {
  return {
    GROUPS: componentsOf(network).count,
    CUT_POINTS: cutPoints(network),
    WORST_LOSS: await worstLoss(network, spared, { signal }),
  }
}

/** How many nodes are in several blocks: without one of them, what he joined falls apart. */
function cutPoints(network: Compact): number {
  const { starts, pairs, count } = blocksOf(network)
  const blockOf = new Uint32Array(network.pairs)
  for (let block = 0; block < count; block++)
    for (let at = starts[block]!; at < starts[block + 1]!; at++) blockOf[pairs[at]!] = block
  let found = 0
  for (let node = 0; node < network.nodes; node++) {
    const ways = network.via.subarray(network.offsets[node], network.offsets[node + 1])
    if (ways.some((pair) => blockOf[pair] !== blockOf[ways[0]!])) found++
  }
  return found
}

async function worstLoss(network: Compact, spared: Uint8Array, watch: Watch): Promise<number | null> {
  const wanted = { ...effortOf(network), goal: 'distances', size: 1, starts: 1, spared } as const
  const { set, value } = await keyPlayers(network, wanted, watch)
  if (set.length === 0) return null
  return value - (await fragmentation(network, [], watch)).distances
}
