// One card as it stood at a moment, where the caller sees the entity that it is about.
MATCH (c:Card {id: $id})
WHERE $mask[c.compartment] = 1 AND c.recordedAt <= $asOf AND c.retractedAt > $asOf
MATCH (e:Entity {id: c.entity})
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
RETURN c.id AS id, c.version AS version, c.entity AS entity, c.kind AS kind, c.office AS office, c.compartment AS compartment,
  c.recordedAt AS recordedAt, c.facts AS facts, c.object AS object, c.signature AS signature
ORDER BY recordedAt
