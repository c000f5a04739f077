// The cards that the caller's own office has sealed, as they stand.
MATCH (c:Card)
WHERE c.compartment IN $compartments AND c.office = $office AND c.object IS NOT NULL
RETURN c.id AS id, c.entity AS entity, c.compartment AS compartment, c.facts AS facts, c.object AS object, c.keys AS keys
ORDER BY id
