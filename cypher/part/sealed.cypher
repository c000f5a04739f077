// What the caller's own office has sealed: each card and note with its parts, in the compartment where it stands.
CALL () {
  MATCH (c:Card)
  WHERE c.compartment IN $compartments AND c.office = $office
  RETURN 'CARD' AS sealed, c.id AS id, c.key AS of, c.compartment AS compartment, c.entity AS entity
  UNION
  MATCH (r:Report)
  WHERE r.compartment IN $compartments AND r.office = $office AND r.note IS NOT NULL
  RETURN 'NOTE' AS sealed, r.id AS id, r.id AS of, r.compartment AS compartment, null AS entity
}
MATCH (p:Part {of: of})
WITH sealed, id, compartment, entity, p ORDER BY sealed, id, p.id
RETURN sealed, id, compartment, entity, collect([p.id, p.audience, p.keys, p.data]) AS parts
ORDER BY sealed, id
