// Every visible claim about each of some entities: its descriptions where $said, its relations of $types, and
// where $labels what the entities at the other ends are called.
// Around a hub, whose degree is above $hub, what is visible is sought from its visible reports and not found by walking
// past what is hidden: the work grows with the answer, and its time tells nothing else.
UNWIND $ids AS id
MATCH (e:Entity {id: id})
CALL (e) {
  WITH e WHERE COUNT { (e)<-[:DESCRIBES]-() } <= $hub
  MATCH (e)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]-()
  RETURN true AS seen LIMIT 1
  UNION
  UNWIND [x IN [e] WHERE COUNT { (x)<-[:DESCRIBES]-() } > $hub] AS x
  MATCH ()-[d:DESCRIBES]->()
  USING INDEX d:DESCRIBES(entity, compartment)
  WHERE d.entity = x.id AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
  RETURN true AS seen LIMIT 1
}
WITH e
CALL (e) {
  CALL (e) {
    WITH e WHERE $said AND COUNT { (e)<-[:DESCRIBES]-() } <= $hub
    MATCH (e)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]-()
    RETURN d
    UNION
    UNWIND [x IN [e] WHERE $said AND COUNT { (x)<-[:DESCRIBES]-() } > $hub] AS x
    MATCH ()-[d:DESCRIBES]->()
    USING INDEX d:DESCRIBES(entity, compartment)
    WHERE d.entity = x.id AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
    RETURN d
  }
  RETURN collect(properties(d)) AS said
}
WITH e, said, [e] AS near
CALL (near) {
  CALL (near) {
    UNWIND near AS x
    WITH x WHERE COUNT { (x)--() } <= $hub
    MATCH (x)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND type(r) IN $types]-()
    RETURN r
    UNION
    UNWIND [x IN near WHERE COUNT { (x)--() } > $hub] AS x
    CALL (x) {
      MATCH (q)-[d:DESCRIBES]->()
      USING INDEX d:DESCRIBES(entity, compartment)
      WHERE d.entity = x.id AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
      RETURN DISTINCT q
    }
    CALL (q) {
      MATCH (q)-[e:DESCRIBES WHERE $mask[e.compartment] = 1 AND e.recordedAt <= $asOf AND e.retractedAt > $asOf]->(b:Entity)
      RETURN DISTINCT b
    }
    MATCH (b)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND type(r) IN $types]-(x)
    WHERE r.report = q.id
    RETURN r
  }
  WITH DISTINCT r ORDER BY r.claim LIMIT $most
  RETURN collect(r) AS rs
}
WITH e, said, rs, [e] + [r IN rs | startNode(r)] + [r IN rs | endNode(r)] AS ns
CALL (ns) {
  UNWIND ns AS n
  WITH DISTINCT n
  OPTIONAL CALL (n) {
    WITH n WHERE $labels AND COUNT { (n)<-[:DESCRIBES]-() } <= $hub
    MATCH (n)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL]-()
    RETURN d
    UNION
    UNWIND [x IN [n] WHERE $labels AND COUNT { (x)<-[:DESCRIBES]-() } > $hub] AS x
    MATCH ()-[d:DESCRIBES]->()
    USING INDEX d:DESCRIBES(entity, compartment)
    WHERE d.entity = x.id AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL
    RETURN d
  }
  WITH n, min([d.rank, -d.recordedAt, d.claim, d.label]) AS best
  RETURN collect([n.id, labels(n), best[3]]) AS nodes
}
RETURN e.id AS id, labels(e) AS labels, said, nodes,
  [r IN rs | [type(r), startNode(r).id, endNode(r).id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]] AS claims
