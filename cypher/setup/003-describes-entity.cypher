MATCH ()-[d:DESCRIBES]->(e) WHERE d.entity IS NULL CALL (d, e) { SET d.entity = e.id } IN TRANSACTIONS OF 10000 ROWS;
CREATE INDEX describes_entity IF NOT EXISTS FOR ()-[d:DESCRIBES]-() ON (d.entity, d.compartment);
