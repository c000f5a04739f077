import type { CohesionBands, DisruptionResult, RecoveryOutcome } from '../../../schema/analysis/disruption.ts'
import { type DisruptionQuestion, ofRoutes } from '../../../schema/wire/analysis/disruption.ts'
import type { Recovery } from '../../../schema/wire/codes.ts'
import { betweenness } from '../../analysis/betweenness.ts'
import { type Betweenness, compared, disrupted, type Measure } from '../../analysis/disruption.ts'
import type { Recovery as Mechanism } from '../../analysis/recovery.ts'
import type { Watch } from '../../analysis/watch.ts'
import { within } from '../progress.ts'
import type { Projection } from '../projection.ts'
import type { Told } from '../told.ts'
import { actorsRemoved } from './removed-actors.ts'
import { legsRemoved } from './removed-legs.ts'

/** What is removed from which network, as the view has it. */
export type Removal = {
  network: Parameters<typeof disrupted>[0]['network']
  nodes: number[]
  pairs: number[]
  /** The entities that are removed, ascending. */
  entities: number[]
  spared?: Uint8Array
  leftOut: number
  /** Beside each node, what takes its place; −1 where nothing is known. */
  stages?: ArrayLike<number>
  /** Rows of relations that it rests on, in the order of claim ids. */
  rows: number[]
}

const MECHANISMS: Record<Recovery, { by: Mechanism['by']; staged?: true }> = {
  NONE: { by: 'none' },
  RANDOM: { by: 'random' },
  DEGREE: { by: 'degree' },
  DISTANCE: { by: 'distance' },
  ROLE: { by: 'distance', staged: true },
}

/** Up to so many nodes it is played often, and every distance is measured. */
const SMALL = 500

/**
 * Betweenness, remembered: between two recoveries the one with the most goes next each time, so every run meets the same
 * networks.
 */
function remembering(): Measure {
  const known: { ends: Uint32Array; raw: Betweenness }[] = []
  return async (network, { signal }) => {
    const { ends } = network
    const isSame = (other: Uint32Array) =>
      other.length === ends.length && other.every((end, at) => end === ends[at])
    const found = known.find((one) => isSame(one.ends))
    if (found) return found.raw
    const { raw } = await betweenness(network, { signal })
    known.push({ ends, raw })
    return raw
  }
}

/** See `DisruptionQuestion`. Throws NOT_FOUND for what is named and not in the view or in the network that was asked about. */
export async function disruption(
  view: Projection,
  told: Told,
  asked: DisruptionQuestion,
  watch: Watch,
): Promise<DisruptionResult> {
  const removal = ofRoutes(asked) ? legsRemoved(view, asked) : actorsRemoved(view, asked)
  const { network, nodes, pairs, spared } = removal
  const isSmall = network.nodes <= SMALL
  const runs = asked.runs ?? (isSmall ? 100 : 20)
  const play = {
    ...{ network, spared, runs, seed: asked.seed, sources: isSmall ? SMALL : 64 },
    steps: [{ nodes, pairs }],
  }
  const [before, bare] = await disrupted({ ...play, recovery: { by: 'none' } }, {}, { signal: watch.signal })
  // Nothing is known of what could take the place of a leg.
  const wanted = [...new Set(asked.recoveries)].filter((one) => removal.stages || !MECHANISMS[one].staged)
  const measure = remembering()
  const recoveries: RecoveryOutcome[] = []
  for (const [at, recovery] of wanted.entries()) {
    const { by, staged } = MECHANISMS[recovery]
    const mechanism = { by, share: asked.share, ...(staged && { stages: removal.stages }) }
    const part = within(watch, at / wanted.length, (at + 1) / wanted.length)
    const ways = await compared({ ...play, recovery: mechanism }, measure, part)
    recoveries.push(outcomeOf(recovery, [before!, bare!], ways))
  }
  watch.progress?.(1)
  return {
    kind: 'disruption',
    nodes: network.nodes,
    pairs: network.pairs,
    removed: removal.entities.map((entity) => told.node(entity)),
    removedPairs: pairs.length,
    leftOut: removal.leftOut,
    runs,
    before: before!,
    recoveries,
    claimCount: removal.rows.length,
    claims: removal.rows.slice(0, asked.most).map((row) => told.relation(row)),
  }
}

function outcomeOf(
  recovery: Recovery,
  [before, bare]: [CohesionBands, CohesionBands],
  { named, random, adaptive }: Awaited<ReturnType<typeof compared>>,
): RecoveryOutcome {
  const apart = named[1]!.fragmentation.median
  return {
    recovery,
    outcomes: [
      { way: 'NAMED', after: named[1]! },
      { way: 'RANDOM', after: random[1]! },
      { way: 'ADAPTIVE', after: adaptive[1]! },
    ],
    moreCompact: [before, bare].every((one) => apart < one.fragmentation.median),
  }
}
