import type {
  ActorFigures,
  Figure,
  Group,
  StructureResult,
  TieFigures,
} from '../../../schema/analysis/structure.ts'
import type { StructureQuestion } from '../../../schema/wire/analysis/structure.ts'
import { CENTRALITIES, type Centrality, LEVELS, type Level, type Role } from '../../../schema/wire/codes.ts'
import { betweenness } from '../../analysis/betweenness.ts'
import { communitiesOf } from '../../analysis/communities.ts'
import type { Compact } from '../../analysis/compact.ts'
import { componentsOf } from '../../analysis/components.ts'
import { degreeOf } from '../../analysis/degree.ts'
import { eigenvectorOf } from '../../analysis/eigenvector.ts'
import { coresOf } from '../../analysis/k-core.ts'
import { type Measure, type Stability, stabilityOf } from '../../analysis/stability.ts'
import type { Watch } from '../../analysis/watch.ts'
import { actorsGround, entityNumber, type Ground, relationsOfType } from '../ground.ts'
import { within } from '../progress.ts'
import type { Projection } from '../projection.ts'
import type { Told } from '../told.ts'

const MEASURES: Record<Centrality, Measure> = {
  DEGREE: (network) => degreeOf(network).raw,
  BETWEENNESS: async (network, watch) => (await betweenness(network, watch)).normalised.nodes,
  EIGENVECTOR: async (network, watch) => (await eigenvectorOf(network, watch)).scores,
  CORE: (network) => coresOf(network),
}

/** See `StructureQuestion`. Throws NOT_FOUND for a network that is not in the view. */
export async function structure(
  view: Projection,
  told: Told,
  asked: StructureQuestion,
  watch: Watch,
): Promise<StructureResult> {
  const ground = actorsGround(view, asked.networks)
  const { network } = ground
  const bands = {} as Record<Centrality, Stability>
  for (const [at, of] of CENTRALITIES.entries())
    bands[of] = await bandsOf(network, MEASURES[of], asked, within(watch, at / 5, (at + 1) / 5))
  const { normalised } = await betweenness(network, { signal: watch.signal })
  const components = componentsOf(network)
  const communities = await communitiesOf(network, { seed: asked.seed, signal: watch.signal })
  const standings = standingsOf(view, asked.networks)
  watch.progress?.(1)
  return {
    kind: 'structure',
    actors: network.nodes,
    pairs: network.pairs,
    components: components.count,
    largest: components.sizes.reduce((most, one) => Math.max(most, one), 0),
    modularity: communities.modularity,
    communities: groupsOf(ground, communities, standings, asked.most),
    listed: foremost(bands[asked.by].measure.whole, asked.most).map((node): ActorFigures => {
      const entity = ground.entityOf[node]!
      return {
        actor: told.node(entity),
        figures: CENTRALITIES.map((of) => ({ of, figure: figureOf(bands[of], node) })),
        component: components.of[node]!,
        community: communities.of[node]!,
        said: (standings.get(entity) ?? []).map((standing) => saidOf(told, standing)),
      }
    }),
    ties: foremost(normalised.pairs, asked.most).map((pair) =>
      tieOf(ground, told, pair, normalised.pairs[pair]!),
    ),
  }
}

/** No draws, no bands: the whole network alone. */
function bandsOf(network: Compact, measure: Measure, { rounds, seed }: StructureQuestion, watch: Watch) {
  const quantiles = rounds > 0 ? [0.05, 0.95] : []
  return stabilityOf(network, measure, { ...watch, rounds, seed, quantiles })
}

function figureOf({ measure, rank }: Stability, node: number): Figure {
  const [low, high, placeLow, placeHigh] = [measure, rank].flatMap(({ quantiles }) =>
    [0, 1].map((at) => {
      const value = quantiles[at]?.[node]
      return value === undefined || Number.isNaN(value) ? null : value
    }),
  ) as [number | null, number | null, number | null, number | null]
  return { value: measure.whole[node]!, low, high, place: rank.whole[node]!, placeLow, placeHigh }
}

/** The greatest first, of equals the lower number; those of 0 say nothing and are left out. */
function foremost(values: Float64Array, most: number): number[] {
  return Array.from(values.keys())
    .filter((at) => values[at]! > 0)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .slice(0, most)
}

type Standing = { row: number; network: number; level: Level; role: Role }
type Said = ActorFigures['said'][number]

/** A part of a claim is shown of the claim: its office counts it. */
function saidOf(told: Told, { row, network, level, role }: Standing): Said {
  return { network: told.node(network), level, role, claim: told.relation(row).claim }
}

/** What is said of each actor in these networks, in the order of claim ids; without any, in all. */
function standingsOf(view: Projection, networks: readonly string[]): Map<number, Standing[]> {
  const wanted = new Set(networks.map((id) => entityNumber(view, id, 'NETWORK')))
  const { from, to, level, role } = view.relations.columns
  const found = new Map<number, Standing[]>()
  for (const row of relationsOfType(view, 'MEMBER_OF')) {
    const network = to!.numbers()[row]!
    if (wanted.size > 0 && !wanted.has(network)) continue
    const actor = from!.numbers()[row]!
    const list = found.get(actor) ?? []
    found.set(actor, list)
    list.push({ row, network, level: level!.get(row) as Level, role: role!.get(row) as Role })
  }
  return found
}

type Division = { count: number; of: Uint32Array; sizes: Uint32Array }

/** The largest communities. An actor of whom two levels are said counts at both: none of them is averaged away. */
function groupsOf(
  { entityOf }: Ground,
  { of, sizes }: Division,
  standings: Map<number, Standing[]>,
  most: number,
): Group[] {
  const counts = Array.from(sizes, () => new Map<Level, number>())
  for (const [node, community] of of.entries()) {
    const levels = new Set((standings.get(entityOf[node]!) ?? []).map(({ level }) => level))
    for (const level of levels) counts[community]!.set(level, (counts[community]!.get(level) ?? 0) + 1)
  }
  return foremost(Float64Array.from(sizes), most).map((number) => ({
    number,
    actors: sizes[number]!,
    levels: LEVELS.flatMap((level) => {
      const actors = counts[number]!.get(level)
      return actors ? [{ level, actors }] : []
    }),
  }))
}

function tieOf({ network, rows }: Ground, told: Told, pair: number, betweenness: number): TieFigures {
  const claims = rows.filter((_, tie) => network.pairOf[tie] === pair)
  return { betweenness, claims: Array.from(claims, (row) => told.relation(row)) }
}
