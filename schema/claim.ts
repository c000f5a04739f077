import type { Claim as ClaimRow, DescriptionRow, NodeRow, RelationRow } from '../cypher/claim.ts'
import { builder } from './builder.ts'
import { code, RelationTypeEnum } from './codes.ts'
import { outputType } from './fields.ts'
import type { Kind } from './wire/codes.ts'
import { DESCRIPTION_KINDS, DESCRIPTIONS, type DescriptionKind, type Fields } from './wire/model.ts'

/** An entity at an end of a claim. */
export const Node = builder.objectRef<NodeRow>('Node').implement({
  description: 'An entity as a claim points to it: what the best graded visible description calls it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: code('Kind'), resolve: (node) => node.kind }),
    label: t.exposeString('label', { nullable: true }),
  }),
})

export type ShownClaim = ClaimRow & { until?: number | null }

export const Claim = builder.interfaceRef<ShownClaim>('Claim').implement({
  description: 'One statement of one report, with its grading, its dates and how it may be used.',
  fields: (t) => ({
    id: t.exposeID('claim'),
    report: t.exposeID('report'),
    office: t.exposeString('office', { description: 'The office that reported it: the originator.' }),
    recorded: t.field({ type: 'Time', resolve: (claim, _, { time }) => time.of(claim.recordedAt) }),
    retracted: t.field({
      type: 'Time',
      nullable: true,
      description: 'When it was corrected or withdrawn. Only `history` shows claims that were.',
      resolve: (claim, _, { time }) => (claim.until ? time.of(claim.until) : null),
    }),
    source: t.field({ type: code('Source'), resolve: (claim) => claim.source }),
    information: t.field({ type: code('Information'), resolve: (claim) => claim.information }),
    basis: t.field({ type: code('Basis'), resolve: (claim) => claim.basis }),
    observedFrom: t.expose('observedFrom', { type: 'Day', nullable: true }),
    observedTo: t.expose('observedTo', { type: 'Day', nullable: true }),
    handling: t.field({ type: [code('Handling')], resolve: (claim) => claim.handling }),
    sensitivity: t.field({ type: code('Sensitivity'), resolve: (claim) => claim.sensitivity }),
    evidenceUse: t.field({ type: code('EvidenceUse'), resolve: (claim) => claim.evidenceUse }),
    onward: t.field({ type: code('Onward'), resolve: (claim) => claim.onward }),
  }),
})

export type ShownRelation = RelationRow & { until?: number | null; nodes: Map<string, NodeRow> }

export const Relation = builder.objectRef<ShownRelation>('Relation').implement({
  description: 'A claim that relates two entities.',
  interfaces: [Claim],
  fields: (t) => ({
    type: t.field({ type: RelationTypeEnum, resolve: (relation) => relation.type as 'USES' }),
    from: t.field({ type: Node, resolve: ({ nodes, from }) => nodes.get(from)! }),
    to: t.field({ type: Node, resolve: ({ nodes, to }) => nodes.get(to)! }),
    level: t.field({ type: code('Level'), nullable: true, resolve: ({ level }) => level }),
    role: t.field({ type: code('Role'), nullable: true, resolve: ({ role }) => role }),
    tie: t.field({ type: code('Tie'), nullable: true, resolve: ({ tie }) => tie }),
    position: t.exposeInt('position', { nullable: true }),
    crime: t.field({ type: code('LinkedCrime'), nullable: true, resolve: (relation) => relation.code }),
    link: t.field({ type: code('LinkType'), nullable: true, resolve: ({ link }) => link }),
  }),
})

export type ShownDescription = ShownClaim & { of: Kind; own: Record<string, unknown>; node: NodeRow }

export const Description = builder.interfaceRef<ShownDescription>('Description').implement({
  description: 'A claim that describes one entity. Each kind has its own fields.',
  interfaces: [Claim],
  fields: (t) => ({ entity: t.field({ type: Node, resolve: ({ node }) => node }) }),
  resolveType: ({ of }) => DESCRIPTION_TYPE[of],
})

const typeName = (kind: DescriptionKind) => `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Description`
const DESCRIPTION_TYPE = Object.fromEntries(
  DESCRIPTION_KINDS.map((kind) => [DESCRIPTIONS[kind].kind, typeName(kind)]),
) as Record<Kind, string>

for (const kind of DESCRIPTION_KINDS) {
  builder.objectRef<ShownDescription>(typeName(kind)).implement({
    interfaces: [Claim, Description],
    fields: (t) =>
      Object.fromEntries(
        Object.entries(DESCRIPTIONS[kind].fields as Fields).map(([name, field]) => [
          name,
          t.field({
            type: outputType(field) as 'String',
            nullable: true,
            resolve: ({ own }) => own[name] as string,
          }),
        ]),
      ),
  })
}

const COMMON = [
  'claim',
  'report',
  'office',
  'recordedAt',
  'retractedAt',
  'compartment',
  'rank',
  'entity',
  'of',
  'bare',
] as const
const GRADING = [
  ...(['source', 'information', 'basis', 'observedFrom', 'observedTo'] as const),
  ...(['handling', 'sensitivity', 'evidenceUse', 'onward'] as const),
] as const
const STORED = new Set<string>([...COMMON, ...GRADING])

/** What the API shows of a stored description; a bare mention is none. In one order: by claim id. */
export function shownDescriptions(
  said: DescriptionRow[],
  nodes: Map<string, NodeRow>,
  of: (row: DescriptionRow) => string,
) {
  return said
    .filter((row) => !row.bare)
    .map(
      (row): ShownDescription => ({
        ...(row as unknown as ClaimRow),
        observedFrom: row.observedFrom ?? null,
        observedTo: row.observedTo ?? null,
        of: row.of as Kind,
        node: nodes.get(of(row))!,
        own: Object.fromEntries(Object.entries(row).filter(([key]) => !STORED.has(key))),
      }),
    )
    .sort(byClaim)
}

export function shownRelations(claims: RelationRow[], nodes: Map<string, NodeRow>): ShownRelation[] {
  return claims.map((claim) => ({ ...claim, nodes })).sort(byClaim)
}

const byClaim = (a: { claim: string }, b: { claim: string }) =>
  a.claim < b.claim ? -1 : a.claim > b.claim ? 1 : 0

export const byId = (nodes: NodeRow[]): Map<string, NodeRow> => new Map(nodes.map((node) => [node.id, node]))
