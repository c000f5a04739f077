// Those of these sealed objects that the caller may see, with whose they are.
UNWIND $ids AS id
CALL (id) {
  MATCH (m:Message {id: id})
  WHERE $mask[m.compartment] = 1 AND $office IN m.offices
  RETURN 'MESSAGE' AS kind, m.sender AS owner, m.envelope AS facts, m.compartment AS compartment
  UNION ALL
  MATCH (r:Report {noteObject: id})
  WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf
  RETURN 'NOTE' AS kind, r.office AS owner, r.note AS facts, r.compartment AS compartment
  UNION ALL
  MATCH (c:Card {object: id})
  WHERE $mask[c.compartment] = 1 AND c.recordedAt <= $asOf AND c.retractedAt > $asOf
    AND EXISTS { ()-[d:DESCRIBES WHERE d.entity = c.entity AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]->() }
  RETURN 'CARD' AS kind, c.office AS owner, c.facts AS facts, c.compartment AS compartment
}
RETURN id, kind, owner, facts, compartment
