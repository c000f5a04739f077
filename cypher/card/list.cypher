// A page of the cards about an entity that the caller sees, newest first. A card makes no entity visible.
MATCH (e:Entity {id: $entity})
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
CALL (e) {
  MATCH (c:Card)
  USING INDEX c:Card(entity, compartment)
  WHERE c.entity = e.id AND c.compartment IN $compartments AND c.recordedAt <= $asOf AND c.retractedAt > $asOf
  RETURN collect(c) AS cs
}
CALL (cs) {
  UNWIND cs AS c
  WITH c WHERE c.recordedAt < $after
  WITH c ORDER BY c.recordedAt DESC LIMIT $first
  RETURN collect(c) AS page
}
UNWIND CASE WHEN page = [] THEN [null] ELSE page END AS c
RETURN size(cs) AS total, c.id AS id, c.version AS version, c.entity AS entity, c.kind AS kind, c.office AS office, c.compartment AS compartment,
  c.recordedAt AS recordedAt, c.facts AS facts, c.object AS object, c.signature AS signature
