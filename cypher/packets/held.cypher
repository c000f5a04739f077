// A page of the sealed objects that reach an office, cards, messages and notes, and each from the oldest on. A card makes no entity visible.
CALL () {
  MATCH (m:Message)
  WHERE m.compartment IN $compartments AND $office IN m.offices AND m.recordedTime >= $sinceTime
    AND ['MESSAGE', m.recordedTime, m.id] > $after
  RETURN 'MESSAGE' AS kind, m.recordedTime AS place, m.id AS id, m.sender AS owner, m.envelope AS facts, m.compartment AS compartment
  ORDER BY place, id LIMIT $first
  UNION ALL
  MATCH (r:Report)
  WHERE r.compartment IN $compartments AND r.recordedAt <= $asOf AND r.recordedAt > $sinceVersion AND r.noteObject IS NOT NULL
    AND ['NOTE', r.recordedAt, r.noteObject] > $after
  RETURN 'NOTE' AS kind, r.recordedAt AS place, r.noteObject AS id, r.office AS owner, r.note AS facts, r.compartment AS compartment
  ORDER BY place, id LIMIT $first
  UNION ALL
  MATCH (c:Card)
  WHERE c.compartment IN $compartments AND c.recordedAt <= $asOf AND c.retractedAt > $asOf AND c.recordedAt > $sinceVersion
    AND c.object IS NOT NULL AND ['CARD', c.recordedAt, c.object] > $after
    AND EXISTS { ()-[d:DESCRIBES WHERE d.entity = c.entity AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]->() }
  RETURN 'CARD' AS kind, c.recordedAt AS place, c.object AS id, c.office AS owner, c.facts AS facts, c.compartment AS compartment
  ORDER BY place, id LIMIT $first
}
RETURN kind, place, id, owner, facts, compartment
ORDER BY kind, place, id LIMIT $first
