// A page of everything that offices sealed and keep, or of one card or chain of reports, for the server's own comparison of whom it reaches with whose keys it is sealed to.
CALL () {
  MATCH (c:Card)
  WHERE c.object IS NOT NULL AND c.id > $after AND ($id = '' OR c.id = $id)
  RETURN 'CARD' AS sealed, c.id AS id, c.office AS office, c.compartment AS compartment, c.facts AS facts, c.object AS object, c.keys AS keys
  ORDER BY id LIMIT $first
  UNION ALL
  MATCH (r:Report)
  WHERE r.noteObject IS NOT NULL AND r.id > $after AND ($id = '' OR r.chain = $id)
  RETURN 'NOTE' AS sealed, r.id AS id, r.office AS office, r.compartment AS compartment, r.note AS facts, r.noteObject AS object,
    r.noteKeys AS keys
  ORDER BY id LIMIT $first
}
RETURN sealed, id, office, compartment, facts, object, keys
ORDER BY id, sealed LIMIT $first
