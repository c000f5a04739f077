import type { DescriptionRow, NodeRow, RelationRow } from '../../cypher/claim.ts'
import { byId, type ShownDescription, type ShownRelation, shownDescriptions } from '../claim.ts'

// Claims as an analysis gives them, shown by the types that every other question shows them by.

/** A relation with its ends. */
export type EvidenceRelation = RelationRow & { ends: [NodeRow, NodeRow] }
export type EvidenceDescription = DescriptionRow & { node: NodeRow }

export const relationsShown = (claims: readonly EvidenceRelation[]): ShownRelation[] =>
  claims.map((claim) => ({ ...claim, nodes: byId(claim.ends) }))

export const descriptionsShown = (claims: readonly EvidenceDescription[]): ShownDescription[] =>
  claims.flatMap((claim) => shownDescriptions([claim], byId([claim.node]), () => claim.node.id))
