// The visible claims of some reports: what is read anew where they came, or changed hands, since a view was projected.
UNWIND $reports AS id
MATCH (q:Report {id: id})
WHERE $mask[q.compartment] = 1 AND q.recordedAt <= $asOf
MATCH (q)-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]->(e:Entity)
WITH q, e, collect(properties(d)) AS said
CALL (q, e) {
  MATCH (e)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(b)
  WHERE r.report = q.id
  RETURN collect([type(r), e.id, b.id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]) AS claims
}
RETURN said, claims
