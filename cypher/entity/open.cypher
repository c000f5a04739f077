// Every visible claim about each of some entities: its descriptions where $said, its relations, and where $labels what
// the entities at the other ends are called.
UNWIND $ids AS id
MATCH (e:Entity {id: id})
WHERE EXISTS { (e)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]-() }
CALL (e) {
  WITH e WHERE $said
  MATCH (e)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]-()
  RETURN collect(properties(d)) AS said
}
CALL (e) {
  MATCH (e)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-()
  WITH r ORDER BY r.claim LIMIT $most
  RETURN collect(r) AS rs
}
WITH e, said, rs, [e] + [r IN rs | startNode(r)] + [r IN rs | endNode(r)] AS ns
CALL (ns) {
  UNWIND ns AS n
  WITH DISTINCT n
  CALL (n) {
    WITH n WHERE $labels
    MATCH (n)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL]-()
    RETURN min([d.rank, -d.recordedAt, d.claim, d.label]) AS best
  }
  RETURN collect([n.id, labels(n), best[3]]) AS nodes
}
RETURN e.id AS id, labels(e) AS labels, said, nodes,
  [r IN rs | [type(r), startNode(r).id, endNode(r).id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]] AS claims
