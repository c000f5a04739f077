// A card of the caller's own office as it stands, for correction, release and erasure.
MATCH (c:Card {id: $id})
WHERE $mask[c.compartment] = 1 AND c.office = $office
WITH c ORDER BY c.version DESC LIMIT 1
CALL (c) {
  MATCH (p:Part {of: c.key})
  WITH p ORDER BY p.id
  RETURN collect([p.id, p.audience, p.keys, p.data]) AS parts
}
RETURN c.id AS id, c.key AS of, c.version AS version, c.entity AS entity, c.kind AS kind, c.compartment AS compartment,
  c.compartments AS compartments, parts
