// Writes whole reports that correct others: the corrected claims get an end. The act carries the idempotency key and the version, both unique: a
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
CALL (row) {
  UNWIND row.retracts AS t
  MATCH (o:Report {id: t.report})
  SET o.retractedAt = t.at, o.retractedAs = 'CORRECTED', o.correctedBy = row.report.id
  WITH o, t
  MATCH (o)-[d:DESCRIBES]->(e)
  SET d.retractedAt = t.at
  WITH DISTINCT o, t, e
  MATCH (e)-[k:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE k.report = o.id]->()
  SET k.retractedAt = t.at
}
CALL (row) {
  UNWIND row.notices AS notice
  CREATE (s:Notice) SET s = notice
}
RETURN r.id AS id
