import type { DisruptionQuestion } from '../../../schema/wire/analysis/disruption.ts'
import { INFORMATIONS, ROLES, type Role, SOURCES } from '../../../schema/wire/codes.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { NO_PAIR } from '../../analysis/compact.ts'
import { actorsGround, entityNumber, type Ground, relationsOfType } from '../ground.ts'
import type { Projection } from '../projection.ts'
import { sparedOf } from '../protected.ts'
import type { Removal } from './disruption.ts'

/**
 * Actors, ties and roles as a removal from the network of who works with whom. Who is protected is passed over and counted. Throws
 * NOT_FOUND for an actor or a tie that this network does not hold.
 */
export function actorsRemoved(view: Projection, asked: DisruptionQuestion): Removal {
  const ground = actorsGround(view, asked.networks)
  const spared = sparedOf(view, ground)
  const roles = rolesOf(view, ground, asked.networks)
  const named = new Set(asked.actors.map((id) => actorNode(view, ground, id)))
  for (const [node, said] of roles) if (said.some(({ role }) => asked.roles.includes(role))) named.add(node)
  const nodes = [...named].filter((node) => !spared[node]).sort((a, b) => a - b)
  const pairs = [...new Set(asked.ties.map((tie) => pairOf(view, ground, tie)))].sort((a, b) => a - b)
  return {
    network: ground.network,
    ...{ nodes, pairs, spared },
    entities: nodes.map((node) => ground.entityOf[node]!),
    leftOut: named.size - nodes.length,
    stages: stagesOf(ground, roles),
    rows: rowsOf(ground, { nodes, pairs, roles, wanted: asked.roles }),
  }
}

function actorNode(view: Projection, { nodeOf }: Ground, id: string): number {
  const node = nodeOf[entityNumber(view, id, 'ACTOR')]!
  if (node < 0) throw notInNetwork()
  return node
}

function pairOf(view: Projection, ground: Ground, tie: { from: string; to: string }): number {
  const [from, to] = [tie.from, tie.to].map((id) => actorNode(view, ground, id)) as [number, number]
  const { offsets, neighbours, via } = ground.network
  for (let at = offsets[from]!; at < offsets[from + 1]!; at++) if (neighbours[at] === to) return via[at]!
  throw notInNetwork()
}

const notInNetwork = () =>
  new Fault('NOT_FOUND', 'expected actors and ties of the network that was asked about, got another')

type Said = { role: Role; row: number }

/** What is said of the roles of each actor in these networks, or in all, in the order of claim ids. */
function rolesOf(view: Projection, { nodeOf }: Ground, networks: readonly string[]): Map<number, Said[]> {
  const wanted = new Set(networks.map((id) => entityNumber(view, id, 'NETWORK')))
  const { from, to, role } = view.relations.columns
  const found = new Map<number, Said[]>()
  for (const row of relationsOfType(view, 'MEMBER_OF')) {
    const node = nodeOf[from!.numbers()[row]!]!
    if (node < 0 || (wanted.size > 0 && !wanted.has(to!.numbers()[row]!))) continue
    const list = found.get(node) ?? []
    found.set(node, list)
    list.push({ role: role!.get(row) as Role, row })
  }
  // The best graded says by whom somebody can be replaced.
  const { source, information } = view.relations.columns
  const grade = ({ row }: Said) =>
    SOURCES.indexOf(source!.get(row) as 'A') * INFORMATIONS.length +
    INFORMATIONS.indexOf(information!.get(row) as 'N1')
  for (const list of found.values()) list.sort((a, b) => grade(a) - grade(b) || a.row - b.row)
  return found
}

function stagesOf({ network }: Ground, roles: Map<number, Said[]>): Int32Array {
  return new Int32Array(network.nodes).map((_, node) => {
    const [best] = roles.get(node) ?? []
    return best ? ROLES.indexOf(best.role) : -1
  })
}

type What = { nodes: number[]; pairs: number[]; roles: Map<number, Said[]>; wanted: readonly Role[] }

/** The ties of who is removed, the ties that are, and the claims of the roles that were asked for. */
function rowsOf({ network, rows, from, to }: Ground, { nodes, pairs, roles, wanted }: What): number[] {
  const [gone, cut] = [new Set(nodes), new Set(pairs)]
  const ties = rows.filter((_, tie) => {
    const pair = network.pairOf[tie]!
    return gone.has(from[tie]!) || gone.has(to[tie]!) || (pair !== NO_PAIR && cut.has(pair))
  })
  const said = nodes.flatMap((node) =>
    (roles.get(node) ?? []).filter(({ role }) => wanted.includes(role)).map(({ row }) => row),
  )
  // A lower row is a lower claim id.
  return [...new Set([...ties, ...said])].sort((a, b) => a - b)
}
