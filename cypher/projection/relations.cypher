// Every visible relation, entity by entity, of the entities with a visible description: each is collected by itself, so that
// the store holds no more than one entity's at a time. Around a hub, whose degree is above $hub, what is visible is sought
// from its visible reports and not found by walking past what is hidden.
MATCH ()-[d:DESCRIBES]->(e)
USING INDEX d:DESCRIBES(of, compartment)
WHERE d.of IN $kinds AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
WITH DISTINCT e
CALL (e) {
  CALL (e) {
    WITH e WHERE COUNT { (e)--() } <= $hub
    MATCH (e)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(b)
    RETURN r, b
    UNION
    UNWIND [x IN [e] WHERE COUNT { (x)--() } > $hub] AS x
    CALL (x) {
      MATCH (q)-[s:DESCRIBES]->()
      USING INDEX s:DESCRIBES(entity, compartment)
      WHERE s.entity = x.id AND s.compartment IN $compartments AND s.recordedAt <= $asOf AND s.retractedAt > $asOf
      RETURN DISTINCT q
    }
    CALL (q) {
      MATCH (q)-[m:DESCRIBES WHERE $mask[m.compartment] = 1 AND m.recordedAt <= $asOf AND m.retractedAt > $asOf]->(b:Entity)
      RETURN DISTINCT b
    }
    MATCH (b)<-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]-(x)
    WHERE r.report = q.id
    RETURN r, b
  }
  RETURN collect([type(r), e.id, b.id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]) AS claims
}
WITH e, claims
WHERE claims <> []
RETURN e.id AS id, claims
