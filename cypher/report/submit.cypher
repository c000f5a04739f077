// Writes whole reports. The act carries the idempotency key and the version, both unique: a
// write that is run again after a lost answer fails instead of standing twice.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (r:Report) SET r = row.report
WITH row, r
CALL (row, r) {
  UNWIND row.entities AS e
  MERGE (n:Entity {id: e.id}) ON CREATE SET n:$(e.label)
  WITH r, n, e
  UNWIND e.said AS said
  CREATE (r)-[d:DESCRIBES]->(n) SET d = said
}
CALL (row) {
  UNWIND row.relations AS c
  MATCH (x:Entity {id: c.from}), (y:Entity {id: c.to})
  CREATE (x)-[k:$(c.type)]->(y) SET k = c.props
}
RETURN r.id AS id
