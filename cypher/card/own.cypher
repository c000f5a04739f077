// A card of the caller's own office as it stands, for correction, release, erasure and a new seal.
MATCH (c:Card {id: $id})
WHERE $mask[c.compartment] = 1 AND c.office = $office
WITH c ORDER BY c.version DESC LIMIT 1
RETURN c.id AS id, c.key AS key, c.version AS version, c.entity AS entity, c.kind AS kind, c.facts AS facts, c.compartment AS compartment,
  c.compartments AS compartments, c.object AS object, c.keys AS keys
