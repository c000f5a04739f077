// A question of the caller's own office, with what its askers were told. Of a hit that nobody announced to them there is nothing here to find.
MATCH (q:Question {id: $id})
WHERE q.compartment IN $compartments AND q.office = $office
CALL (q) {
  MATCH (h:Hit {question: q.id})
  WHERE h.compartment IN $compartments AND h.office = $office
  WITH h ORDER BY h.position, h.id
  RETURN collect([h.position, h.id, h.theirOffice]) AS hits
}
RETURN q.id AS id, q.body AS body, q.due AS due, q.open IS NULL AS answered, q.types AS types, hits
