// One report, with its claims where $content; withdrawn content reaches its originator only, because its compartment became his.
MATCH (r:Report {id: $id})
WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf
CALL (r) {
  WITH r WHERE $content
  MATCH (r)-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf]->(e)
  RETURN collect([e.id, labels(e), properties(d)]) AS said, collect(DISTINCT e) AS es
}
CALL (r, es) {
  UNWIND es AS e
  MATCH (e)-[k:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[k.compartment] = 1 AND k.recordedAt <= $asOf]->()
  WHERE k.report = r.id
  RETURN collect(k) AS rs
}
CALL (es) {
  UNWIND es AS n
  OPTIONAL MATCH (n)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL]-()
  WITH n, min([d.rank, -d.recordedAt, d.claim, d.label]) AS best
  RETURN collect([n.id, labels(n), best[3]]) AS nodes
}
WITH r AS report, said, nodes, [r IN rs | [type(r), startNode(r).id, endNode(r).id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]] AS claims
WITH report AS r, said, nodes, claims
RETURN r.id AS id, r.office AS office, r.reference AS reference, r.purpose AS purpose, r.legalBasis AS legalBasis, r.reviewDue AS reviewDue,
  r.compartment AS compartment, r.recordedAt AS recordedAt, r.retractedAt AS retractedAt, r.retractedAs AS retractedAs, r.corrects AS corrects,
  r.correctedBy AS correctedBy, r.chain AS chain, r.note AS note, said, nodes, claims
