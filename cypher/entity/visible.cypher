// Which of these ids name an entity that the caller may see, and of what kind.
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
RETURN e.id AS id, labels(e) AS labels
