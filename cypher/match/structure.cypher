// A network that the caller's own office has on watch.
MATCH (s:Structure {key: $key})
WHERE s.compartment IN $compartments AND s.office = $office
RETURN s.network AS network, s.choice AS choice, s.traits AS traits
