// What lies around an entity: the claims at it, at its neighbours ($depth 2) and at theirs ($depth 3).
// It does not go on through places and crimes: sharing one is no connection.
MATCH (a:Entity {id: $id})
WHERE EXISTS { (a)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]-() }
CALL (a) {
  WITH a WHERE $depth >= 2
  MATCH (a)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-(b:Entity)
  WHERE NOT b:Place AND NOT b:Crime
  RETURN collect(DISTINCT b) AS ring
}
CALL (ring) {
  WITH ring WHERE $depth >= 3
  UNWIND ring AS x
  MATCH (x)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-(b:Entity)
  WHERE NOT b:Place AND NOT b:Crime
  RETURN collect(DISTINCT b) AS outer
}
CALL (a, ring, outer) {
  UNWIND [a] + ring + outer AS x
  WITH DISTINCT x
  MATCH (x)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-()
  WITH DISTINCT r ORDER BY r.claim LIMIT $most
  RETURN collect(r) AS rs
}
WITH rs, [a] + [r IN rs | startNode(r)] + [r IN rs | endNode(r)] AS ns
CALL (ns) {
  UNWIND ns AS n
  WITH DISTINCT n
  OPTIONAL MATCH (n)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL]-()
  WITH n, min([d.rank, -d.recordedAt, d.claim, d.label]) AS best
  RETURN collect([n.id, labels(n), best[3]]) AS nodes
}
RETURN nodes,
  [r IN rs | [type(r), startNode(r).id, endNode(r).id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]] AS claims
