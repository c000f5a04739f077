// What lies around an entity: the claims at it, at its neighbours ($depth 2) and at theirs ($depth 3).
// It does not go on through places and crimes: sharing one is no connection.
// Around a hub, whose degree is above $hub, what is visible is sought from its visible reports and not found by walking
// past what is hidden: the work grows with the answer, and its time tells nothing else.
MATCH (a:Entity {id: $id})
CALL (a) {
  WITH a WHERE COUNT { (a)<-[:DESCRIBES]-() } <= $hub
  MATCH (a)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]-()
  RETURN true AS seen LIMIT 1
  UNION
  UNWIND [x IN [a] WHERE COUNT { (x)<-[:DESCRIBES]-() } > $hub] AS x
  MATCH ()-[d:DESCRIBES]->()
  USING INDEX d:DESCRIBES(entity, compartment)
  WHERE d.entity = x.id AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
  RETURN true AS seen LIMIT 1
}
WITH a, [a] AS near
CALL (near) {
  CALL (near) {
    UNWIND near AS x
    WITH x WHERE COUNT { (x)--() } <= $hub
    MATCH (x)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-()
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
    MATCH (b)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-(x)
    WHERE r.report = q.id
    RETURN r
  }
  WITH DISTINCT r
  RETURN collect(r) AS first
}
CALL (a, first) {
  WITH a, first WHERE $depth >= 2
  UNWIND [r IN first | startNode(r)] + [r IN first | endNode(r)] AS n
  WITH DISTINCT a, n
  WHERE n <> a AND NOT n:Place AND NOT n:Crime
  RETURN collect(n) AS ring
}
CALL (ring) {
  CALL (ring) {
    UNWIND ring AS x
    WITH x WHERE COUNT { (x)--() } <= $hub
    MATCH (x)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-()
    RETURN r
    UNION
    UNWIND [x IN ring WHERE COUNT { (x)--() } > $hub] AS x
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
    MATCH (b)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-(x)
    WHERE r.report = q.id
    RETURN r
  }
  WITH DISTINCT r
  RETURN collect(r) AS second
}
CALL (a, ring, second) {
  WITH a, ring, second WHERE $depth >= 3
  UNWIND [r IN second | startNode(r)] + [r IN second | endNode(r)] AS n
  WITH DISTINCT a, ring, n
  WHERE n <> a AND NOT n IN ring AND NOT n:Place AND NOT n:Crime
  RETURN collect(n) AS outer
}
CALL (outer) {
  CALL (outer) {
    UNWIND outer AS x
    WITH x WHERE COUNT { (x)--() } <= $hub
    MATCH (x)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-()
    RETURN r
    UNION
    UNWIND [x IN outer WHERE COUNT { (x)--() } > $hub] AS x
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
    MATCH (b)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-(x)
    WHERE r.report = q.id
    RETURN r
  }
  WITH DISTINCT r
  RETURN collect(r) AS third
}
CALL (first, second, third) {
  UNWIND first + second + third AS r
  WITH DISTINCT r ORDER BY r.claim LIMIT $most
  RETURN collect(r) AS rs
}
WITH rs, [a] + [r IN rs | startNode(r)] + [r IN rs | endNode(r)] AS ns
CALL (ns) {
  UNWIND ns AS n
  WITH DISTINCT n
  OPTIONAL CALL (n) {
    WITH n WHERE COUNT { (n)<-[:DESCRIBES]-() } <= $hub
    MATCH (n)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL]-()
    RETURN d
    UNION
    UNWIND [x IN [n] WHERE COUNT { (x)<-[:DESCRIBES]-() } > $hub] AS x
    MATCH ()-[d:DESCRIBES]->()
    USING INDEX d:DESCRIBES(entity, compartment)
    WHERE d.entity = x.id AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL
    RETURN d
  }
  WITH n, min([d.rank, -d.recordedAt, d.claim, d.label]) AS best
  RETURN collect([n.id, labels(n), best[3]]) AS nodes
}
RETURN nodes,
  [r IN rs | [type(r), startNode(r).id, endNode(r).id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]] AS claims
