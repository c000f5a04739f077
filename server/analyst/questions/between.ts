import type { BetweenResult } from '../../../schema/analysis/between.ts'
import type { BetweenQuestion } from '../../../schema/wire/analysis/between.ts'
import { KINDS } from '../../../schema/wire/codes.ts'
import { between as connecting } from '../../analysis/between.ts'
import type { Watch } from '../../analysis/watch.ts'
import { entityNumber, membersOf } from '../ground.ts'
import type { Projection } from '../projection.ts'
import { pathsTold, takenGround, weightsAsked } from '../taken.ts'
import type { Told } from '../told.ts'

/** See `BetweenQuestion`. Throws NOT_FOUND for what is not in the view. */
export async function between(
  view: Projection,
  told: Told,
  asked: BetweenQuestion,
  watch: Watch,
): Promise<BetweenResult> {
  const members = membersOf(view)
  const [one, other] = [setOf(view, asked.one, members), setOf(view, asked.other, members)]
  const ground = takenGround(view, asked, new Set([...one.all, ...other.all]))
  const { nodeOf, entityOf, rows } = ground
  const nodesOf = ({ all }: Side) => [...all].map((entity) => nodeOf[entity]!)
  const found = await connecting(
    {
      ...{ ...ground, rank: rows, weights: weightsAsked(view, ground, asked) },
      ...{ one: nodesOf(one), other: nodesOf(other), paths: asked.paths, nodes: asked.nodes },
    },
    watch,
  )
  const entities = (nodes: number[]) => nodes.map((node) => entityOf[node]!)
  // Nodes are numbered by id.
  const [passed, shared] = [entities(found.nodes), entities(found.shared.slice(0, asked.nodes))]
  const networks = new Set([...one.asked, ...other.asked])
  return {
    kind: 'between',
    ...{
      one: one.asked.map((entity) => told.node(entity)),
      other: other.asked.map((entity) => told.node(entity)),
    },
    sizes: [one.all.size, other.all.size],
    ...{ shared: shared.map((entity) => told.node(entity)), allShared: found.shared.length },
    nodes: passed.map((entity) => told.node(entity)),
    paths: pathsTold(ground, told, found.paths),
    memberships: membershipsOf(view, members, networks, new Set([...passed, ...shared])).map((row) =>
      told.relation(row),
    ),
    ...{ left: found.left, claims: rows.length },
  }
}

/** What was asked about, each once, and with it the members of what of it are networks. */
type Side = { asked: number[]; all: Set<number> }

function setOf(view: Projection, ids: readonly string[], members: Map<number, number[]>): Side {
  const asked = [...new Set(ids.map((id) => entityNumber(view, id)))].sort((a, b) => a - b)
  const from = view.relations.columns.from!.numbers()
  const isNetwork = (entity: number) => KINDS[view.kinds[entity]!] === 'NETWORK'
  const belonging = asked.filter(isNetwork).flatMap((network) => members.get(network) ?? [])
  return { asked, all: new Set([...asked, ...belonging.map((row) => from[row]!)]) }
}

/** The claims that some entities are members of some networks, in the order of claim ids. */
function membershipsOf(
  view: Projection,
  members: Map<number, number[]>,
  networks: ReadonlySet<number>,
  entities: ReadonlySet<number>,
): number[] {
  const from = view.relations.columns.from!.numbers()
  return [...networks]
    .flatMap((network) => members.get(network) ?? [])
    .filter((row) => entities.has(from[row]!))
    .sort((a, b) => a - b)
}
