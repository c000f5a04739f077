// What the reports of one office say of where and how some networks work: the claims of each, those of the routes, legs and incidents
// that they lead to, and what is said of the places and modi operandi there. No other office's claim has a part in it. Everything is
// sought from the office's reports, and nothing found by walking past what is hidden.
UNWIND $networks AS id
MATCH (n:Entity {id: id})
WHERE n:Network
CALL (n) {
  MATCH ()-[o:DESCRIBES]->()
  USING INDEX o:DESCRIBES(entity, compartment)
  WHERE o.entity = n.id AND o.compartment IN $compartments AND o.recordedAt <= $asOf AND o.retractedAt > $asOf AND o.office = $office
  RETURN true AS seen LIMIT 1
}
WITH n
CALL (n) {
  CALL (n) {
    MATCH (q)-[s:DESCRIBES]->()
    USING INDEX s:DESCRIBES(entity, compartment)
    WHERE s.entity = n.id AND s.compartment IN $compartments AND s.recordedAt <= $asOf AND s.retractedAt > $asOf AND s.office = $office
    RETURN DISTINCT q
  }
  CALL (q) {
    MATCH (q)-[m:DESCRIBES WHERE $mask[m.compartment] = 1 AND m.recordedAt <= $asOf AND m.retractedAt > $asOf AND m.office = $office]->(b:Route|Leg|Place|Incident|ModusOperandi)
    RETURN DISTINCT b
  }
  MATCH (n)-[r:OPERATES|LOCATED_AT|INVOLVED_IN|USES WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND r.office = $office]->(b)
  WHERE r.report = q.id
  RETURN collect(r) AS first
}
CALL (first) {
  UNWIND first AS f
  WITH DISTINCT endNode(f) AS x
  WHERE x:Route OR x:Leg OR x:Incident
  CALL (x) {
    MATCH (q)-[s:DESCRIBES]->()
    USING INDEX s:DESCRIBES(entity, compartment)
    WHERE s.entity = x.id AND s.compartment IN $compartments AND s.recordedAt <= $asOf AND s.retractedAt > $asOf AND s.office = $office
    RETURN DISTINCT q
  }
  CALL (q) {
    MATCH (q)-[m:DESCRIBES WHERE $mask[m.compartment] = 1 AND m.recordedAt <= $asOf AND m.retractedAt > $asOf AND m.office = $office]->(b:Leg|Place)
    RETURN DISTINCT b
  }
  MATCH (x)-[r:HAS_LEG|LOCATED_AT|DEPARTS_FROM|ARRIVES_AT WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND r.office = $office]->(b)
  WHERE r.report = q.id
  RETURN collect(r) AS second
}
CALL (second) {
  UNWIND second AS f
  WITH DISTINCT endNode(f) AS x
  WHERE x:Leg
  CALL (x) {
    MATCH (q)-[s:DESCRIBES]->()
    USING INDEX s:DESCRIBES(entity, compartment)
    WHERE s.entity = x.id AND s.compartment IN $compartments AND s.recordedAt <= $asOf AND s.retractedAt > $asOf AND s.office = $office
    RETURN DISTINCT q
  }
  CALL (q) {
    MATCH (q)-[m:DESCRIBES WHERE $mask[m.compartment] = 1 AND m.recordedAt <= $asOf AND m.retractedAt > $asOf AND m.office = $office]->(b:Place)
    RETURN DISTINCT b
  }
  MATCH (x)-[r:DEPARTS_FROM|ARRIVES_AT WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND r.office = $office]->(b)
  WHERE r.report = q.id
  RETURN collect(r) AS third
}
WITH n, first + second + third AS rs
CALL (rs) {
  UNWIND rs AS r
  WITH DISTINCT endNode(r) AS x
  WHERE x:Place OR x:ModusOperandi
  MATCH ()-[d:DESCRIBES]->()
  USING INDEX d:DESCRIBES(entity, compartment)
  WHERE d.entity = x.id AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.office = $office
  RETURN collect([x.id, d.latitude, d.longitude, d.precision, d.locode, d.facets]) AS said
}
RETURN n.id AS id, said,
  [r IN rs | [type(r), startNode(r).id, endNode(r).id, r.claim, r.report, r.observedFrom, r.observedTo]] AS claims
ORDER BY id
